"""What a researcher's own notebook finds under ``import kepu_eval as ke``: frames, text as people write it, Chinese errors."""

import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import kepu_eval as ke
from kepu_eval.parameters import ParameterError

ROOT = Path(__file__).parents[1]
SNIPPETS = re.findall(
    r"```python\n(.*?)```", (ROOT / "docs" / "研究者接口.md").read_text(encoding="utf-8"), flags=re.DOTALL
)


@pytest.fixture(scope="module")
def plan():
    return ke.load_plan()


@pytest.fixture(scope="module")
def returns(plan):
    return ke.read_returns("data/example/2023-midterm", plan)


@pytest.fixture(scope="module")
def found(plan, returns):
    return ke.evaluate(plan, returns)


def test_every_snippet_of_the_docs_runs_and_none_is_long(monkeypatch):
    monkeypatch.chdir(ROOT)
    names = {}
    for snippet in SNIPPETS:
        exec(snippet, names)
        assert len([line for line in snippet.splitlines() if line and not line.startswith("import")]) <= 5
    assert len(names["behind"]) == 5  # the page 1 of the example report counts as many
    assert set(names["lectures"]["是否农村"]) == {True, False}


def test_the_door_has_few_names_and_opens_only_when_asked():
    from kepu_eval import front

    assert len(front.__all__) <= 15
    assert set(front.__all__) <= set(dir(ke))
    text = (ROOT / "docs" / "研究者接口.md").read_text(encoding="utf-8")
    assert [name for name in front.__all__ if f"ke.{name}" not in text] == []
    code = "import sys, kepu_eval; print('pandas' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        == "False\n"
    )


def test_dates_are_taken_as_people_write_them(plan, returns, found):
    for written in ("2023-12-31", "2023/12/31", "2023年12月31日", pd.Timestamp("2023-12-31")):
        assert ke.evaluate(plan, returns, written).indicators.equals(found.indicators)


def test_tables_have_chinese_titles_and_columns_may_be_named_either_way(found):
    assert list(ke.table(found, "任务", ["标题", "rating"]).columns) == ["标题", "评级"]
    assert ke.table(found, "tasks").equals(ke.table(found, "任务"))
    assert len(ke.table(found, "任务")) == 31


def test_answers_of_the_evaluator_are_taken_in(plan, returns):
    answered = ke.read_returns(
        "data/example/2023-midterm", plan, decisions="data/example/2023-midterm-decisions.xlsx"
    )
    open_before, open_now = (
        (r.findings["severity"].eq("question") & r.findings["answer"].eq("")).sum()
        for r in (returns, answered)
    )
    assert open_now < open_before


def test_what_they_are_is_said_in_a_line(returns, found):
    assert repr(returns).startswith("2023-midterm轮填报：应报24个单位，已报23个")
    assert repr(found).startswith("评估（截至2023-12-31）：任务31项，指标11项")
    assert "<table" in found._repr_html_()


def test_a_reports_material_and_its_figures(tmp_path):
    case = ke.open_report("midterm", returns="data/example/2023-midterm")
    assert case.as_of.isoformat() == "2023-12-31"
    (tmp_path / "manifest.json").write_text(
        '{"facts": [{"id": "Q08.value", "label": "现值", "value": 1220, "unit": "人次", "text": "1220人次"}]}',
        encoding="utf-8",
    )
    assert ke.facts(tmp_path).loc[0, ["id", "value", "unit"]].tolist() == ["Q08.value", 1220, "人次"]


@pytest.mark.parametrize(
    ("work", "told"),
    [
        (lambda plan, _r, _f: ke.read_returns("没有这里", plan), "找不到“没有这里”"),
        (lambda plan, _r, _f: ke.read_returns("data/example/2023-midterm", plan, "2022"), "没有轮次“2022”，可用：2023-midterm"),
        (lambda plan, returns, _f: ke.evaluate(plan, returns, "年底"), "“年底”不是日期"),
        (lambda plan, returns, _f: ke.evaluate(plan, returns, stage="中期"), "stage：没有“中期”"),
        (lambda plan, returns, _f: ke.evaluate(plan, returns, stocks="x"), "没有口径开关“stocks”"),
        (lambda _p, _r, found: ke.table(found, "指票"), "没有名为“指票”的表，可用：指标"),
        (lambda _p, _r, found: ke.table(found, "指标", ["名子"]), "没有列“名子”，可用：指标、名称"),
        (lambda _p, _r, _f: ke.open_report("中期"), "没有“中期”这种报告"),
        (lambda _p, _r, _f: ke.open_report("midterm", returns="没有这里"), "参数returns：找不到"),
        (lambda _p, _r, _f: ke.facts("没有这里"), "没有 manifest.json"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_in_chinese_with_what_can(work, told, plan, returns, found):
    with pytest.raises(ParameterError, match=re.escape(told)):
        work(plan, returns, found)


def test_an_unknown_name_leads_to_the_docs():
    with pytest.raises(AttributeError, match=r"没有“evaluates”；可用的名称见 docs/研究者接口\.md"):
        ke.evaluates  # noqa: B018
