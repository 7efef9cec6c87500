"""Choices for a person at the notebook; papermill runs without them, so that its output is always the same."""

from __future__ import annotations

import os
from collections.abc import Callable

import pandas as pd

from kepu_eval.report.explorer.study import Study
from kepu_eval.report.figures import group_gaps_chart
from kepu_eval.report.survey_gaps import gap_table, group_differences
from kepu_eval.survey import SurveyError, protected
from kepu_eval.survey.reading import LITERATE

_SESSION = (
    "JPY_SESSION_NAME"  # Jupyter's server sets it for the kernels that a person opens, papermill does not
)


def somebody_there() -> bool:
    """Whether the kernel belongs to a notebook that a person has open, and is not run by papermill or nbconvert."""
    return _SESSION in os.environ


def choose_group(study: Study, interactive: bool) -> object:
    """A menu of groupings that redraws gaps and their table; ``None`` unless ``interactive`` and somebody is there.

    What it shows are the report's own blocks: shares and differences of groups large enough, no respondent.
    """
    if not (interactive and somebody_there()):
        return None
    from IPython.display import display

    def draw(title: str) -> None:
        found = group_differences(study.design, {title: study.survey.groups[title]}, study.confidence)
        if found.empty:
            print(f"“{title}”没有两个可以比较的人群（样本量不足30的不单列）")
        else:
            display(group_gaps_chart(found, study.notice), gap_table(study.facts, found))

    return _menus(draw, {"分组：": list(study.survey.groups)})


def choose_table(study: Study, interactive: bool) -> object:
    """Two menus, rows and columns of a two-way table of shares; ``None`` unless ``interactive`` and somebody is there."""
    if not (interactive and somebody_there()):
        return None
    from IPython.display import display

    titles = list(study.survey.groups)

    def draw(row: str, column: str) -> None:
        display(attempt(two_way, study, row, column) if row != column else "请选两个不同的分组")

    return _menus(draw, {"行：": titles, "列：": titles[1:] + titles[:1]})


def two_way(study: Study, row: str, column: str) -> pd.DataFrame:
    """Shares (percent) with the outcome by two groupings, titles of the mapping; groups that may not be shown are blank.

    Raises :class:`SurveyError` for a grouping that the mapping lacks.
    """
    lost = [title for title in (row, column) if title not in study.survey.groups]
    if lost:
        raise SurveyError(f"变量对照表中没有分组“{lost[0]}”", hint=f"可选：{'、'.join(study.survey.groups)}")
    by = [study.survey.groups[title] for title in (row, column)]
    found = protected(study.design.proportion(LITERATE, by=by, confidence=study.confidence), by)
    shares = found.assign(share=(found["estimate"] * 100).round(1))
    table = shares.pivot(index=by[0], columns=by[1], values="share")
    order = [list(study.design.domains(name).names) for name in by]
    return table.reindex(index=order[0], columns=order[1]).rename_axis(index=row, columns=column)


def attempt(work: Callable[..., object], *given: object, **named: object) -> object:
    """What ``work`` gives, or in its place the Chinese sentence of a :class:`SurveyError`: one table stops no notebook."""
    try:
        return work(*given, **named)
    except SurveyError as error:
        return f"{error}"


def _menus(draw: Callable[..., None], options: dict[str, list[str]]) -> object:
    """Dropdown menus over what ``draw`` shows of the values chosen."""
    import ipywidgets as widgets

    menus = [widgets.Dropdown(options=values, description=name) for name, values in options.items()]
    shown = widgets.Output()

    def redraw(_: object = None) -> None:
        with shown:
            shown.clear_output(wait=True)
            draw(*(menu.value for menu in menus))

    for menu in menus:
        menu.observe(redraw, names="value")
    redraw()
    return widgets.VBox([*menus, shown])
