"""From a Fact to its parts and cells, and the lines that say so."""

import pytest

from kepu_eval.report.blocks import Fact, Lineage, with_lineage
from kepu_eval.report.fact import Source
from kepu_eval.report.lineage import LineageGraph


def cell(at, raw="1", **more):
    return Source(
        file="区农牧局.xlsx",
        sheet="指标数据",
        cell=at,
        raw=raw,
        round="2023-midterm",
        sha256="ab" * 32,
        **more,
    )


def graph(*facts):
    return LineageGraph({fact.id: fact for fact in facts})


YEARS = [Fact(id=f"Q08.{year}", value=1, label=f"{year}年", sources=(cell(f"{at}6"),)) for year, at in ((2021, "G"), (2022, "H"))]  # fmt: skip
VALUE = Fact(id="Q08.value", value=2, label="现值", parts=("Q08.2021", "Q08.2022"), formula="1+1")
RATING = Fact(id="指标.Q08", value="滞后", label="培训人次", parts=("Q08.value", "Q08.2021"))


def test_cells_are_found_through_parts_each_once():
    assert graph(*YEARS, VALUE, RATING).cells("指标.Q08") == (cell("G6"), cell("H6"))


def test_own_cells_come_before_those_of_parts():
    own = VALUE.model_copy(update={"sources": (cell("Z9"),)})
    assert graph(*YEARS, own).cells("Q08.value")[0].cell == "Z9"


def test_a_part_that_a_report_does_not_hold_is_no_cell():
    assert graph(VALUE).cells("Q08.value") == ()


def test_a_circle_comes_to_an_end():
    one, other = (
        Fact(id="a", value=1, parts=("b",)),
        Fact(id="b", value=1, parts=("a",), sources=(cell("A1"),)),
    )
    assert graph(one, other).cells("a") == (cell("A1"),)
    assert any("A1" in line for line in graph(one, other).explained("a"))


def test_a_rating_is_told_down_to_cells_with_round_and_hash():
    lines = list(graph(*YEARS, VALUE, RATING).explained("指标.Q08"))
    assert lines[0] == "指标.Q08　培训人次：滞后"
    assert any("组成：Q08.value" in line for line in lines)
    assert any("2023-midterm" in line and "G6原值“1”" in line for line in lines)
    assert any("ab" * 32 in line for line in lines)


def test_own_cells_are_told_one_by_one_with_the_decision():
    fact = Fact(
        id="Q08.2022", value=37, sources=(cell("H6", "约37人次", decision="37（C20，张三，2024-01-27）"),)
    )
    (line,) = [line for line in graph(fact).explained("Q08.2022") if line.startswith("来源")]
    assert (
        line
        == "来源：区农牧局.xlsx　指标数据　H6　原值：约37人次　轮次：2023-midterm　复核：37（C20，张三，2024-01-27）"
    )


def test_a_cell_that_was_left_blank_is_said_to_be_blank():
    part = Fact(id="Q08.open", value=1, sources=(cell("I6", ""),))
    lines = list(graph(Fact(id="Q08.low", value=2, parts=("Q08.open",)), part).explained("Q08.low"))
    assert any("I6为空" in line for line in lines)


@pytest.mark.parametrize("n", [5, 300])
def test_the_lines_stay_few_however_many_parts_there_are(n):
    parts = [
        Fact(id=f"承诺.{i}", value="滞后", parts=tuple(f"格.{i}.{k}" for k in range(n))) for i in range(n)
    ]
    cells = [
        Fact(id=f"格.{i}.{k}", value=1, sources=(cell(f"A{k + 1}"),)) for i in range(4) for k in range(n)
    ]
    task = Fact(id="任务.05", value="滞后", parts=tuple(part.id for part in parts))
    lines = list(graph(task, *parts, *cells).explained("任务.05"))
    assert len(lines) < 40
    assert any(f"另有{n - 4}项" in line for line in lines)


def test_a_units_report_has_only_what_its_own_figures_are_made_of():
    shown = Fact(id="任务.05", value="滞后", parts=(RATING.id,))
    others = Fact(id="任务.06", value="完成", parts=("承诺.06-1",))
    every = with_lineage({shown.id: shown}, [Lineage(facts=(others, RATING, VALUE), needed=True)])
    assert list(every) == ["任务.05", "指标.Q08", "Q08.value"]
    assert "任务.06" in with_lineage({shown.id: shown}, [Lineage(facts=(others, RATING, VALUE))])


def test_what_lineage_adds_stands_after_what_is_shown_and_may_not_contradict_it():
    shown = VALUE.model_copy(update={"unit": "人次"})
    every = with_lineage({shown.id: shown}, [Lineage(facts=(VALUE, RATING))])
    assert list(every) == ["Q08.value", "指标.Q08"]
    assert every["Q08.value"].unit == "人次"
    with pytest.raises(ValueError, match="两个不同的值"):
        with_lineage({shown.id: shown}, [Lineage(facts=(VALUE.model_copy(update={"value": 3}),))])
