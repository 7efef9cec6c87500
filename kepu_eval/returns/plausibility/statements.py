"""What a statement says in words, held against the calendar, its own numbers, its sizes and the unit that it is of."""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Iterator

from kepu_eval.plan import Unit
from kepu_eval.returns.findings import Findings, as_found
from kepu_eval.returns.plausibility.seen import LONG, Seen, ask_status, cells_of, pairs
from kepu_eval.returns.plausibility.words import DONE, YES, reasoned
from kepu_eval.returns.text_contradictions import contradiction
from kepu_eval.returns.text_dates import dates_apart, outside_round

_BLANKS = re.compile(r"[XxＸ×]{1,4}(?:年|月|日|场|期|人|次|活动|单位|学校|社区)|某某|＿{2,}|_{2,}|[*]{2,}")
_DONE_IN = re.compile(r"(20\d\d)年(?:(\d{1,2})月)?[^,，。;；\d]{0,6}(?:举办|开展|组织|召开|实施)(?:的|了|过)")
_DEADLINE = re.compile(r"(20\d\d)\s*年(?:\s*(\d{1,2})\s*月)?[^,，。;；\d]{0,4}前")
_COLUMNS = {"progress": "进展说明", "problem": "存在问题", "next_step": "下一步措施"}
_SHIFTED = 4
_ANY_DIGIT, _SAME, _MANY = re.compile(r"\d"), 3, 6
_ONE_DAY = re.compile(r"20\d\d年\d{1,2}月.*\d+\s*(?:人|名|场|期|次|件|份|个|所|家|户)")
"""A long text that stands in three rows (six where it tells no number, two where it tells month and number) was pasted."""
_HAVE = re.compile(
    r"(?:现有|现共有|共有|已有|目前有|总数达?到?|达到|发展到|扩大到|增加?到)[^,，。;；\d]{0,10}?(\d+)\s*余?[多]?(?:人|名|支)(?!次)"
)
_ADDED = re.compile(
    r"(?:自|从)?20\d\d年?(?:以来|[-—–~至到]+20\d\d年)[^。;；\d]{0,12}(?:新增|增加)[^,，。;；\d]{0,6}(\d+)\s*(?:人|名|支)(?!次)"
)
_FROM_TO = re.compile(r"由(?:20\d\d年的?)?(\d+)\s*(?:人|名|支)?[^,，。;；\d]{0,8}[到至](?:20\d\d年的?)?(\d+)")
_GREW = re.compile(r"新增|增加了?|壮大|扩大|新吸收|新招募|新聘|补充了?\d")
_UNCHANGED = re.compile(
    r"(?:没有|未)(?:新增|增加|变化|调整)|[与同和较比](?:基期|2020年底?)[^,，。;；\d]{0,6}(?:持平|相同|一致)"
)
_SHRANK = re.compile(
    r"(?:减少|流失|退出)了?\d+\s*(?:人|名|支)|(?:较|比)(?:20\d\d年?|基期|上年)[^,，。;；\d]{0,6}(?:下降|减少)|人数[^,，。;；\d]{0,6}(?:下降|减少)"
)
_OWN_WORDS = "请按本单位的实际重写；确为合办的请说明本单位做了什么"
_OUR = re.compile(r"我(局|委|会|办|部|院|校|镇|街道|中心)(?![员议法门])")
_ACTS = r"(?:办公室)?(?:高度|积极|认真|扎实|深入|充分|始终|组织|举办|开展|印发|召开|承办|主办|制定|出台|联合|结合|利用|立足|围绕|安排|成立|建立|多次|20\d\d年|\d)"
_WITH_US = re.compile(r"协办|配合|参[加与]|协助|派出|推荐")
_JOINED = re.compile(r"\d+余?[人名]次?[一-鿿]{0,6}?(?:参[加与]|到场)")
_WE = re.compile(r"我|本(?:单位|局|委|会|办|部门|系统)")


def check_dates(seen: Seen, findings: Findings) -> None:
    """Ask about days that do not exist or are still to come, acts before the plan, deadlines that are over (X34)."""
    for row in seen.parts["statuses"]:
        told = _about_dates(row, row["progress"], seen)
        if told:
            ask_status(seen, findings, "X34", row, "progress", told, "请核对日期，按本轮期间内已做的写")
        for year, month in _DONE_IN.findall(row["problem"]):
            if dt.date(int(year), min(int(month or 1), 12) or 1, 1) > seen.round.as_of:
                told = (
                    f"“{year}年{f'{month}月' if month else ''}”在数据截止日{seen.round.as_of.isoformat()}之后"
                )
                ask_status(seen, findings, "X34", row, "problem", told, "请核对日期")
        ends = [_end(*found) for found in _DEADLINE.findall(row["next_step"])]
        if ends and max(ends) <= seen.round.as_of:
            told = f"下一步措施的期限在数据截止日{seen.round.as_of.isoformat()}之前"
            ask_status(
                seen, findings, "X34", row, "next_step", told, "请写今后的措施和期限；已经做完的写入进展说明"
            )


def _about_dates(row: dict, text: str, seen: Seen) -> str:
    done = YES in row["done_by_year"].values()
    return dates_apart(text) or outside_round(text, seen.round.as_of, seen.plan.meta.first_year, done=done)


def _end(year: str, month: str) -> dt.date:
    """Last day of a month, or of a year where none is named."""
    number = min(max(int(month or 12), 1), 12)
    return dt.date(int(year), number, monthrange(int(year), number)[1])


def check_numbers(seen: Seen, findings: Findings) -> None:
    """Ask about numbers in one text that contradict each other (X35): a part above its whole, fewer persons than sessions."""
    for row in seen.parts["statuses"]:
        for key in _COLUMNS:
            if told := contradiction(row[key], seen.round.as_of.year):
                ask_status(seen, findings, "X35", row, key, told, "请核对文字中的数")


def check_pasted(seen: Seen, findings: Findings) -> None:
    """Ask once about a text that stands word for word in many rows of one unit (X36)."""
    rows: dict[tuple[str, str, str], list[dict]] = defaultdict(list)
    for row in seen.parts["statuses"]:
        for key in _COLUMNS:
            if len(row[key]) >= LONG:
                rows[row["unit"], key, row[key]].append(row)
    for (_, key, text), same in rows.items():
        told_once = key == "progress" and _ONE_DAY.search(text)
        least = 2 if told_once else _SAME if key == "progress" and _ANY_DIGIT.search(text) else _MANY
        if len(same) >= least:
            told = f"等{len(same)}行（{cells_of(same, key)}）{_COLUMNS[key]}完全相同：“{as_found(text)}”"
            ask_status(seen, findings, "X36", same[0], key, told, "请逐项写各自的情况")


def check_whose(seen: Seen, findings: Findings) -> None:
    """Ask about a text that tells what another unit did, or calls the unit what it is not (X37): a copy not adapted."""
    units = {unit.id: unit for unit in seen.plan.units}
    names = {name: unit for unit in units.values() for name in (unit.name, *unit.aliases) if len(name) >= 3}
    starts = re.compile(
        rf"(?:^|[,，。;；])\s*({'|'.join(map(re.escape, sorted(names, key=len, reverse=True)))}){_ACTS}"
    )
    for row in seen.parts["statuses"]:
        own, text = units.get(row["unit"]), row["progress"]
        if own is None or not text:
            continue
        found, called = starts.search(text), _OUR.search(text)
        told = "还有没有填写的“XX”" if _BLANKS.search(text) else ""
        ours = found and (_WITH_US.search(_JOINED.sub("", text)) or _WE.search(text[found.end() :]))
        if found and names[found[1]] is not own and not ours:
            told = f"写的是{found[1]}，本表是{own.name}的"
        elif elsewhere := seen.elsewhere(text):
            told = f"写的是{elsewhere}，本地是{seen.plan.meta.district}"
        elif called and not _may_say(own, called[1]):
            told = f"自称“我{called[1]}”，本单位是{own.name}"
        if told:
            ask_status(seen, findings, "X37", row, "progress", told, _OWN_WORDS)


def _may_say(unit: Unit, called: str) -> bool:
    """Whether a unit may call itself so: 局, 委, 部 by the ends of its names; federations and societies are 会."""
    names = (unit.name, *unit.aliases)
    ends = [name.removesuffix("委员会") + "委" if name.endswith("委员会") else name for name in names]
    return any(name.endswith(called) for name in ends) or (called == "会" and unit.name[-1] in "联协会")


def check_told_sizes(seen: Seen, findings: Findings) -> None:
    """Ask about sizes that are not what the words say, fell while the words tell of growth, or are years (X38)."""
    for row in seen.parts["statuses"]:
        before, now = row["baseline_size"], row["current_size"]
        for key, told in _about_sizes(row, before, now, seen):
            ask_status(seen, findings, "X38", row, key, told, "请核对规模数和进展说明")


def _about_sizes(row: dict, before: float, now: float, seen: Seen) -> Iterator[tuple[str, str]]:
    years = range(seen.plan.meta.first_year - 1, seen.round.as_of.year + 1)
    dated = [key for key in ("baseline_size", "current_size") if row[key] in years]
    like = all(
        500 <= size <= 5000 for size in (before, now) if size == size
    )  # a size among sizes of its kind
    if len(dated) == 2 or (dated and not like):
        yield dated[-1], f"={as_found(row[dated[-1]])}，像是年份"
        return
    text = row["progress"]
    shown = f"进展说明写“{as_found(text)}”"
    if now < before and row["self_rating"] not in DONE and _GREW.search(text):
        yield "current_size", f"={as_found(now)}，少于基期规模{as_found(before)}，而{shown}"
    elif now > before and _SHRANK.search(text) and not _GREW.search(text):
        yield "current_size", f"={as_found(now)}，多于基期规模{as_found(before)}，而{shown}"
    elif now == now and (found := _HAVE.search(text)):
        told = float(found[1])
        if told != before and abs(told - now) > max(0.05 * now, 2):
            yield "current_size", f"={as_found(now)}，{shown}"
    elif (grown := _FROM_TO.search(text)) and float(grown[1]) == before and float(grown[2]) != now == now:
        yield "current_size", f"={as_found(now)}，{shown}"
    elif _other_growth(before, now, text):
        yield "current_size", f"={as_found(now)}，基期规模{as_found(before)}，{shown}"
    elif now < before and row["self_rating"] not in DONE and not reasoned(f"{text}{row['problem']}"):
        yield "current_size", f"={as_found(now)}，少于基期规模{as_found(before)}，没有写原因"


def _other_growth(before: float, now: float, text: str) -> bool:
    """Whether a text tells of far more new ones than a size grew by, or of none where it changed."""
    added = _ADDED.search(text)
    changed = before == before and now == now and now != before
    return bool(added and float(added[1]) > 2 * max(now - before, 0) + 10) or bool(
        changed and _UNCHANGED.search(text)
    )


def check_told_by_others(seen: Seen, findings: Findings) -> None:
    """Ask about a text with month and number that another unit tells word for word of another commitment (X37).

    What it says is taken to be of the commitment whose words it shares most.
    """
    texts = {item.id: item.text for task in seen.plan.tasks for item in task.commitments}
    by_text: dict[str, list[dict]] = defaultdict(list)
    for row in seen.parts["statuses"]:
        if len(row["progress"]) >= LONG and _ONE_DAY.search(row["progress"]):
            by_text[row["progress"]].append(row)
    for text, rows in by_text.items():
        if len({row["commitment"] for row in rows}) < 2 or len({row["unit"] for row in rows}) < 2:
            continue
        source = max(rows, key=lambda row: len(pairs(text) & pairs(texts[row["commitment"]])))
        for row in rows:
            if row["unit"] != source["unit"] and row["commitment"] != source["commitment"]:
                told = f"与{seen.names[source['unit']]}{source['commitment']}的进展说明一字不差"
                ask_status(seen, findings, "X37", row, "progress", told, _OWN_WORDS)


def check_shifted(seen: Seen, findings: Findings) -> None:
    """Ask a unit once whose texts stand a row (or some rows) off the commitments that they are about (X42).

    A text is told by the pairs of characters that only its commitment, and the evidence for it, have in their words.
    """
    titles: dict[tuple[str, str], str] = defaultdict(str)
    for row in seen.parts["evidence"]:
        for item in row["commitments"]:
            titles[row["unit"], item] += f" {row['title']}"
    texts = {item.id: item.text for task in seen.plan.tasks for item in task.commitments}
    by_unit: dict[str, list[dict]] = defaultdict(list)
    for row in seen.parts["statuses"]:
        if row["progress"]:
            by_unit[row["unit"]].append(row)
    for unit, rows in by_unit.items():
        words = _distinctive(
            [f"{texts[row['commitment']]} {titles[unit, row['commitment']]}" for row in rows]
        )
        off: dict[int, list[dict]] = defaultdict(list)
        for place, row in enumerate(rows):
            said = pairs(row["progress"])
            shared = [len(said & own) for own in words]
            best = max(range(len(rows)), key=shared.__getitem__)
            if len(row["progress"]) >= LONG and not shared[place] and shared[best] >= 2:
                off[place - best].append(row)
        shifted = max(off.values(), key=len, default=[])
        if len(shifted) >= _SHIFTED:
            told = (
                f"等{len(shifted)}行（{cells_of(shifted, 'progress')}）进展说明写的是别的承诺，疑为整体错行"
            )
            ask_status(seen, findings, "X42", shifted[0], "progress", told, "请核对进展说明与承诺是否对应")


def _distinctive(texts: list[str]) -> list[set[str]]:
    """Pairs of characters of each text that at most one other text has."""
    told = [pairs(text) for text in texts]
    known = Counter(pair for own in told for pair in own)
    return [{pair for pair in own if known[pair] <= 2} for own in told]
