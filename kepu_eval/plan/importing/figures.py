"""Target columns of a table: baselines, values by year, directions, as draft indicators."""

from __future__ import annotations

import re

from kepu_eval.plan.importing.model import DraftIndicator
from kepu_eval.plan.importing.numbers import Proposal, compared_in, rank_in

_LOWER_IS_BETTER = re.compile(
    "死亡|伤亡|损失|发病|患病|事故|犯罪|排放|流失|违法|失业|近视|肥胖|超重|贫困|能耗|缺陷|辍学|弃读|投诉|污染|丢失|破损|受伤|火灾|假阳|感染|自杀|溺水|低体重"
)
_REDUCTION = re.compile("(降低|下降|减少|压减|削减)(率|幅度|比例)?$")
_VALUE = re.compile(
    r"^(?P<sign>≥|≤|>=|<=|＞|＜|>|<|不低于|不少于|不超过|不高于|超过|高于|低于|达到|至少|控制在|约|大于|小于|稳定在|保持在)?\s*(?P<number>-?\d[\d,]*(?:\.\d+)?)\s*(?:(?:-|—|–|~|～|至)\s*(?P<top>\d+(?:\.\d+)?))?\s*(?P<many>万|亿)?(?P<unit>%|％|‰|/10万|[\u4e00-\u9fff/]{1,6}?)?\s*(?P<after>以上|以下|以内|及以上|及以下|左右)?\s*(?:[（(\[](?P<note>[^）)\]]*)[）)\]])?$"
)
_TREND = re.compile(
    "^(持续|逐年|逐步|稳步|不断|稳中|进一步|有所|明显|显著|大幅)?(改善|提高|提升|增长|增加|上升|下降|降低|减少|向好|优化)$"
)
_OPERATORS = {"≥": ">=", ">=": ">=", "不低于": ">=", "不少于": ">=", "达到": ">=", "至少": ">=", "≤": "<=", "<=": "<=", "不超过": "<=", "不高于": "<=",
              "控制在": "<=", "＞": ">", ">": ">", "超过": ">", "高于": ">", "大于": ">", "＜": "<", "<": "<", "低于": "<", "小于": "<",
              "稳定在": ">=", "保持在": ">="}  # fmt: skip
_SURVEYED = re.compile("(科学素质|素养).*(比例|水平|率)|具备.*素[质养]")
_BASE_NOTE = re.compile(r"(20\d\d)")


def indicator_of(name: str, unit: str, baselines: list[tuple[int | None, str]], targets: list[tuple[int | None, str]],
                 nature: str = "") -> DraftIndicator | None:  # fmt: skip
    """One draft indicator of a row; ``None`` when its target cells say nothing. The last year's value is the target."""
    told = [(year, text) for year, text in targets if text.strip(" —-–/无")]
    if not told:
        return None
    doubt, last = "", told[-1]
    trend = _TREND.match(last[1].strip())
    binding = "约束性" if "约束" in nature else "预期性" if "预期" in nature else ""
    base = _baseline(baselines)
    wording = "；".join(f"{year}年{text}" if year else text for year, text in told)
    if trend:
        rises = trend[2] in ("提高", "提升", "增长", "增加", "上升")
        falls = trend[2] in ("下降", "降低", "减少") or (not rises and bool(_LOWER_IS_BETTER.search(name)))
        doubt = "" if rises or trend[2] in ("下降", "降低", "减少") else "“改善”指升还是降请核对"
        said = Proposal(
            f"{name}{wording}",
            name,
            "trend",
            "decreasing" if falls else "increasing",
            None,
            None,
            unit,
            "year",
            last[0],
            doubt,
        )
        return DraftIndicator(said, (), base, binding)
    if other := _other(name, unit, last, wording):
        return DraftIndicator(other, (), base, binding)
    read = [(year, _VALUE.match(text.replace(" ", ""))) for year, text in told]
    found = read[-1][1]
    if found is None:
        return None
    operator, doubt = _operator(found, name)
    top = float(found["top"]) * _scale(found) if found["top"] else None
    values = [(year, _value(match)) for year, match in read if match is not None]
    kind = "level_at_horizon" if _SURVEYED.search(name) else "stock_at_horizon"
    if kind == "level_at_horizon":
        doubt = "请写明由哪项调查、哪个人群判定"
    said = Proposal(f"{name}{wording}", name, kind, "range" if top is not None else operator, values[-1][1], top,
                    unit or (found["unit"] or "").replace("％", "%"), "year", last[0], doubt)  # fmt: skip
    earlier = tuple((year, value) for year, value in values[:-1] if year is not None)
    return DraftIndicator(said, earlier, base, binding)


def _baseline(told: list[tuple[int | None, str]]) -> tuple[int | None, float] | None:
    """Year and value of the first cell that holds a number; a year in brackets says of which year it is."""
    base = next(((year, value) for year, text in told if (value := _number(text)) is not None), None)
    if base is None:
        return None
    remarks = (re.split("[（(]", text)[-1] for _, text in told if re.search("[（(]", text))
    noted = next((_BASE_NOTE.search(remark) for remark in remarks), None)
    return int(noted[1]) if noted else base[0], base[1]


def _other(name: str, unit: str, last: tuple[int | None, str], wording: str) -> Proposal | None:
    """A rank, or a comparison with others, as a target cell says it."""
    year, text = last
    if (rank := rank_in(f"排名{text}")) is not None:
        return Proposal(
            f"{name}{wording}",
            name,
            "stock_at_horizon",
            "rank",
            rank,
            None,
            unit or "位",
            "year",
            year,
            "按名次判定，请核对",
        )
    if (compared := compared_in(text)) is not None:
        sign, whose, margin = compared
        kind = "level_at_horizon" if _SURVEYED.search(name) else "stock_at_horizon"
        return Proposal(f"{name}{wording}", name, kind, sign, margin, None, unit, "year", year,
                        f"{whose}各年的数请写入reference.values", whose)  # fmt: skip
    return None


def unread(targets: list[tuple[int | None, str]]) -> str:
    """What target cells say that is neither a number nor a direction (empty: nothing)."""
    texts = [text for _, text in targets if text.strip(" —-–/无")]
    return "；".join(
        t for t in texts
        if not _VALUE.match(t.replace(" ", "")) and not _TREND.match(t.strip()) and rank_in(f"排名{t}") is None and not compared_in(t)
    )  # fmt: skip


def _operator(found: re.Match, name: str) -> tuple[str, str]:
    after = found["after"] or ""
    if after in ("以下", "以内", "及以下"):
        return "<=", ""
    if found["sign"] in _OPERATORS:
        return _OPERATORS[found["sign"]], ""
    if after in ("以上", "及以上"):
        return ">=", ""
    lower = bool(_LOWER_IS_BETTER.search(name)) and not _REDUCTION.search(name)
    return ("<=" if lower else ">="), "原文没有写“不低于”或“不超过”，比较方式请核对"


def _scale(found: re.Match) -> int:
    return {"万": 10_000, "亿": 100_000_000}.get(found["many"] or "", 1)


def _value(found: re.Match) -> float:
    return float(found["number"].replace(",", "")) * _scale(found)


def _number(text: str) -> float | None:
    found = _VALUE.match(text.replace(" ", ""))
    return None if found is None else _value(found)
