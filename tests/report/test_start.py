"""The first notebook: how far the rounds have come, what comes next, and what an installation lacks."""

import datetime as dt
import shutil
from importlib.metadata import EntryPoints

import pytest

from kepu_eval.plan import load_plan
from kepu_eval.report import ParameterError, start
from kepu_eval.report.blocks import merged_facts
from kepu_eval.report.fonts import MissingFontsError
from kepu_eval.returns import Ledger, LedgerError, collect, read_decisions

PLAN, ROUND = load_plan(), "2023-midterm"
FOLDER = f"data/example/{ROUND}"


def table(blocks):
    (found,) = [block for block in blocks if block.kind == "table"]
    return {row[0].text: [cell.text for cell in row] for row in found.rows}


def collected(path, folder, decisions=None):
    with Ledger(path, must_exist=False) as ledger:
        collect(folder, PLAN, ROUND, ledger, at=dt.datetime(2024, 1, 25))
        if decisions:
            ledger.keep_decisions(
                ROUND, read_decisions(decisions, PLAN), "d.xlsx", "0", dt.datetime(2024, 1, 26)
            )
    return str(path)


def test_before_anything_is_collected_every_round_begins_with_its_templates(tmp_path):
    shown = start.rounds(str(tmp_path / "absent.sqlite"))
    rows = table(shown)
    assert list(rows) == [rnd.id for rnd in PLAN.rounds]
    assert rows["2024-Q1"][4:8] == ["24个", "—", "—", "—"]
    assert rows["2024-Q1"][8].startswith("发模板：kepu-eval template --round 2024-Q1")
    assert not (tmp_path / "absent.sqlite").exists()


def test_a_round_under_way_says_who_is_awaited_and_what_is_open(tmp_path):
    (tmp_path / "in").mkdir()
    shutil.copy("data/example/2023-midterm/区农牧局.xlsx", tmp_path / "in")
    shown = start.rounds(collected(tmp_path / "l.sqlite", tmp_path / "in"))
    row = table(shown)[ROUND]
    assert row[4:6] == ["24个", "1个"]
    assert row[8].startswith(f"催报：kepu-eval roster --round {ROUND}")
    open_questions = merged_facts(shown)[f"起步.{ROUND}.待核"].value
    assert (f"decide export --round {ROUND}" in row[8]) == (open_questions > 0)


def test_questions_come_before_the_report(tmp_path):
    row = table(start.rounds(collected(tmp_path / "l.sqlite", FOLDER)))[ROUND]
    with Ledger(tmp_path / "l.sqlite") as ledger:
        findings = ledger.returns(PLAN, ROUND).findings
    asked = findings["severity"].eq("question") & findings["answer"].eq("") & findings["unit"].ne("")
    assert row[6] == f"{asked.sum()}个" != "0个"
    assert f"复核：kepu-eval decide export --round {ROUND}" in row[8]


def test_when_nothing_is_open_the_report_comes_next():
    rnd = PLAN.round(ROUND)
    assert start.next_step(rnd, 0, 0, 0) == "出报告：打开 midterm_self_assessment.ipynb"
    assert start.next_step(PLAN.round("2024-Q1"), 0, 0, 0).endswith("quarterly_dispatch.ipynb")


def test_a_file_that_is_no_ledger_is_named(tmp_path):
    (tmp_path / "l.sqlite").write_bytes(b"nothing of the kind" * 100)
    with pytest.raises(LedgerError, match=r"l\.sqlite"):
        start.rounds(str(tmp_path / "l.sqlite"))
    with pytest.raises(ParameterError, match="plan：找不到"):
        start.rounds("", "没有.yaml")


def test_an_installation_says_what_it_can_do():
    assert {row[1] for row in table(start.installation()).values()} == {"可用"}


def test_what_an_installation_lacks_comes_with_the_remedy(monkeypatch):
    def no_fonts():
        raise MissingFontsError("未安装中文字体包，请运行：pip install x")

    monkeypatch.setattr(start, "font_paths", no_fonts)
    monkeypatch.setattr(start, "entry_points", lambda **_: EntryPoints(()))
    monkeypatch.setattr(start, "find_spec", lambda _: None)
    monkeypatch.setattr(start.os, "access", lambda *_: False)
    rows = table(start.installation())
    assert {name: row[1] for name, row in rows.items()} == {
        "程序": "可用", "中文字体": "缺", "导出菜单": "缺", "输出文件夹": "缺", "pyreadstat": "未装", "pyarrow": "未装",
    }  # fmt: skip
    assert "请运行：pip install x" in rows["中文字体"][2]
    assert rows["导出菜单"][2].startswith("没有Word、PDF、网页、Excel，请按 docs/安装.md 重新安装")
    assert "需要时 pip install pyarrow" in rows["pyarrow"][2]
