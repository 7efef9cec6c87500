"""What a narrative may say in figures: activities by kind, what moved most since the last round, first and last tasks."""

from __future__ import annotations

import datetime as dt
import re

import pandas as pd

from kepu_eval.evaluation.model import NOT_RATED, Evaluation, Rating, best_first
from kepu_eval.plan import Plan
from kepu_eval.returns import Returns

# Kinds of activity by the words of their titles; the first that fits counts, so what is rarer in titles comes first.
KINDS = {
    "竞赛": "大赛|竞赛|比赛|比武|技能赛|评选|选拔|擂台",
    "演练": "演练|推演",
    "培训": "培训|研修|实训|轮训|专题班|提升班|学习班",
    "展览": "展览|巡展|展示|展演|标本展|图片展|主题展|科普展",
    "讲座": "讲座|报告会|宣讲|讲堂|课堂|讲解|解读会|实践课|主题班会",
    "科普日（周、节）": "科普日|科技周|活动周|宣传周|科学节|科技节|主场活动|活动日",
    "开放和体验": "开放|体验|参观|研学|观摩|沙龙|游戏日|夏令营",
    "咨询和服务": "咨询|义诊|服务|集市|大集|三下乡|问诊|帮带",
    "宣传": "宣传|推广|发放|劝导",
}
OTHER = "其他"
TOTALS = ("programme", "name", "kind", "sessions", "participants", "unknown", "events")
CHANGES = ("what", "id", "name", "before", "now", "change", "better", "comparable")
ENDS = ("programme", "first", "first_rating", "last", "last_rating", "rated", "unrated")
_BETTER_FIRST = best_first([rating for rating in Rating if rating not in NOT_RATED])


def kind_of_activity(title: str) -> str:
    """The kind of an activity by its title: one of :data:`KINDS`, else 其他."""
    return next((kind for kind, words in KINDS.items() if re.search(words, title)), OTHER)


def activity_totals(returns: Returns, plan: Plan, as_of: dt.date | None = None) -> pd.DataFrame:
    """Sessions and participants of the ledger of activities by programme and kind, with the columns :data:`TOTALS`.

    An activity that several units reported counts once, as its main reporter has it; rejected rows and rows without a
    day don't count, nor what is dated after ``as_of``. ``participants``: people-times of the sessions that give them,
    NaN where none does; ``unknown``: how many sessions give none, so the true number is no less than ``participants``.
    ``events``: numbers of the rows in ``returns.events``, whose cells are the source. Programmes stand in the plan's
    order, without one last; within each the kind with the most sessions first.
    """
    rows = returns.events
    counted = (
        rows["state"].ne("rejected")
        & rows["date"].notna()
        & (rows["group"].eq("") | rows["main"].astype(bool))
    )
    rows = rows[counted]
    if as_of is not None:
        rows = rows[rows["date"].map(lambda day: day <= as_of).astype(bool)]
    of_task = {task.number: task.programme for task in plan.tasks}
    names = {item.id: item.name for item in plan.programmes}
    rows = rows.assign(
        kind=rows["title"].map(kind_of_activity), programme=[of_task.get(task, "") for task in rows["task"]]
    )
    found = [
        (programme, names.get(programme, "未注明任务"), kind, len(part), part["participants"].sum(min_count=1),
         int(part["participants"].isna().sum()), tuple(sorted(part["event"])))
        for (programme, kind), part in rows.groupby(["programme", "kind"])
    ]  # fmt: skip
    totals = pd.DataFrame(found, columns=list(TOTALS)).astype({"participants": float})
    place = {name: order for order, name in enumerate([*names, ""])}
    order = totals.assign(place=totals["programme"].map(place), less=-totals["sessions"])
    order = order.sort_values(["place", "less", "kind"])
    return order[list(TOTALS)].reset_index(drop=True)


def largest_changes(now: Evaluation, before: Evaluation, at_most: int | None = None) -> pd.DataFrame:
    """Ratings of indicators and tasks that differ from the round before, the largest change first (:data:`CHANGES`).

    ``change``: steps on the scale of ratings, up is better; NaN, and ``comparable`` false, where one of the two is no
    class (数据不足): these come last. Mid-term and final rate by different rules, which whoever prints this has to say.
    """
    rows = []
    for what, key, label in (("指标", "indicator", "name"), ("任务", "number", "title")):
        one, other = (now.indicators, before.indicators) if what == "指标" else (now.tasks, before.tasks)
        both = one[[key, label, "rating"]].merge(other[[key, "rating"]], on=key, suffixes=("", "_before"))
        for row in both[both["rating"].ne(both["rating_before"])].to_dict("records"):
            was, is_ = step(row["rating_before"]), step(row["rating"])
            comparable = was is not None and is_ is not None
            change = float("nan") if was is None or is_ is None else float(was - is_)
            rows.append((what, row[key], row[label], str(row["rating_before"]), str(row["rating"]), change,
                         change > 0, comparable))  # fmt: skip
    found = pd.DataFrame(rows, columns=list(CHANGES))
    size = found["change"].abs()
    order = found.assign(size=size).sort_values("size", ascending=False, kind="stable", na_position="last")
    return order[list(CHANGES)].head(at_most if at_most is not None else len(order)).reset_index(drop=True)


def first_and_last(evaluation: Evaluation, plan: Plan) -> pd.DataFrame:
    """The tasks rated best and worst in each programme, in the plan's order (:data:`ENDS`).

    ``first`` and ``last`` hold the numbers of all tasks with that rating, as many as there are; both are empty where
    no task is rated, and ``last`` is empty where all rated tasks are alike. ``unrated``: 数据不足 and approved exceptions.
    """
    rows = []
    for programme in plan.programmes:
        tasks = evaluation.tasks[evaluation.tasks["programme"].eq(programme.id)]
        steps = {row.number: step(row.rating) for row in tasks.itertuples()}
        known = {number: step for number, step in steps.items() if step is not None}
        best, worst = (min(known.values()), max(known.values())) if known else (None, None)
        ends = [
            (tuple(sorted(n for n, step in known.items() if step == end)), str(_BETTER_FIRST[end]))
            for end in ([best] if best == worst else [best, worst])
            if end is not None
        ]
        (first, first_rating), (last, last_rating) = ([*ends, ((), ""), ((), "")])[:2]
        rows.append(
            (programme.id, first, first_rating, last, last_rating, len(known), len(tasks) - len(known))
        )
    return pd.DataFrame(rows, columns=list(ENDS))


def step(rating: str) -> int | None:
    """Place on the scale, 0 the best; ``None`` for what is no class."""
    return None if Rating(rating) in NOT_RATED else _BETTER_FIRST.index(Rating(rating))
