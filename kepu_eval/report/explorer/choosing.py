"""Choices for a person at the notebook; papermill runs without them, so that its output is always the same."""

from __future__ import annotations

from kepu_eval.report.explorer.study import Study
from kepu_eval.report.figures import group_gaps_chart
from kepu_eval.report.survey_gaps import gap_table, group_differences


def choose_group(study: Study, interactive: bool) -> object:
    """A menu of groupings that redraws gaps and their table; ``None`` unless ``interactive``.

    What it shows are the report's own blocks: shares and differences of groups large enough, no respondent.
    """
    if not interactive:
        return None
    import ipywidgets as widgets
    from IPython.display import display

    menu = widgets.Dropdown(options=list(study.survey.groups), description="分组：")
    shown = widgets.Output()

    def redraw(_: object = None) -> None:
        title = menu.value
        found = group_differences(study.design, {title: study.survey.groups[title]}, study.confidence)
        with shown:
            shown.clear_output(wait=True)
            if found.empty:
                print(f"“{title}”没有两个可以比较的人群（样本量不足30的不单列）")
            else:
                display(group_gaps_chart(found, study.notice), gap_table(study.facts, found))

    menu.observe(redraw, names="value")
    redraw()
    return widgets.VBox([menu, shown])
