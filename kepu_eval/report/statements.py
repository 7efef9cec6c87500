"""What units wrote, ranked: which of their own words are worth printing as an example, and where each stands.

Words without content are left out, so are near-identical ones and those that name a person; what contradicts the
unit's own answers comes last and says so. A rank is a proposal: which examples a report prints is the evaluator's
choice. Likeness is rapidfuzz's ratio of the texts without numbers and names of units.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process

from kepu_eval.errors import KepuError
from kepu_eval.number_text import number_text
from kepu_eval.personal_data import personal_data
from kepu_eval.plan import LEAD, Plan
from kepu_eval.returns import Returns
from kepu_eval.returns.checks import COUNTED
from kepu_eval.returns.text_figures import FAR, whole_claims
from kepu_eval.safe_text import tidy

DONE, EXPERIENCE, PROBLEM, CAUSE, MEASURE = "成效", "经验", "问题", "原因", "措施"
COLUMNS = (
    "unit", "unit_name", "task", "commitment", "role", "text", "file", "sheet", "cell", "score", "flagged", "reason",
)  # fmt: skip
ALIKE, ALIKE_OF_ONE = 88, 70
"""Likeness (0 to 100) from which on two statements say the same; of one unit, whose clerk uses sentences again, less."""

FIELDS = {
    DONE: "progress",
    EXPERIENCE: "progress",
    PROBLEM: "problem",
    CAUSE: "problem",
    MEASURE: "next_step",
}
_EXPERIENCE = re.compile(
    r"的做法是?[:：,，]|做法[:：]|经验[:：是]|照此办理|探索出|总结出|实行.{1,12}制|固定在|轮流|先.{1,12}[后再]"
)
_CAUSE = re.compile(r"[,，。;；\s]*(?:原因(?:是|为|在于|[:：])|主要是|主要因|由于|因为)[:：,，]?\s*")

# Words that can be said of anything; what is left when they are gone is what a statement says.
_EMPTY = """
按照 按 根据 方案 计划 要求 部署 安排 结合 日常 常态化 正常 有序 稳步 扎实 积极 认真 持续 不断 进一步 大力 全力 全面 深入 切实 有效 高度
重视 加强 组织 领导 推进 推动 开展 落实 完成 实施 进行 做好 抓好 配合 协助 参与 继续 工作 任务 各项 相关 有关 部门 单位 本 活动 宣传 教育 多种 形式 一系列
方式 利用 通过 各类 宣传日 宣传周 取得 阶段性 一定 较好 良好 明显 显著 成效 效果 成绩 进展 提高 提升 增强 扩大 覆盖面 影响力 知晓率 水平 能力
服务 意识 群众 反映 好评 受到 欢迎 营造 氛围 浓厚 已 已经 正在 尚未 未 还 没有 做 开始 初步 沟通 准备 同上 同前 略 无 暂无 年度 年 业务 相结合 相 科普 科学素质 全区 我区
我单位 将 与 和 及 并 了 的 在 为 对 使 以 围绕 走在 全市 全国 前列 各级 上级 肯定 高度评价 形成 可复制 可推广 昆区 样板 打造 金字招牌 品牌 实现 全覆盖
零死角 满意度 达 百分之百 亮点纷呈 主流媒体 争相报道 引领 再上 新台阶 创新 推出 特色 模式 历史性 突破 社会 反响 空前 热烈 年年 有声势 举办 场场 爆满 成为 家喻户晓
累计 惠及 数十万 人次 多家 一致 常抓不懈 长效 预期 目标 顺利 达到 总结 检查 有 指导 思想 学习 贯彻 精神 新时代 中国特色社会主义 人人
职责 到位 严格 狠抓 确保 落到实处 问题 年底 预计 下一步 今后 主题 实际 力度 广泛 全体 全员 干部职工
""".split()  # noqa: SIM905 - words in lines read better than a list of strings
_EMPTY_WORDS = re.compile(
    "|".join(map(re.escape, sorted(_EMPTY, key=len, reverse=True))) + r"|\d{4}年|[\W_]+"
)
_BOAST = re.compile(
    r"前列|样板|金字招牌|全覆盖|零死角|百分之百|亮点纷呈|争相报道|新台阶|历史性|空前|家喻户晓|场场爆满|高度(?:肯定|评价)|一致好评"
)
_LEAST_SHARE = 0.45  # of the text that says something

_COUNT = re.compile(
    r"(?:\d[\d,.]*|[两三四五六七八九十百]+)\s*(?:万|余|多)*\s*(?:人次|平方米|课时|小时|公里|人|名|场|期|次|个|所|家|份|册|件|套|块|条|篇|户|亩|天|台|支|项|处|元|对|批|座|分|%|％)"
)
_MONTH, _DAY = re.compile(r"\d{1,2}月|[一二三四]季度|[上下]半年"), re.compile(r"\d{1,2}月\d{1,2}日")
_YEAR_AND_MONTH = re.compile(r"(20\d\d)年(?:(\d{1,2})月)?")
_PLACE = re.compile(
    r"(?:在|到|于|进)[^,，。;；]{2,14}?(?:社区|嘎查|村|镇|街道|小学|初中|高中|中学|学校|馆|中心|站|园区|企业|广场|党校|展厅|合作社|大棚|车间|实验室|医院|书屋)"
)
_RESULT = re.compile(
    r"取得.{0,8}(?:证|级)|合格|增至|提到|提高到|降到|减少|节约|解决|采纳|办结|投入使用|通过验收|转诊|劝阻|回访|获奖|(?<!线)上线|签订|签字|知晓率|满意的占|知道|学会|会用|能独立|随后"
)

_SURNAME = (
    "欧阳|上官|司马|诸葛|(?<![关对由基属位勇善])于|[王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯董萧程曹袁邓傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石"
    "姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文包乌梅牛柳陶严骆齐葛阮庞翟詹倪]"
)
_TITLED = "同志|老师|主任|局长|书记|主席|院长|校长|所长|站长|科长|部长|区长|教授|研究员|院士|博士|医生|医师|工程师|经理|先生|女士|师傅"
_NO_NAME = "任[课职教]|高[级中校]|金融|石油|江苏|许多|方[面便]|[余万][名位]|文[化科]|常[务驻]|周[落一二三四五六日末边]|田间|龙头|夏令|石化|包头|白天|于是|马上|易于|康复|程序|林业|金属|黄金|文艺|马术|陶艺"
_PERSON = re.compile(
    rf"(?<![\d几十百千])(?!{_NO_NAME})(?:{_SURNAME})[\u4e00-\u9fff]{{0,2}}?某?(?:{_TITLED})"
    rf"|(?:主讲人|负责人|联系人|主持人|填报人|讲师|授课人)[:：]\s*(?:{_SURNAME})[\u4e00-\u9fff]{{1,2}}"
    rf"|(?:{_TITLED})(?:{_SURNAME})某|(?:{_SURNAME})某{{1,2}}"
)


class Said(NamedTuple):
    """How much a statement tells, and by what; ``concrete``: it has a figure or a date."""

    score: float
    told: tuple[str, ...]
    concrete: bool


def ranked_statements(
    returns: Returns,
    plan: Plan,
    what: str = DONE,
    tasks: Collection[int] | None = None,
    as_of: dt.date | None = None,
) -> pd.DataFrame:
    """Statements worth quoting, the best first, with the columns :data:`COLUMNS`; ``tasks``: only of these.

    ``what``: 成效 or 经验 (进展说明), 问题 or 原因 (存在问题; a cause is what follows 原因是), 措施 (下一步措施). ``text`` is the
    unit's own, or the part of it that is a cause. ``score``: figures, dates, places and results that it tells; ``flagged``:
    it contradicts what the unit itself reports, which ``reason`` says, and comes after all that do not. Of near-identical
    texts the lead's is kept, else the one that tells most. ``as_of``: no 成效 and 经验 that names a later month. Raises ``KepuError`` for another ``what``.
    """
    if what not in FIELDS:
        raise KepuError(f"没有“{what}”这种内容；可选：{'、'.join(FIELDS)}")
    names = {unit.id: unit.name for unit in plan.units}
    strip = _without(plan)
    own = _own_figures(returns, plan)
    *place, value = (returns.cells[name].tolist() for name in ("file", "sheet", "cell", "value"))
    found = dict(zip(zip(*place, strict=True), value, strict=True))
    rows = []
    for row in returns.statuses[returns.statuses[FIELDS[what]].ne("")].itertuples():
        told, cell = getattr(row, FIELDS[what]), row.cells[FIELDS[what]]
        text = wanted_part(_worded(told, found.get((row.file, row.sheet, cell))), what)
        if not text or (tasks is not None and row.task not in tasks) or names_person(text):
            continue
        if as_of is not None and what in (DONE, EXPERIENCE) and names_later(text, as_of):
            continue
        said = specificity(text)
        if not said.concrete and (
            said.score < 0 or is_empty(strip(text), least=3 if what in (PROBLEM, CAUSE) else 5)
        ):
            continue
        against = what in (DONE, EXPERIENCE) and (
            _against_answers(row, text) or _against_figures(text, own.get((row.unit, row.task), {}))
        )
        rows.append(
            (row.unit, names[row.unit], row.task, row.commitment, row.role, text, row.file, row.sheet,
             cell, said.score, bool(against), against or "、".join(said.told) or "有具体内容")
        )  # fmt: skip
    listed = pd.DataFrame(rows, columns=list(COLUMNS))
    order = {unit: place for place, unit in enumerate(names)}
    first = listed.assign(lead=listed["role"].ne(LEAD), order=listed["unit"].map(order))
    first = first.sort_values(["lead", "flagged", "score", "task", "order", "commitment", "text", "file", "cell"],
                              ascending=[True, True, False, True, True, True, True, True, True])  # fmt: skip
    kept = first.loc[_distinct(first["text"].map(strip), first["unit"])]
    ranked = kept.sort_values(["flagged", "score"], ascending=[True, False], kind="stable")
    return ranked[list(COLUMNS)].reset_index(drop=True)


def is_empty(text: str, least: int = 5) -> bool:
    """Whether of a text hardly anything, or fewer than ``least`` characters, is left without the words that fit anything."""
    left = _EMPTY_WORDS.sub("", text)
    return len(left) < max(least, _LEAST_SHARE * len(text))


def names_person(text: str) -> bool:
    """Whether a text holds personal data, or what looks like a person's name with a title."""
    return bool(personal_data(text) or _PERSON.search(text))


def names_later(text: str, as_of: dt.date) -> bool:
    """Whether a text names a year, or a month of one, after that of ``as_of``."""
    found = ((int(year), int(month or 1)) for year, month in _YEAR_AND_MONTH.findall(text))
    return any(when > (as_of.year, as_of.month) for when in found)


def specificity(text: str) -> Said:
    """Points for figures with their units (at most 3), a month or day, a place and a result; less for boasting."""
    figures = len(set(_COUNT.findall(text)))
    points = {
        f"数量{figures}处": min(figures, 3),
        "日期": 1.5 if _DAY.search(text) else 1.0 if _MONTH.search(text) else 0.0,
        "地点": 1.0 if _PLACE.search(text) else 0.0,
        "结果": 1.5 if _RESULT.search(text) else 0.0,
    }
    boasts = len(_BOAST.findall(text))
    told = tuple(name for name, worth in points.items() if worth)
    concrete = bool(figures or points["日期"])
    return Said(sum(points.values()) - 1.5 * boasts, told, concrete)


def _worded(told: str, found: str | None) -> str:
    """A statement as its cell has it, full-width commas and all, unless an answer has replaced it since."""
    return " ".join(found.split()) if isinstance(found, str) and tidy(found) == told else told


def wanted_part(text: str, what: str) -> str:
    """The part of a cell that is what is wanted; empty where there is none."""
    cause = _CAUSE.search(text)
    if what == CAUSE:
        return text[cause.end() :] if cause else ""
    if what == PROBLEM:
        return text[: cause.start()] if cause else text
    return "" if what == EXPERIENCE and not _EXPERIENCE.search(text) else text


def _without(plan: Plan) -> Callable[[str], str]:
    """A text without numbers and without names of units: two that differ in nothing else say the same."""
    names = {name for unit in plan.units for name in (unit.name, *unit.aliases)}
    pattern = re.compile("|".join([*map(re.escape, sorted(names, key=len, reverse=True)), r"\d[\d,.]*"]))
    return lambda text: pattern.sub("", text)


def _distinct(texts: pd.Series, units: pd.Series) -> list:
    """Labels of the texts that are like none before them."""
    likeness = process.cdist(
        list(texts), list(texts), scorer=fuzz.ratio, score_cutoff=ALIKE_OF_ONE, dtype=np.uint8
    )
    of_one = units.to_numpy()[:, None] == units.to_numpy()
    alike = (likeness >= ALIKE) | (of_one & (likeness > 0))
    kept: list[int] = []
    for place in range(len(texts)):
        if not alike[place, kept].any():
            kept.append(place)
    return list(texts.index[kept])


def _own_figures(returns: Returns, plan: Plan) -> dict[tuple[str, int], dict[str, float]]:
    """Whole by indicator that a unit reports for a task, where every cell of it is known: the sum, or the last level."""
    told: dict[tuple[str, int], dict[str, float]] = {}
    for indicator in plan.indicators:
        if indicator.task is None or indicator.entities or indicator.measures:
            continue
        rows = returns.observations[returns.observations["indicator"].eq(indicator.id)]
        for unit, cells in rows[rows["period"].str.isdigit()].groupby("unit"):
            if cells["state"].isin(COUNTED).all():
                values = cells.sort_values("period")["value"]
                whole = values.sum() if indicator.kind.summed else values.iloc[-1]
                told.setdefault((unit, indicator.task), {})[indicator.name] = float(whole)
    return told


def _against_figures(text: str, own: Mapping[str, float]) -> str:
    """What a text says otherwise than the unit's figures; a part may be smaller than the whole, never larger."""
    for whole, number in whole_claims(text) if own else ():
        too_much = all(number > FAR * value for value in own.values())
        too_little = whole and all(number * FAR < value for value in own.values())
        if too_much or too_little:
            reported = "、".join(f"“{name}”填报的{number_text(value)}" for name, value in own.items())
            return f"文中{number_text(number)}与{reported}不符"
    return ""


def _against_answers(row: Any, text: str) -> str:
    """A yearly 无, or 未运行, beside words that say otherwise."""
    never = [year for year, answer in row.done_by_year.items() if answer == "无"]
    if never and re.search(r"每年|年年|逐年|从未间断", text):
        return f"文中称每年开展，{'、'.join(never)}年填“无”"
    if row.operating == "未运行" and re.search(r"已?投入使用|已运行|运行良好|正式启用", text):
        return "文中称已投入使用，运行情况填“未运行”"
    return ""
