"""What a report's words may name: figures as Facts, names as text, lists of things to tell, all by Chinese names.

Groups are made when a text first asks for them. An item of a list is a mapping: ``{{ 项.名称 }}``, ``{{ 项.现值 }}``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from kepu_eval.evaluation import FALLING_SHORT, Rating
from kepu_eval.evaluation.model import plain_name
from kepu_eval.evaluation.questions import next_calls
from kepu_eval.plan import Indicator, TargetKind, time_share
from kepu_eval.report.blocks import Fact
from kepu_eval.report.factbook import PERCENT
from kepu_eval.report.narrative import (
    BRIEF,
    achievements,
    activities,
    candidates,
    chosen,
    difficulties,
    reported,
)
from kepu_eval.report.published_rates import PUBLISHED
from kepu_eval.report.ratings import indicator_id, submission_id, task_id
from kepu_eval.report.selections import largest_changes, step
from kepu_eval.report.statements import CAUSE
from kepu_eval.report.technical_words import technical
from kepu_eval.report.wording import chinese_date
from kepu_eval.returns import NOTHING_READABLE
from kepu_eval.survey.target import MEANING

if TYPE_CHECKING:
    from kepu_eval.report.case import Case
    from kepu_eval.report.dispatch_case import DispatchCase

_MOVED = 3
_ENOUGH = (Rating.DONE, Rating.NEARLY_DONE, Rating.ON_SCHEDULE, Rating.NEARLY_ON_SCHEDULE)


class Vocabulary(Mapping[str, Any]):
    """Names with what they stand for; a group is made when it is first asked for."""

    def __init__(self, groups: Mapping[str, Callable[[], object]]) -> None:
        self._groups = groups
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            self._made[name] = self._groups[name]()
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._groups)

    def __len__(self) -> int:
        return len(self._groups)


def vocabulary(case: Case) -> Vocabulary:
    """The names of a mid-term's or final's report; a final knows its mid-term's under 中期."""
    groups: dict[str, Callable[[], object]] = {
        "方案": lambda: plan_words(case),
        "基准日": lambda: chinese_date(case.as_of),
        "时间进度": lambda: _passed(case),
        "报送": lambda: _returned(case),
        "核查": lambda: _checked(case),
        "任务": lambda: _tasks(case),
        "指标": lambda: _indicators(case),
        "先问": lambda: _calls(case),
        "整改": lambda: _rectification(case),
        "活动": lambda: activities(case),
        "成效": lambda: achievements(case),
        "候选": lambda: candidates(case),
        "经验": lambda: chosen(case),
        "问题": lambda: {"摘录": difficulties(case)},
        "自评": lambda: _self_ratings(case),
        "变化": lambda: _changes(case),
    }
    groups |= technical(case)
    groups |= {
        indicator.id: partial(indicator_words, case, indicator.id) for indicator in case.plan.indicators
    }
    if case.midterm is not None:
        groups["中期"] = partial(vocabulary, case.midterm)
    return Vocabulary(groups)


def plan_words(case: Case | DispatchCase) -> dict[str, Any]:
    """The plan's names and sizes; ``已印发``: whether it had been issued by the as-of date."""
    meta, facts = case.plan.meta, case.facts
    counted = {
        "行动工程": (len(case.plan.programmes), "行动和工程数", "项"),
        "任务": (len(case.plan.tasks), "任务数", "项"),
        "指标": (len(case.plan.indicators), "量化承诺数", "项"),
        "单位": (len(case.plan.units), "成员单位数", "个"),
    }
    return {
        "标题": meta.title, "文号": meta.doc_no, "地区": meta.district, "主题": meta.about, "调查对象": meta.whole, "办公室": meta.office,
        "印发日": chinese_date(meta.issued), "已印发": case.as_of >= meta.issued,
        "印发至基准日": Fact(id="印发至基准日", value=max((case.as_of - meta.issued).days, 0), unit="天", label="印发日至评估基准日的天数",
                       formula=f"{case.as_of} − {meta.issued}", sources=facts.planned("印发日")),
        "追溯年份": [f"{year}年" for year in meta.years if year < meta.issued.year],
        **{name: facts.count(f"方案.{name}", value, label, unit, sources=facts.planned(label))
           for name, (value, label, unit) in counted.items()},
    }  # fmt: skip


def _passed(case: Case) -> Fact:
    return Fact(id="时间进度", value=float(time_share(case.plan, case.as_of)) * 100, unit="%", digits=1,
                label="规划期时间进度", formula="已过整年数÷规划年数", sources=case.facts.planned("规划期"))  # fmt: skip


def _returned(case: Case) -> dict[str, Any]:
    facts, rows = case.facts, case.returns.submissions
    sent = rows[rows["unit"].ne("") & ~rows["status"].isin(NOTHING_READABLE)]
    late = sent.loc[sent["status"].eq("迟报"), "unit"].unique()
    missing = [unit for unit in case.plan.units if unit.id not in set(sent["unit"])]
    unread = rows[rows["status"].eq("无法读取")]
    count, parts = sent["unit"].nunique(), facts.submissions(sent["unit"])
    return {
        "应报": facts.count("报送.应报", len(case.plan.units), "应报单位", "个", sources=facts.planned("成员单位")),
        "已报": facts.count("报送.已报", count, "已报单位", "个", parts=parts),
        "报送率": facts.share("报送.报送率", count, len(case.plan.units), "报送率", parts),
        "迟报": facts.count("报送.迟报", len(late), "迟报单位", "个", parts=facts.submissions(late)),
        "迟报单位": [case.plan.unit(unit).name for unit in late],
        "未报": facts.count("报送.未报", len(missing), "未报送单位", "个", parts=facts.submissions(u.id for u in missing)),
        "未报单位": [unit.name for unit in missing],
        "无法读取": facts.count("报送.无法读取", len(unread), "无法读取的文件", "个", sources=facts.sources.submissions(unread)),
        "无法读取文件": list(unread["file"]),
    }  # fmt: skip


def _checked(case: Case) -> dict[str, Any]:
    findings = case.evaluation.findings
    still = findings[findings["answer"].eq("")]
    return {
        "有": bool(still["severity"].isin(["question", "rejected"]).any()),
        "待核": case.facts.found("核查.待核", still[still["severity"].eq("question")], "待核数据"),
        "退回": case.facts.found("核查.退回", still[still["severity"].eq("rejected")], "退回数据"),
    }


def _by_rating(case: Case, what: str, rows: pd.DataFrame, parts: Callable, item: Callable) -> dict[str, Any]:
    """For every rating in use, how many there are, and the list of them under …项."""
    words: dict[str, Any] = {
        "合计": case.facts.count(f"{what}.合计", len(rows), f"{what}数", parts=parts(rows))
    }
    for rating in Rating:
        mine = rows[rows["rating"].eq(rating)]
        words[rating] = case.facts.count(
            f"{what}.评级.{rating}",
            len(mine),
            f"评为“{rating}”的{what}",
            formula="按评级计数",
            parts=parts(mine),
        )
        words[f"{rating}项"] = [item(row) for row in mine.to_dict("records")]
    return words


def _tasks(case: Case) -> dict[str, Any]:
    tasks, facts = case.evaluation.tasks, case.facts

    words = _by_rating(case, "任务", tasks, facts.tasks, _rated)
    ahead = tasks[tasks["rating"].isin([Rating.ON_SCHEDULE, Rating.NEARLY_ON_SCHEDULE])]
    words["达到序时进度"] = facts.count("任务.达到序时进度", len(ahead), "达到或基本达到序时进度的任务", formula="按评级计数", parts=facts.tasks(ahead))  # fmt: skip
    behind = tasks[tasks["rating"].isin(FALLING_SHORT)]
    words["未达进度"] = facts.count("任务.未达进度", len(behind), "滞后、未完成或未启动的任务", formula="按评级计数", parts=facts.tasks(behind))  # fmt: skip
    words["未达进度项"] = [_rated(row) for row in behind.to_dict("records")]
    for name, rows in (("数据不足", tasks[tasks["rating"].eq(Rating.UNKNOWN)]), ("未达进度", behind)):
        words[f"{name}牵头"] = [
            {"单位": lead, "任务数": facts.count(f"任务.{name}.{lead}", len(mine), f"{lead}牵头、{name}的任务", parts=facts.tasks(mine))}
            for lead, mine in rows.groupby("lead", sort=False)
        ]  # fmt: skip
    return words


def _self_ratings(case: Case) -> dict[str, Any]:
    rows, facts = case.evaluation.tasks, case.facts
    differing = rows[rows["agrees"].map(lambda agrees: agrees is False)]
    own, ruled = (differing[column].map(step).astype(float) for column in ("self_rating", "rating"))
    above = differing[own < ruled]
    return {
        "不一致": facts.count("自评.不一致", len(differing), "自评与评定不一致的任务", parts=facts.tasks(differing)),
        "偏高": facts.count("自评.偏高", len(above), "自评高于评定的任务", parts=facts.tasks(above)),
        "不一致项": [_rated(row) for row in differing.to_dict("records")],
        "偏高项": [_rated(row) for row in above.to_dict("records")],
    }  # fmt: skip


def _changes(case: Case) -> dict[str, Any]:
    """What moved since the mid-term, of the ratings that can be compared; nothing without a mid-term."""
    if case.midterm is None:
        return {}
    rows = largest_changes(case.evaluation, case.midterm.evaluation)
    rows = rows[rows["comparable"]]
    words: dict[str, Any] = {}
    for name, mine in (("变好", rows[rows["change"] > 0]), ("变差", rows[rows["change"] < 0])):
        ids = [
            indicator_id(i) if what == "指标" else task_id(i)
            for what, i in zip(mine["what"], mine["id"], strict=True)
        ]
        words[name] = case.facts.count(
            f"变化.{name}",
            len(mine),
            f"评级{name}的任务和指标",
            formula="与中期逐项比较",
            parts=tuple(ids) or case.facts.tasks(case.evaluation.tasks),
        )
        words[f"{name}项"] = [
            {"名称": r["name"], "原": r["before"], "现": r["now"]}
            for r in mine.head(_MOVED).to_dict("records")
        ]
    return words  # fmt: skip


def _rated(row: dict) -> dict[str, Any]:
    return {"名称": row["title"], "牵头": row["lead"], "评级": row["display"], "自评": row["self_rating"]}


def _indicators(case: Case) -> dict[str, Any]:
    rows, facts = case.evaluation.indicators, case.facts
    words = _by_rating(case, "指标", rows, facts.indicators, lambda row: case.words[row["indicator"]])
    behind = rows[rows["rating"].isin(FALLING_SHORT)]
    words["未达进度"] = facts.count("指标.未达进度", len(behind), "滞后、未完成或未启动的指标", formula="按评级计数", parts=facts.indicators(behind))  # fmt: skip
    enough = rows[rows["rating"].isin(_ENOUGH)]
    words["达到要求"] = facts.count("指标.达到要求", len(enough), "完成、基本完成或达到、基本达到序时的指标", formula="按评级计数", parts=facts.indicators(enough))  # fmt: skip
    words["调查项"] = [
        case.words[i.id] for i in case.plan.indicators if i.kind is TargetKind.LEVEL_AT_HORIZON
    ]
    words["有对照"] = any(plain_name(item["结果"]) == plain_name(PUBLISHED) for item in words["调查项"])
    words["未达进度项"] = [
        case.words[name] for name in behind.sort_values("share", kind="stable")["indicator"]
    ]
    words["未说明原因项"] = [item["名称"] for item in words["未达进度项"] if not item["原因"]]
    words["全部项"] = [case.words[name] for name in rows["indicator"]]
    return words


def indicator_words(case: Case, name: str) -> dict[str, Any]:
    """One indicator: its names, figures, rating, and what its lead says of it."""
    facts, indicator = case.facts, case.plan.indicator(name)
    row = case.evaluation.indicators.set_index("indicator").loc[name]
    words: dict[str, Any] = {
        "名称": row["name"], "简称": indicator.short_name, "评级": row["rating"],
        "判定": Fact(id=f"{name}.判定", value=row["verdict"], label=f"{row['name']}·判定", formula="逐期、逐校（逐单位）判定后计数",
                   parts=facts.named(indicator_id(name))),
        "牵头": case.plan.task(indicator.task).lead.unit if indicator.task else indicator.owner or "未明确",
        "要求": _wanted(case, indicator), "现值": facts.indicator(name), "现值名称": row["value_label"],
        "完成比例": _attained(case, row), "算式": _quotient(row), "最差": row["rating_low"], "最好": row["rating_high"],
        "下界": facts.indicator(name, "low"), "上界": facts.indicator(name, "high"),
        "缺失": list(row["missing"]), "待核": facts.indicator(name, "questions"),
    }  # fmt: skip
    if not pd.isna(row["target"]):
        words |= {"目标": facts.indicator(name, "target"), "尚差": facts.indicator(name, "remaining")}
    if not pd.isna(row["expected"]):
        words["应达"] = facts.indicator(name, "expected")
    cause = reported(case, indicator.task, CAUSE, name, BRIEF) if indicator.task else None
    words["原因"] = cause or ""
    return words | (
        _surveyed(case, indicator, row["verdict"]) if indicator.kind is TargetKind.LEVEL_AT_HORIZON else {}
    )


_LEAST = {">=": "不少于", ">": "超过", "<=": "不超过", "<": "低于", "range": "区间下限", "rank": "前"}
_EACH = {TargetKind.ANNUAL: "每年", TargetKind.CUMULATIVE: "累计"}
_COUNTED = {
    TargetKind.ANNUAL: "年", TargetKind.TREND: "年次", TargetKind.PER_ENTITY_PER_PERIOD: "校学期",
    TargetKind.EVERY_ENTITY: "所", TargetKind.POOLED_RATIO: "人",
}  # fmt: skip


def _wanted(case: Case, indicator: Indicator) -> Fact:
    """What an indicator asks for, in words: each year, each school, at least, at most; the direction of a trend."""
    name, facts = indicator.id, case.facts
    wanted = partial(Fact, id=f"{name}.要求", label=f"{indicator.name}·要求", formula="方案规定")
    if indicator.target is None:
        text = "逐年下降" if indicator.operator == "decreasing" else "逐年增长"
        return wanted(value=text, sources=facts.planned(f"{name} 要求"))
    of_each = indicator.population if indicator.kind is TargetKind.PER_ENTITY_PER_PERIOD else ""
    target, least = facts.indicator(name, "target"), _LEAST.get(indicator.operator, "")
    if target.unit == PERCENT and indicator.operator == ">=":
        least = "不低于"
    return wanted(
        value=f"{_EACH.get(indicator.kind) or of_each or ''}{least}{target.text}", parts=(target.id,)
    )


def _is_ratio(row: pd.Series) -> bool:
    """Whether there is a percentage to tell: none while the value itself is unknown, as what is missing is not nothing."""
    return bool(row["operands"]) and row["operands"][1] != 0 and not pd.isna(row["value"])


def _attained(case: Case, row: pd.Series) -> Fact | str:
    """How much of what is asked for is there, in percent of its two operands; a dash where it is no such ratio."""
    if not _is_ratio(row):
        return "—"
    name, (part, whole) = row.name, row["operands"]
    return Fact(id=f"{name}.完成比例", value=part / whole * 100, unit="%", digits=1, label=f"{row['name']}·完成比例", formula=_quotient(row),
                parts=case.facts.named(f"{name}.value"))  # fmt: skip


def _quotient(row: pd.Series) -> str:
    """The division that an indicator's percentage is of; a dash where there is none."""
    if not _is_ratio(row):
        return "—"
    part, whole = (
        f"{number:.0f}" if float(number).is_integer() else f"{number:g}" for number in row["operands"]
    )
    unit = _COUNTED.get(row["kind"], "")
    return f"{part}÷{whole}{unit}"


def _surveyed(case: Case, indicator: Indicator, verdict: str) -> dict[str, Any]:
    """What a survey says of a level; ``可用`` tells whether one may be used, ``不可用原因`` why not."""
    name, whole = indicator.id, case.plan.meta.whole
    survey = case.survey and case.survey.answering(indicator.measured_by)
    told = {
        "调查对象": whole,
        "结果": indicator.measured_by.outcome,
        "结果名称": f"{indicator.measured_by.outcome}{indicator.measured_by.of_whom}",
    }
    unusable = (
        "没有可用的本地抽样调查" if case.survey is None
        else f"{case.survey.label}没有估计这一项" if survey is None
        else f"{survey.label}于{chinese_date(survey.published)}发布，晚于评估基准日" if survey.published > case.as_of
        else f"{survey.label}没有权数，不能推断{whole}" if not survey.weighted
        else ""
    )  # fmt: skip
    if survey is None or unusable:
        return told | {"可用": False, "不可用原因": unusable}
    row = {"estimate": survey.estimate / 100, "se": survey.se / 100, "ci_low": survey.ci_low / 100,
           "ci_high": survey.ci_high / 100, "n": survey.n, "df": survey.df, "deff": survey.deff}  # fmt: skip
    figures = case.survey_facts.estimates(
        name, row, f"{whole}{survey.outcome}{indicator.measured_by.of_whom}"
    )
    confidence = Fact(id=f"{name}.confidence", value=round(case.plan.rating.confidence * 100, 6), unit="%", label="置信水平",
                      formula="方案文件设定", sources=case.facts.planned("rating.confidence"))  # fmt: skip
    shown = {"估计值": "estimate", "标准误": "se", "区间下限": "ci_low", "区间上限": "ci_high", "样本量": "n",
             "自由度": "df", "设计效应": "deff"}  # fmt: skip
    return told | {
        "可用": True, "调查": survey.label, "发布日": chinese_date(survey.published), "加权": survey.weighting,
        "置信水平": confidence, "含义": MEANING[verdict],
        **{word: figures[key] for word, key in shown.items() if key in figures},
    }  # fmt: skip


def _calls(case: Case) -> list[dict[str, Any]]:
    """Whom to ask first: units whose answers could change most ratings."""
    calls = next_calls(case.plan, case.returns, case.evaluation)
    messages = case.evaluation.findings.set_index("finding")["message"]
    return [
        {
            "单位": row.unit_name, "未报送": bool(row.silent),
            "评级数": case.facts.count(f"优先联系.{row.unit_name}.评级", row.ratings, f"{row.unit_name}的答复可能改变的评级",
                                       parts=case.facts.named(submission_id(row.unit))),
            "先问": "请尽快报送填报表" if row.silent else messages[row.first],
        }
        for row in calls[calls["ratings"].gt(0)].itertuples()
    ]  # fmt: skip


def _rectification(case: Case) -> dict[str, Any]:
    items, tasks = case.to_rectify, case.evaluation.tasks
    raised = tasks[tasks["number"].isin([item.task for item in items])]
    return {
        "有": bool(items),
        "合计": case.facts.count("整改.清单", len(items), "列入整改清单的事项", formula="见整改清单",
                               parts=case.facts.tasks(raised)),
    }  # fmt: skip
