"""So many times so much in one sentence: of each session, school or head, and of every month."""

from __future__ import annotations

import re

from kepu_eval.returns.cells import counted
from kepu_eval.returns.text_grammar import TOTAL, Amount, Told

EACH = re.compile(r"每(?!年|学期|季|月|周|〇)一?([^,，。;；\d每]{1,14})$")
MEAN = re.compile(r"([人户校家场期班日天月村])均[^,，。;；\d]{0,6}$")
_ALL_EACH = re.compile(r"各[^,，。;；\d]{0,6}$")
_ROUGH = re.compile("平均|均|约|左右|余|多|不少于|至少|以上|不等|最多|不超过|要求|标准")
_SAME = {"日": "天", "人": "名", "名": "人"}
_NOT_WHOLE = re.compile("计划|应|另|其中|新增|最|首|补[办训]")
SLACK = 0.1
"""Share by which persons of sessions, and what is told roughly, differ from the product."""


def product(told: Told) -> str:
    """A total that is not so many times so much, where the sentence tells one of each."""
    for each in told.amounts:
        mean = MEAN.search(each.before)
        found = EACH.search(each.before) or mean
        spread = None if found else _ALL_EACH.search(each.before)
        if not found and not spread:
            continue
        averaged = mean is not None or "平均" in each.before
        counts, totals = (
            _counts(told, each, found[1] if found else ""),
            _totals(told, each, averaged=averaged),
        )
        if len(counts) != 1 or len(totals) != 1:
            continue
        expected, total = counts[0] * each.number, totals[0].number
        rough = bool(_ROUGH.search(told.plain[each.start - len(each.before) : each.end + 2]))
        slack = 0.05 + 0.5 / max(each.number, 1) if averaged else 0.3 if rough else SLACK if each.kind == "人" else 0.0  # fmt: skip
        fits = abs(expected - total) <= slack * max(expected, total) or total in (counts[0], each.number)
        if fits or (re.search("不少于|至少|以上", each.before + each.after) and expected <= total):
            continue
        of = f"（应约{total / counts[0]:.0f}{each.written}）" if averaged else ""
        return f"{counts[0]:.10g}与{found[0] if found else '各'}{each.shown}{of}应是{expected:.10g}{each.written}，不是{totals[0].shown}"
    return ""


def _totals(told: Told, each: Amount, *, averaged: bool) -> list[Amount]:
    """What the sentence tells as all of it."""
    return [
        a for a in told.amounts
        if a is not each and a.kind == each.kind and not EACH.search(a.before) and not MEAN.search(a.before)
        and (TOTAL.search(a.before) or averaged) and not _NOT_WHOLE.search(a.before)
    ]  # fmt: skip


def _counts(told: Told, each: Amount, thing: str) -> list[float]:
    """How many there are of what has so much each: 22所学校 of 每校, 48名特派员 of 每名特派员, 6门 of 每门."""
    found = []
    for amount in told.amounts:
        if amount.kind == each.kind or _NOT_WHOLE.search(amount.before) or EACH.search(amount.before) or MEAN.search(amount.before):  # fmt: skip
            continue
        if thing:
            unit = thing.startswith(amount.written) or thing.startswith(_SAME.get(amount.written, "　"))
            noun = (
                thing.removeprefix("个")[:1] in amount.after[:5]
                or _SAME.get(thing[:1], "　") == amount.written
            )
            counts = noun if unit and amount.written == "个" and len(thing) > 1 else unit or noun
            counts = counts or (thing[0] in "人名" and amount.kind == "人")
            counts = counts or (thing[0] == "个" and amount.written == "个" and amount is told.amounts[0])
        else:
            counts = amount.unit in ("个", "所", "家", "处") and 0 <= each.start - amount.end <= 10
        if counts:
            found.append(amount.number)
    if thing[:1] in ("天", "日") and told.days and not found:
        found = [float(told.days)]
    return list(dict.fromkeys(found)) if thing else found[-1:]


_EVERY = re.compile(r"每([两二三四五六]?)个?(年|学期|季度|季|月|周|〇〇)[^,，。;；\d每]{0,8}$")
_TIMES = {"年": 1, "学期": 2, "季度": 4, "季": 4, "月": 12, "周": 53}
_WHOLE_YEAR, _EACH_OWN = (
    re.compile(r"全年|年内|20\d\d年"),
    re.compile(r"各[^,，]{0,6}每|每(?:所|个?学?校|村)"),
)
_LAPSE = re.compile("除外|停|假|春节|疫情|汛期|从|自|起|至|合并|因|淡季|农闲|场馆检修|期间")


def period(told: Told) -> str:
    """More in a year than every month (quarter, week) gives, or far fewer and no reason told."""
    for n, each in enumerate(told.amounts):
        found = _EVERY.search(told.plain[max(each.start - 14, 0) : each.start])
        total = next(
            (a for a in told.amounts[n + 1 :] if a.unit == each.unit and TOTAL.search(a.before)), None
        )
        if found is None or total is None or each.unit in ("元", "%") or each.kind == "人":
            continue
        every, step = found[2].replace("〇〇", "周"), counted(found[1]) if found[1] else 1
        lasting = next(
            (a for a in told.amounts if a.unit in ("周", "月") and not a.before.endswith("每")), None
        )
        if lasting and lasting.unit != every:
            continue
        periods = lasting.number if lasting else _TIMES[every] * (told.years or 1)
        expected, exact = periods * each.number / step, every == "年"
        whole = lasting or told.years or _WHOLE_YEAR.search(told.text)
        few = total.number < expected * (1 if exact else 0.6) and whole and not _LAPSE.search(told.plain)
        many = total.number > expected + (0 if exact else max(1, expected / 10))
        if (few or many) and not _EACH_OWN.search(told.plain):
            often = f"每{found[1] and found[1] + '个'}{every}{each.shown}"
            return f"{often}，应约{expected:.10g}{each.written}，不是{total.shown}"
    return ""
