"""Amounts of one sentence that cannot all be true: parts and wholes, shares, changes, so many times so much."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from kepu_eval.returns.text_changes import change, series
from kepu_eval.returns.text_grammar import FAR, TOTAL, Amount, Told, read
from kepu_eval.returns.text_products import EACH, MEAN, period, product

_LONGER = re.compile(r"[三五几两]年|历年|以来|至今|累计")
_NEXT = re.compile(r"[^,，。;；:：()（）]{0,6}[、,，和及与][^,，。;；:：()（）]{0,12}")
_NO_LIST = re.compile(
    r"共|合计|总计|累计|其中|每|均|最|占|比|较|由|从|增|减|另|还|剩|其余|计划|实际|应|超|回收|办结|采[纳用]|参[加与]|出席|印制|支出|获|评|复赛|决赛|脱产|合格|结业|服务|接待|提供|面积"
)
_MEANT = re.compile("计划|应|拟|目标|预计")
SHARED = re.compile(
    r"女|男|岁|以上|以下|党员|族|残疾|低保|脱贫|高级(?!工程师|教师|农艺师|技师)|中级(?!工程师)|首次|新增|优秀|获奖|线上|线下|兼|重复|其他|测|次$"
)
"""What an amount may share with the next in a list: of 80 persons 45 are women and 50 are above sixty."""
_LEVEL = re.compile(r"(?:专科|本科|高中|初中|大专)(?:及其?)?以[上下]")
_PAIRS = (("男", "女"), ("线上", "线下"), ("城镇", "农村"), ("城区", "农牧区"), ("区内", "区外"), ("上半年", "下半年"))  # fmt: skip


def relations_apart(sentence: str) -> str:
    """What amounts of one sentence cannot be together, in words; empty where there is nothing."""
    told = read(sentence)
    checks: tuple[Callable[[Told], str], ...] = (_above_hundred, _parts, _part_above, _share, series, change, product, period)  # fmt: skip
    return next(filter(None, (check(told) for check in checks)), "") if told.amounts else ""


def _sum(parts: Sequence[Amount]) -> float:
    return round(sum(part.number for part in parts), 6)


def _listed(parts: Sequence[Amount]) -> str:
    return "、".join(f"{part.number:.10g}" for part in parts)


def _runs(told: Told) -> Iterator[list[Amount]]:
    """Amounts of one kind that stand one behind the other, with no word between them that makes them something else."""
    run: list[Amount] = []
    for amount in told.amounts:
        same = run and (run[-1].unit == amount.unit or run[-1].kind == amount.kind == "件")
        each = any(word.search(a.before) for word in (EACH, MEAN) for a in (amount, *run[-1:]))
        follows = same and run[-1].like(amount) and not each and not _MEANT.search(run[-1].before)
        gap = told.gap(run[-1], amount) if follows else ""
        again = run and gap and _bare(amount.before) == _bare(run[-1].before) != ""
        if not follows or not _NEXT.fullmatch(gap) or (_NO_LIST.search(gap) and not again):
            yield run
            run = []
        run.append(amount)
    yield run


def _bare(label: str) -> str:
    return label.strip("〇、,，和及与")


def _paired(parts: Sequence[Amount]) -> bool:
    labels = [part.before for part in parts]
    return len(parts) == 2 and any(
        (one in labels[0] and other in labels[1]) or (other in labels[0] and one in labels[1])
        for one, other in _PAIRS
    )


def _apart(parts: Sequence[Amount]) -> bool:
    """Whether parts exclude each other, by what stands before them: all of one sort, none of which can be another too."""
    labels = [_LEVEL.sub("", part.before) for part in parts]
    return _paired(parts) or not any(map(SHARED.search, labels))


def _parts(told: Told) -> str:
    """Parts that do not add up to the whole named before or behind them."""
    for run in filter(lambda run: len(run) > 1, _runs(told)):
        place = told.amounts.index(run[0])
        before = told.amounts[place - 1] if place else None
        behind = next(
            (a for a in told.amounts[place + len(run) :] if a.like(run[0]) and TOTAL.search(a.before)),
            None,
        )
        said = _to_whole_behind(told, run, behind) if behind else ""
        said = said or (_to_whole_before(told, run, before) if before and before.like(run[0]) else "")
        said = said or _to_first(run)
        if said:
            return said
    return ""


def _to_whole_behind(told: Told, run: list[Amount], whole: Amount) -> str:
    added, years = _sum(run), {part.year for part in run if part.year}
    if not _apart(run) or re.search("等|其中|另|部分", told.gap(run[-1], whole)) or whole.number in (added, *(p.number for p in run)):  # fmt: skip
        return ""
    longer = (
        told.years != len(years)
        and _LONGER.search(told.plain[max(whole.start - 14, 0) : whole.start])
        and (len(run) < 3 or (len(years) == 1))
    )
    if longer and added < whole.number and (len(years) < 2 or whole.number <= 3 * added):
        return ""  # of years that are not named
    return f"{_listed(run)}之和是{added:.10g}，不是{whole.shown}"


def _to_whole_before(told: Told, run: list[Amount], whole: Amount) -> str:
    gap, added = told.gap(whole, run[0]), _sum(run)
    inside = told.plain[run[0].start : run[-1].end]
    some = re.search("其中|包括|主要|等|含", gap + inside) or re.match("等|其他|其余", run[-1].after)
    exact = re.search(r"分别|[:：(（][^,，。;；\d]*$|^即", gap) and not some and whole.unit == run[0].unit
    if _paired(run) and re.search("其中|[(（:：]|^[,，]", gap):
        exact = True
    if not _apart(run) or re.search(r"[。;；]", gap) or len(re.findall("[,，]", gap)) > 1:
        return ""
    if exact and added != whole.number:
        return f"{_listed(run)}之和是{added:.10g}，不是{whole.shown}"
    within = re.search("其中|包括|分别|中[^,，]{0,4}$", gap)
    alike = len({part.before[-1:] for part in run}) == 1 or run[0].kind != "人" or len(run) > 2
    if within and alike and added > 1.01 * whole.number >= max(p.number for p in run):
        return f"其中{_listed(run)}之和是{added:.10g}，多于总数{whole.shown}"
    return ""


def _to_first(run: list[Amount]) -> str:
    """A run whose first is the whole of the others: 150名，男性82名，女性58名; 120件，小学组56件、初中组41件、高中组33件."""
    whole, parts = run[0], run[1:]
    if len(parts) < 2 or whole.number < max(part.number for part in parts) or not _apart(parts):
        return ""
    added = _sum(parts)
    sorts = {part.before.strip("、,，和及")[-1:] for part in parts}
    same_sort = len(parts) > 2 and len(sorts) == 1 and whole.before[-1:] not in sorts and "" not in sorts
    rest = len(parts) == 2 and re.search("未|没有|其余|余下", parts[1].before)
    if (_paired(parts) and added != whole.number) or ((same_sort or rest) and added > whole.number):
        return f"{_listed(parts)}之和是{added:.10g}，不是{whole.shown}"
    return ""


def _part_above(told: Told) -> str:
    """A part (其中) above its whole, half a year above the year."""
    for half, year in pairwise(told.amounts):
        if "半年" in half.before and "全年" in year.before and half.like(year) and half.number > year.number:
            return f"{half.before.strip('、，,')}{half.shown}多于全年{year.shown}"
    for found in re.finditer("其中", told.plain):
        before = [a for a in told.amounts if a.end <= found.start()]
        end = told.plain.find("其中", found.end())
        for part in told.amounts:
            if part.start < found.end() or 0 <= end <= part.start:
                continue
            whole = next((a for a in reversed(before) if a.like(part)), None)
            if whole and part.number > whole.number and part.unit not in ("%", "天", "小时", "元", "年"):
                return f"其中{part.shown}多于总数{whole.shown}"
    return ""


_OF_ALL = re.compile(r"占[^,，。;；]{0,14}的[^,，。;；\d]{0,3}$")
_NO_MOST = "增长增幅完成利用周转执行达成回报投入产出"
_RATE = re.compile(r"([一-鿿]{1,3}率|比例|占比?|比重)[^\d]{0,6}$")
_DONE = {"执行": "支使", "完成": "实完已", "覆盖": "覆盖建开走", "办结": "办答", "整改": "整改消", "开设": "开", "参与": "参"}  # fmt: skip
_REACHED = re.compile(r"已|实|其中|中有|现有|完成|覆盖|开展|建成|合格|通过|回收|收回|参加|参与|支出|使用|办结|结业|占")  # fmt: skip


def _above_hundred(told: Told) -> str:
    """A share above 100 %, or three shares of one whole that are together more."""
    shares = []
    for amount in told.amounts:
        named = _RATE.search(amount.before) if amount.unit == "%" else None
        share = named or (
            amount.unit == "%" and re.match(r"(?:以上)?的(?!增|涨|提|目标|任务|计划)", amount.after)
        )
        if share and amount.number > 100 and not (named and named[1][-3:-1] in _NO_MOST):
            return f"{named[1] if named else ''}{amount.number:.10g}%超过100%"
        if named and named[1].startswith("占"):
            shares.append(amount)
    labels = [_LEVEL.sub("", amount.before) for amount in shares]
    if len(shares) > 2 and not any(map(SHARED.search, labels)) and _sum(shares) > 101:
        return f"{_listed(shares)}%合计{_sum(shares):.10g}%"
    for one, other in pairwise(a for a in told.amounts if a.unit == "%"):
        exclusive = any(a in one.before and b in other.before for a, b in _PAIRS) and _RATE.search(one.before)
        label = _bare(one.before)[-2:]
        if f"不{label}" in other.before and len(label) == 2 and one.number + other.number > 101:
            return f"{label}{one.shown}、不{label}{other.shown}合计超过100%"
        if exclusive and abs(one.number + other.number - 100) > 2:
            return f"{one.before.strip('、，,')}{one.shown}、{other.shown}合计不是100%"
    return ""


def _share(told: Told) -> str:
    """A rate or share beside the two amounts that it is the ratio of, and is not."""
    for rate in (a for a in told.amounts if a.unit == "%"):
        named = _RATE.search(rate.before)
        of_all = _OF_ALL.search(told.plain[max(rate.start - 24, 0) : rate.start])
        name = "占" if of_all else named[1] if named else ""
        own = _of_share(told, rate, name[-3:] if name.endswith("率") else name)
        if own is None:
            continue
        part, whole = own
        ratio = 100 * part.number / whole.number if whole.number else rate.number
        if (
            (ratio <= 100 or "占" in whole.before)
            and abs(ratio - rate.number) > FAR
            and not re.search("约|近", rate.before)
        ):
            return f"{whole.shown}中{part.shown}应约{ratio:.0f}%，不是{rate.number:.10g}%"
    return ""


def _of_share(told: Told, rate: Amount, name: str) -> tuple[Amount, Amount] | None:
    """Part and whole that a share is of, where the sentence says both and says that they are."""
    others = [a for a in told.amounts if a.unit not in ("%", "百分点")]
    before = [a for a in others if a.end <= rate.start]
    if name and not before and len(others) > 1:  # 到位率60%，到位18万元，计划投入20万元
        done = next((a for a in others if name[:-1] in a.before), None)
        meant = next((a for a in others if done and a.like(done) and _MEANT.search(a.before)), None)
        return (done, meant) if done and meant and done.number <= meant.number else None
    if not name or not before or len({a.year for a in before[-2:]} - {0}) > 1:
        return None
    last, others = before[-1], before[:-1]
    within = re.fullmatch(r"[^,，。;；\d]{0,8}的[^,，。;；\d]{0,3}", told.plain[last.end : rate.start])
    if name.startswith("占") or re.search("占[^,，]{0,12}$", last.before):
        if within and "占" in last.before:
            part = next((a for a in reversed(others) if a.like(last)), None)
            return (part, last) if part else None
        gap = told.plain[last.end : rate.start]
        wholes = [a for a in others if a.like(last) and a.number >= last.number > 0]
        fits = any(abs(100 * last.number / a.number - rate.number) <= FAR for a in wholes)
        whole = wholes[0] if wholes and not fits else None
        label = rate.before.split("占")[0].strip("、，,的〇约其")
        named = not label or set(label) & set(last.before + last.after) - set("人员学生工等数")
        if whole and named and not re.search("[。;；]", gap) and len(re.findall("[,，、]", gap)) < 2:
            return last, whole
        return None
    whole = next((a for a in reversed(others) if a.like(last)), None)
    words = last.before + last.after
    of = name[:-1] in words or (set(_DONE.get(name[:2], name[:-1])) & set(words) and _REACHED.search(words))
    if whole is None or not of or whole.number < last.number:
        return None
    return last, whole
