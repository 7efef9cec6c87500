"""Result packages: other tools read them, nothing that units wrote is in them, and what was altered is told."""

import io
import json
import shutil
import zipfile

import pandas as pd
import pytest
from click.testing import CliRunner

from kepu_eval.cli import main
from kepu_eval.evaluation.districts import roll_up
from kepu_eval.plan import load_plan
from kepu_eval.report import open_case, sections
from kepu_eval.report.blocks import MIME, Frame, block_from_json
from kepu_eval.report.districts import gather, read_table
from kepu_eval.report.document import Document
from kepu_eval.report.lineage import with_lineage
from kepu_eval.report.narrative import AS_SAID
from kepu_eval.report.package import NoResultsError, csv_bytes, package
from kepu_eval.report.package_reading import PackageError, read_package
from kepu_eval.resources import project_path
from kepu_eval.returns import Ledger

EXAMPLE = project_path("data/example/2023-midterm")


def packed(case):
    cover, inputs, results, *lineage = sections.cover(case)
    shown = list(sections.alignment(case))
    facts = with_lineage({fact.id: fact for block in shown for fact in block.facts}, lineage)
    quoted = {fact.id: fact for item in case.words["候选"].values() for fact in (item["原文"],)}
    return package(Document(cover, (), inputs, {**facts, **quoted}, None, results)), quoted


@pytest.fixture(scope="module")
def ledger(tmp_path_factory):
    """Two units' returns in a ledger."""
    place = tmp_path_factory.mktemp("few")
    (place / "来件").mkdir()
    for name in ("区农牧局.xlsx", "区教育局.xlsx"):
        shutil.copy(EXAMPLE / name, place / "来件")
    told = CliRunner().invoke(
        main,
        ["collect", str(place / "来件"), "--round", "2023-midterm", "--ledger", str(place / "台账.sqlite")],
    )
    assert told.exit_code == 0, told.output
    return place / "台账.sqlite"


@pytest.fixture(scope="module")
def case(ledger):
    return open_case(
        "midterm", {"round_id": "2023-midterm", "returns": str(ledger), "survey": "data/example/survey-2023"}
    )


@pytest.fixture(scope="module")
def content(case):
    return packed(case)[0]


@pytest.fixture
def file(content, tmp_path):
    path = tmp_path / "结果包.zip"
    path.write_bytes(content)
    return path


def altered(file, name, change):
    """The package with one of its files changed, and nothing else."""
    with zipfile.ZipFile(file) as archive:
        parts = {entry: archive.read(entry) for entry in archive.namelist()}
    parts[name] = change(parts[name])
    with zipfile.ZipFile(file, "w") as archive:
        for entry, body in parts.items():
            archive.writestr(entry, body)
    return file


def verify(*words, code):
    told = CliRunner().invoke(main, ["verify", *map(str, words)])
    assert told.exit_code == code, told.output
    return told.output


def test_pandas_reads_every_table_with_its_names_and_the_description_fits(content, case):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        described = json.loads(archive.read("datapackage.json"))
        assert described["profile"] == "tabular-data-package"
        for resource in described["resources"]:
            body = archive.read(resource["path"])
            assert body.startswith(b"\xef\xbb\xbf"), "Excel takes it for another encoding without"
            assert resource["bytes"] == len(body)
            frame = pd.read_csv(io.BytesIO(body))
            assert list(frame.columns) == [field["name"] for field in resource["schema"]["fields"]]
        values = pd.read_csv(archive.open("indicators.csv")).set_index("id")
    expected = case.evaluation.indicators.set_index("indicator")
    pd.testing.assert_series_equal(values["value"], expected["value"], check_names=False, rtol=1e-9)
    assert values.loc["Q08", "name"] == "高素质农牧民培训人次"
    assert pd.isna(values.loc["Q08", "high"])  # not bounded is empty, never zero


def test_a_notebook_can_show_and_keep_the_results(case):
    *_, results = [block for block in sections.cover(case) if block.kind == "results"]
    shown = results._repr_mimebundle_()
    assert "结果：" in shown["text/html"]
    assert block_from_json(json.loads(json.dumps(shown[MIME]))) == results


def test_what_units_wrote_is_not_in_it(case):
    content, quoted = packed(case)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        everything = "".join(archive.read(name).decode("utf-8") for name in archive.namelist())
    assert quoted, "the example quotes somebody"
    assert not [fact.text for fact in quoted.values() if fact.text in everything]
    assert AS_SAID not in everything
    assert not [text for text in case.returns.statuses["progress"] if len(text) > 8 and text in everything]


def test_the_same_report_gives_the_same_bytes(case, content):
    assert packed(case)[0] == content


def test_text_that_a_spreadsheet_would_misread_begins_with_a_tab():
    body = csv_bytes(
        Frame(
            name="units",
            rows=(("=1+1", "@cmd", "007", True, 1, 0), ("123456789012345", "甲", "", False, 0, 0)),
        )
    )
    lines = body.decode("utf-8-sig").splitlines()
    assert lines[1] == "\t=1+1,\t@cmd,\t007,true,1,0"
    assert lines[2] == "\t123456789012345,甲,,false,0,0"


def test_a_whole_package_agrees_with_itself_and_its_ledger_even_when_that_has_grown(file, ledger, tmp_path):
    told = verify(file, code=0)
    assert f"封签：{read_package(file).seal}" in told
    grown = tmp_path / "台账.sqlite"
    shutil.copy(ledger, grown)
    shutil.copytree(ledger.parent / "来件", tmp_path / "来件")
    shutil.copy(EXAMPLE / "区科协.xlsx", tmp_path / "来件")
    more = CliRunner().invoke(
        main, ["collect", str(tmp_path / "来件"), "--round", "2023-midterm", "--ledger", str(grown)]
    )
    assert more.exit_code == 0, more.output
    with Ledger(grown) as book:
        assert book.head()["submissions"] == 3
    assert "并与台账一致" in verify(file, "--ledger", grown, code=0)
    other = tmp_path / "另一台账.sqlite"
    shutil.rmtree(tmp_path / "来件")
    (tmp_path / "来件").mkdir()
    shutil.copy(EXAMPLE / "区科协.xlsx", tmp_path / "来件")
    CliRunner().invoke(
        main, ["collect", str(tmp_path / "来件"), "--round", "2023-midterm", "--ledger", str(other)]
    )
    assert "台账与出结果包时不同" in verify(file, "--ledger", other, code=1)


@pytest.mark.parametrize(
    ("name", "change", "told"),
    [
        ("indicators.csv", lambda body: body.replace(b">=,2000,", b">=,2001,"), "“indicators.csv”与清单不符"),
        ("sources.csv", lambda body: body[:-10], "“sources.csv”与清单不符"),
        (
            "manifest.json",
            lambda body: body.replace("昆都仑区".encode(), "另一个区".encode()),
            "指纹链与清单不符",
        ),
        (
            "manifest.json",
            lambda body: body.replace(b'"submissions": 2', b'"submissions": 1'),
            "指纹链与清单不符",
        ),
        ("datapackage.json", lambda body: body + b" ", "“datapackage.json”与清单不符"),
        ("更多.csv", None, "“更多.csv”不在清单里"),
    ],
)
def test_whatever_was_altered_is_told(file, name, change, told):
    if change is None:
        with zipfile.ZipFile(file, "a") as archive:
            archive.writestr(name, "x")
    else:
        altered(file, name, change)
    assert told in verify(file, code=1)


@pytest.mark.parametrize(
    "write",
    [
        lambda path: path.write_bytes(b"PK"),
        lambda path: path.write_text("不是"),
        lambda path: altered(path, "manifest.json", lambda _: b"[" * 100_000),
        lambda path: altered(path, "manifest.json", lambda _: b'{"package": 1}'),
        lambda path: altered(path, "manifest.json", lambda body: body.replace(b'"first_year": 2021', b'"first_year": "x"')),
    ],
)  # fmt: skip
def test_what_is_no_package_is_refused_in_words(file, write):
    write(file)
    with pytest.raises(PackageError, match="结果包"):
        read_package(file)


@pytest.mark.parametrize("value", [b"nan", b"inf", b"1e999", "很多".encode()])
def test_a_number_that_is_none_is_named_with_its_place(file, value):
    altered(file, "indicators.csv", lambda body: body.replace(b">=,2000,", b">=," + value + b","))
    with pytest.raises(PackageError, match="第9行target"):
        read_package(file).rows("indicators")


def test_trace_follows_a_package_to_the_cells(file):
    told = CliRunner().invoke(main, ["trace", str(file), "Q08.value"])
    assert told.exit_code == 0, told.output
    assert "区农牧局.xlsx" in told.output
    assert "SHA-256" in told.output


def test_the_level_above_finds_its_indicators_and_tasks_by_their_shared_names(file):
    """The district's own numbers differ from the city's: its task 23 is the city's 3, its Q10 the city's C4."""
    table = file.with_name("区县.csv")
    table.write_text(f"区县,结果包\n昆都仑区,{file.name}\n", encoding="utf-8")
    found, city = (
        gather(read_table(table), file.parent, None),
        load_plan(project_path("data/example/city-2023/plan.yaml")),
    )
    joined = roll_up(
        city, found.districts, *(found.tables[t] for t in ("indicators", "periods", "tasks")), {}
    )
    own = {row["number"]: row["rating"] for row in read_package(file).rows("tasks")}
    ratings = joined.tasks.loc["昆都仑区"]
    assert {key: ratings[key] for key in ratings.index} == {
        "农牧民培训": own[6], "校园科普": own[2], "科普信息员": own[23], "银龄科普": own[15]
    }  # fmt: skip
    assert set(joined.matched["key"]) == {item.key for item in city.indicators}
    left = joined.unmatched[joined.unmatched["what"].eq("任务")]
    assert (len(left), set(left["reason"])) == (31 - 4, {"本级方案没有这项任务"})


def test_only_an_evaluation_can_be_packed(case):
    cover, inputs, *_ = sections.cover(case)
    with pytest.raises(NoResultsError, match="没有评估结果"):
        package(Document(cover, (), inputs, {}))
