"""`kepu-eval batch`: the table is checked first, done rows are left alone, a failed row stops no other."""

import json

import pytest
from click.testing import CliRunner

from kepu_eval.cli import main
from kepu_eval.runner.batch import SpecError, read_spec
from kepu_eval.runner.batch.record import fingerprint, is_done, keep
from tests.runner.notebooks import write_notebook

NOTEBOOK = (
    "from pathlib import Path\nprint(Path(returns).read_text() if returns else word, rate, whole)\n"
    "if word == 'bad':\n    raise ValueError('缺少填报表')\n"
    "if word == 'once' and not Path('tried').exists():\n    Path('tried').touch()\n    raise OSError('busy')"
)
PARAMETERS = (
    'word = "a"\nrate = 1.5\nwhole = True\nswitches = {}\nreturns = ""\nsurvey = "data/example/survey-2023"'
)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_notebook(tmp_path / "county.ipynb", NOTEBOOK, parameters=PARAMETERS)
    return tmp_path


def spec(folder, text, encoding="utf-8"):
    (folder / "spec.csv").write_bytes(text.encode(encoding))
    return folder / "spec.csv"


def run(*options):
    return CliRunner().invoke(main, ["batch", "spec.csv", "--out", "out", "--formats", "ipynb", *options])


def files(folder):
    return {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_table_is_read_whatever_program_saved_it(folder, encoding):
    text = 'notebook,output,word,rate,whole,switches\r\ncounty.ipynb,昆都仑区,"引,号",2,否,"{""a"": ""b""}"\r\n,,,\r\n'
    (row,) = read_spec(spec(folder, text, encoding), folder / "out")
    assert row.output == folder / "out" / "昆都仑区"
    assert row.parameters == {"word": "引,号", "rate": 2, "whole": False, "switches": {"a": "b"}}
    assert row.number == 2


def test_no_example_file_stays_beside_returns_of_ones_own(folder):
    (row,) = read_spec(spec(folder, "notebook,output,returns\ncounty.ipynb,a,own\n"), folder / "out")
    assert row.parameters == {"returns": "own", "survey": ""}


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("nothing.ipynb,a,\n", "第2行：没有笔记本“nothing.ipynb”"),
        ("county.ipynb,,\n", "第2行：output列为空"),
        ("county.ipynb,a,\ncounty.ipynb,A,\n", "第3行：output“A”与第2行相同或互相包含"),
        ("county.ipynb,a,\ncounty.ipynb,a/b,\n", "第3行：output“a/b”与第2行相同或互相包含"),
        ("county.ipynb,../a,\n", "第2行：output“../a”不能用作文件夹"),
        ("county.ipynb,/a,\n", "第2行：output“/a”不能用作文件夹"),
        ("county.ipynb,c:a,\n", "第2行：output“c:a”不能用作文件夹"),
        ("county.ipynb,logs,\n", "第2行：output“logs”不能用作文件夹"),
        ("county.ipynb,a,many\n", "第2行：参数rate：“many”应写成 1.5 这样的值"),
        ("county.ipynb,a,true\n", "第2行：参数rate：“true”应写成 1.5 这样的值"),
        ("county.ipynb,a,1,2\n", "第2行：有4格，多于列名的3个"),
        ("county.ipynb,taken,\n", "中已有不是批量生成的文件"),
        ("", "没有任何一行报告"),
    ],
)
def test_what_cannot_be_run_is_said_with_its_row_before_anything_runs(folder, rows, told):
    (folder / "out" / "taken").mkdir(parents=True)
    (folder / "out" / "taken" / "mine.txt").write_text("precious")
    with pytest.raises(SpecError, match=r"“spec\.csv”") as error:
        read_spec(spec(folder, "notebook,output,rate\n" + rows), folder / "out")
    assert told in str(error.value)


def test_a_file_that_is_no_table_is_refused(folder):
    with pytest.raises(SpecError, match="不是可用的CSV文件"):
        read_spec(spec(folder, "notebook,output\n" + "x" * 200_000), folder / "out")


@pytest.mark.parametrize(
    ("head", "told"),
    [
        ("notebook,word\n", "缺少列output"),
        ("notebook,output,word,word\n", "列名重复：word"),
        (
            "notebook,output,wrod\ncounty.ipynb,a,x\n",
            "第2行：不认识的参数：wrod。可用参数：word、rate",
        ),
    ],
)
def test_columns_that_are_wrong_are_named(folder, head, told):
    spec(folder, head)
    result = run()
    assert result.exit_code == 2
    assert told in result.output
    assert not (folder / "out").exists()


def test_a_row_is_done_until_something_that_matters_changes(folder):
    (folder / "own.txt").write_text("1")
    table = spec(folder, "notebook,output,returns\ncounty.ipynb,a,own.txt\n")
    (row,) = read_spec(table, folder / "out")
    first = fingerprint(row, ["pdf"])
    keep(row, first, {"a.ipynb": b"x"})
    assert is_done(row, first)
    assert fingerprint(row, ["pdf"]) == first
    assert fingerprint(row, ["docx"]) != first
    (folder / "own.txt").write_text("2")
    assert fingerprint(row, ["pdf"]) != first
    (row.output / "a.ipynb").write_bytes(b"changed by hand")
    assert not is_done(row, first)


def test_a_new_report_takes_the_place_of_the_old_one_whole(folder):
    (row,) = read_spec(spec(folder, "notebook,output\ncounty.ipynb,a\n"), folder / "out")
    keep(row, "1", {"a.pdf": b"x", "old.html": b"x"})
    keep(row, "2", {"a.pdf": b"y"})
    assert files(folder / "out") == {"a/a.pdf", "a/batch.json"}
    assert (row.output / "a.pdf").read_bytes() == b"y"


@pytest.mark.slow
def test_a_failed_row_stops_no_other_and_only_it_is_run_again(folder):
    spec(folder, "notebook,output,word\ncounty.ipynb,好,fine\ncounty.ipynb,坏,bad\ncounty.ipynb,又,once\n")
    first = run("--jobs", "2")
    assert first.exit_code == 1, first.output
    assert "完成2份，未变0份，失败1份" in first.output
    assert "第3行　坏　报告“county”未能生成：缺少填报表" in first.output
    assert files(folder / "out") == {
        "logs/好.log", "logs/坏.log", "logs/又.log",
        *(f"{name}/{file}" for name in "好又" for file in ("county.ipynb", "manifest.json", "batch.json")),
    }  # fmt: skip
    log = (folder / "out" / "logs" / "坏.log").read_text(encoding="utf-8")
    assert log.count("ValueError: 缺少填报表") == 2  # tried twice
    assert "\x1b" not in log
    spec(folder, "notebook,output,word\ncounty.ipynb,好,fine\ncounty.ipynb,坏,mended\ncounty.ipynb,又,once\n")
    again = run("--jobs", "2")
    assert again.exit_code == 0, again.output
    assert "完成1份，未变2份，失败0份" in again.output


@pytest.mark.slow
def test_a_cluster_makes_the_same_files(folder):
    spec(folder, "notebook,output,word\ncounty.ipynb,a,one\ncounty.ipynb,b,two\n")
    assert run().exit_code == 0
    made = {
        name: (folder / "out" / name).read_bytes() for name in files(folder / "out") if "logs" not in name
    }
    for name in "ab":
        (folder / "out" / name / "manifest.json").unlink()
    result = run("--cluster", "local:1")
    assert result.exit_code == 0, result.output
    assert "完成2份" in result.output
    manifest = json.loads((folder / "out" / "a" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["notebook"] == "county.ipynb"
    assert {name: (folder / "out" / name).stat().st_size for name in made} == {
        n: len(b) for n, b in made.items()
    }


def test_a_cluster_that_has_no_such_address_is_refused(folder):
    spec(folder, "notebook,output\ncounty.ipynb,a\n")
    result = run("--cluster", "somewhere")
    assert result.exit_code == 2
    assert "应写成 tcp://主机:端口 或 local:进程数" in result.output
