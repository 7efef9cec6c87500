"""From a figure back to its cells, and the report computed again."""

import datetime as dt
import hashlib
import json
import re
import shutil
import zipfile
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner

from kepu_eval.cli import main
from kepu_eval.report.lineage import LineageGraph
from kepu_eval.runner.verify import read_manifest, verify
from tests.reports.raw_cells import workbook

EXAMPLE = Path(__file__).parents[2] / "data" / "example"


@pytest.fixture(params=["midterm", "final"])
def listing(request):
    return read_manifest(request.getfixturevalue(request.param)["manifest"])


class TestLineage:
    def test_every_figure_and_rating_leads_to_files(self, listing):
        graph = LineageGraph.of(listing)
        cells = {name: graph.cells(name) for name in graph.facts}
        assert [name for name, found in cells.items() if not found] == []
        (plan,) = [file["path"] for file in listing["inputs"] if file["role"] == "方案"]
        of_plan_alone = {name for name, found in cells.items() if {source.file for source in found} == {plan}}
        laid_down = re.compile(
            r"方案\..*|时间进度|印发至基准日|剩余年数|歧义\.合计|机制\.合计|稳健性\.(口径|界限幅度|算法|取值)"
            r"|报送\.应报|.*\.(target|leads|tasks|confidence)(\.中期)?"
        )
        rest = [name for name in of_plan_alone if not laid_down.fullmatch(name)]
        assert len(rest) < 0.05 * len(cells)

    def test_every_part_is_there_and_no_figure_is_a_part_of_itself(self, listing):
        parts = {fact["id"]: fact["parts"] for fact in listing["facts"]}
        assert {part for named in parts.values() for part in named} <= set(parts)
        while leaves := [name for name, named in parts.items() if not set(named) & set(parts)]:
            for name in leaves:
                del parts[name]
        assert parts == {}

    def test_ratings_of_every_kind_are_there(self, listing):
        ids = {fact["id"] for fact in listing["facts"]}
        for wanted in ("任务.05", "指标.Q08", "行动.P01", "单位.U01", "机制.M01", "承诺.T05.01", "报送.U01"):
            assert wanted in ids

    def test_every_cell_is_of_the_round_and_the_file_that_it_names(self, listing):
        hashes = {(file["path"], file["round"]): file["sha256"] for file in listing["inputs"]}
        for fact in listing["facts"]:
            for source in fact["sources"]:
                known = hashes.get((source["file"], source["round"]), hashes.get((source["file"], "")))
                assert known == source["sha256"], fact["id"]

    def test_every_cell_holds_what_it_is_said_to_hold(self, listing):
        seen = set()
        for source in (source for fact in listing["facts"] for source in fact["sources"]):
            place = source["round"], source["file"], source["sheet"], source["cell"]
            if not source["cell"] or not source["file"].endswith(".xlsx") or place in seen:
                continue
            seen.add(place)
            returned = EXAMPLE / source["round"] / source["file"]
            path = returned if returned.exists() else EXAMPLE / source["file"]
            book = workbook(path, data_only=True)
            assert as_found(book[source["sheet"]][source["cell"]].value) == source["raw"]
        assert len(seen) > 1000

    def test_the_midterm_s_figures_in_the_final_are_of_the_midterm(self, final):
        graph = LineageGraph.of(read_manifest(final["manifest"]))
        earlier = [name for name in graph.facts if name.endswith(".中期")]
        rounds = {source.round for name in earlier for source in graph.cells(name)} - {""}
        assert len(earlier) > 300
        assert rounds == {"2023-midterm"}

    def test_a_decided_cell_names_the_decision(self, midterm):
        graph = LineageGraph.of(read_manifest(midterm["manifest"]))
        decided = {source.raw: source.decision for source in graph.cells("Q08.value") if source.decision}
        assert decided == {"约37人次": "37（C20，示例评估员，2024-01-27）"}

    def test_the_annex_lists_round_hash_and_decision_of_every_cell(self, midterm):
        rows = list(workbook(midterm["xlsx"])["来源单元格"].iter_rows(min_row=4, values_only=True))
        told = {row[:4]: row[4:7] for row in rows}
        (sha256, rnd, decision) = told["区妇联.xlsx", "指标数据", "H6", "约37人次"]
        assert (len(sha256), rnd, decision) == (64, "2023-midterm", "37（C20，示例评估员，2024-01-27）")


def as_found(value):
    """A cell's value as text: nothing for a blank one, a day without its clock."""
    if value is None:
        return ""
    return value.date().isoformat() if isinstance(value, dt.datetime) else str(value)


def forge(file):
    """Write 达到序时 for 严重滞后 (or just other bytes) into a report's file, and its new hash into the manifest."""
    old, new = "严重滞后".encode(), "达到序时".encode()
    if file.suffix in (".docx", ".xlsx"):
        with zipfile.ZipFile(file) as book:
            parts = {name: book.read(name) for name in book.namelist()}
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
            for name, data in parts.items():
                book.writestr(name, data.replace(old, new))
    else:
        content = file.read_bytes()
        file.write_bytes(content.replace(old, new) if old in content else content + b"\n")
    manifest = file.with_name("manifest.json")
    listing = json.loads(manifest.read_text(encoding="utf-8"))
    listing["files"][file.name] = hashlib.sha256(file.read_bytes()).hexdigest()
    manifest.write_text(json.dumps(listing, ensure_ascii=False), encoding="utf-8")


@pytest.fixture
def executed(midterm, monkeypatch):
    """The notebook need not run again for each file that is spoiled; what it was asked with is kept."""
    asked, again = {}, nbformat.read(midterm["ipynb"], as_version=4)

    def execute(notebook, parameters):  # noqa: ARG001 - as the real one
        asked.update(parameters)
        return again

    monkeypatch.setattr("kepu_eval.runner.verify.execute", execute)
    return asked


class TestMidterm:
    def test_the_manifest_names_inputs_with_their_hashes(self, midterm):
        listing = json.loads(midterm["manifest"].read_text(encoding="utf-8"))
        inputs = {row["path"]: row["sha256"] for row in listing["inputs"]}
        assert len(inputs["区教育局.xlsx"]) == 64
        assert "kundulun-2021-2025.yaml" in inputs
        assert len(inputs["survey-2023/responses.csv"]) == 64
        assert listing["parameters"]["as_of"] == "2023-12-31"

    def test_trace_and_verify_at_the_terminal(self, midterm):
        run = CliRunner()
        traced = run.invoke(main, ["trace", str(midterm["manifest"].parent), "Q10.value"])
        assert traced.exit_code == 0
        assert "区科协.xlsx" in traced.output
        rated = run.invoke(main, ["trace", str(midterm["manifest"].parent), "任务.05"])
        assert rated.exit_code == 0
        assert "承诺.T05" in rated.output
        assert "原值“" in rated.output
        assert len(rated.output.splitlines()) < 40
        unknown = run.invoke(main, ["trace", str(midterm["manifest"].parent), "Q10.nothing"])
        assert unknown.exit_code == 2
        verified = run.invoke(main, ["verify", str(midterm["manifest"].parent)])
        assert verified.exit_code == 0, verified.output

    def test_verify_gives_the_notebook_the_parameters_it_has_and_no_other(self, midterm, executed, tmp_path):
        shutil.copy(midterm["manifest"], tmp_path)  # of the files there are, others ask
        assert verify(tmp_path).facts == ()
        assert executed["as_of"] == "2023-12-31"
        assert "scorecard" not in executed  # known to every case, asked for by the final's notebook alone

    @pytest.mark.usefixtures("executed")
    def test_a_forged_file_is_found_though_the_manifest_was_rewritten(self, midterm, tmp_path):
        forged = ("html", "docx", "pdf", "xlsx", "技术附册.docx", "技术附册.pdf")
        for names in (forged, ("ipynb",)):
            folder = tmp_path / names[0]
            shutil.copytree(midterm["manifest"].parent, folder)
            for name in names:
                forge(folder / midterm[name].name)
            told = verify(folder).files
            assert len(told) == len(names)
            assert all("文件和清单都被改动过" in line for line in told)

    @pytest.mark.usefixtures("executed")
    def test_verify_lists_a_figure_that_was_changed(self, midterm, tmp_path):
        listing = json.loads(midterm["manifest"].read_text(encoding="utf-8"))
        fact = next(f for f in listing["facts"] if f["id"] == "Q10.value")
        fact["value"], fact["text"] = 15000, "15000人"
        (tmp_path / "manifest.json").write_text(json.dumps(listing), encoding="utf-8")
        result = CliRunner().invoke(main, ["verify", str(tmp_path)])
        assert result.exit_code == 1
        assert "“Q10.value”由15000人变为" in result.output

    @pytest.mark.usefixtures("executed")
    def test_verify_sees_an_edited_report_and_a_lineage_that_leads_elsewhere(self, midterm, tmp_path):
        document = midterm["docx"].read_bytes()
        (tmp_path / midterm["docx"].name).write_bytes(document[:-1] + bytes([document[-1] ^ 1]))
        listing = json.loads(midterm["manifest"].read_text(encoding="utf-8"))
        fact = next(f for f in listing["facts"] if f["id"] == "Q10.value")
        fact["sources"][0]["cell"] = "Z99"
        (tmp_path / "manifest.json").write_text(json.dumps(listing), encoding="utf-8")
        result = CliRunner().invoke(main, ["verify", str(tmp_path)])
        assert result.exit_code == 1
        assert "“Q10.value”的名称、算法或来源单元格与重新计算的不同" in result.output
        assert f"报告文件“{midterm['docx'].name}”与清单不符" in result.output
