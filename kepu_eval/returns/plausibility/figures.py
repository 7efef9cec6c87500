"""The figures of 指标数据 against the list of activities and against what the unit wrote in words."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from itertools import accumulate

from kepu_eval.plan import Indicator
from kepu_eval.returns.checks import ask_figures
from kepu_eval.returns.findings import Findings, as_found
from kepu_eval.returns.layout import EVENTS, NUMBERS
from kepu_eval.returns.plausibility.seen import Seen, ask_status
from kepu_eval.returns.plausibility.words import by_year as by_year_of
from kepu_eval.returns.plausibility.words import not_done
from kepu_eval.returns.text_contradictions import contradiction
from kepu_eval.returns.text_figures import FAR, TextFigure, text_figures
from kepu_eval.returns.text_grammar import HEADS
from kepu_eval.returns.wording import NOT_FINAL

LESS, MORE, SLACK = 0.05, 0.2, 5
"""A figure may be below its activities by a twentieth and above them by a fifth: not everybody lists the smallest."""
OTHERS = 4
"""Units that report before one of them without a list of activities stands out."""
_WIDER = re.compile(
    r"全(?:市|省|自治区|国|盟|旗县)|市(?:级|直)(?:数|合计|口径|单位合计)|(?:含|包括)(?:外[区县市地]|其他[区县旗]|[^,，。;；\d本]{1,8}[局委会办联部](?:举办|承办|组织|培训|的))"
)
_COUNTED_IN = re.compile(r"(20\d\d)年(?=[^。;；]{0,20}计入)")
_DOWN = ("下降", "减少", "降低")
_TREND = re.compile(
    r"(?:(20\d\d)年[^,，。;；]{0,8})?(?:比|较|同比)(?:上年|去年|上一年|(20\d\d)年)?[^,，。;；\d]{0,4}(增长|增加|提高|上升|翻了?一?番|下降|减少|降低)了?(?:约)?(?:(\d+(?:\.\d+)?)\s*[%％])?"
)
_FLOOR = re.compile(
    r"(?:每年|各年|历年|年年)(?:均|都)?[^,，。;；\d]{0,8}(\d+)\s*(?:人次|人|次|名)(?:以上|左右以上)"
    r"|(?:每年|各年)(?:均|都)?(?:不少于|不低于|超过|突破)\s*(\d+)"
)
_BY_QUARTER = re.compile(
    r"20\d\d年[^,，。;；\d]{0,3}(?:上半年[^\d,，。;；]{0,6}\d+[^。;；]{0,60}?下半年[^\d,，。;；]{0,6}\d+|一季度[^\d,，。;；]{0,6}\d+[^。;；]{0,60}?四季度[^\d,，。;；]{0,6}\d+)"
)
_QUARTER_OF = re.compile(r"(?:[上下]半年|[一二三四]季度)[^\d,，。;；]{0,6}(\d+)")
_ON_A_DAY = re.compile(r"(20\d\d)年(\d{1,2})月(\d{1,2})日([^。;；]*)")
_SESSIONS = {"次", "场", "期", "班次"}


def check_activities(seen: Seen, findings: Findings) -> None:
    """Ask about figures that are not what the unit's own list of activities for that indicator adds up to (X23).

    Figures above it only where another year agrees: a unit that lists its main activities alone has no such year.
    """
    for indicator in seen.plan.indicators:
        if not indicator.kind.summed or indicator.measures:
            continue
        for unit in seen.names:
            _against_activities(seen, indicator, unit, findings)


def _against_activities(seen: Seen, indicator: Indicator, unit: str, findings: Findings) -> None:
    known, doubted = listed_of(seen, indicator, unit)
    rows = [row for row in seen.figures(unit, indicator.id) if row["period"] in seen.over]
    if not known or not rows:
        return
    years = [row["period"] for row in rows]
    running = dict(zip(years, accumulate(known.get(year, 0.0) for year in years), strict=True))
    exact = sum(row["value"] == known.get(row["period"]) for row in rows) >= 2
    complete = any(known.get(row["period"]) and _agree(row["value"], known[row["period"]]) for row in rows)
    off, told = [], []
    for row in rows:
        year, listed = row["period"], known.get(row["period"], 0.0)
        below = row["value"] < listed * (1 - LESS) - SLACK
        more = LESS if exact else MORE
        above = row["value"] > listed * (1 + more) + SLACK and complete and not doubted
        if below or above:
            off.append(row)
            sums = f"（恰为台账{years[0]}年以来的累计数）" if row["value"] == running[year] else ""
            told.append(f"{row['cell']}={as_found(row['value'])}{sums}，台账中{year}年合计{as_found(listed)}")
    if off:
        message = f"{'；'.join(told)}，与活动台账中关联{indicator.id}的活动不一致"
        ask_figures(findings, "X23", off, message, "请核对：当年数应与活动台账一致，未列全的请补列")


def check_listed(seen: Seen, findings: Findings) -> None:
    """Ask a unit that reports yearly figures and lists no activity at all, where the others that report list theirs (X23).

    Not about a figure that somebody has answered for: one answer is not to open the next question.
    """
    reported: dict[str, list[dict]] = defaultdict(list)
    for indicator in seen.plan.indicators:
        for unit in seen.names if indicator.kind.summed and not indicator.measures else ():
            rows = [row for row in seen.figures(unit, indicator.id) if row["period"] in seen.over]
            if sum(row["value"] for row in rows) > 0:
                reported[unit].append(rows[-1])
    without = [unit for unit in reported if not seen.events.get(unit) and (unit, EVENTS) not in seen.unread]
    if len(reported) < OTHERS or 4 * len(without) > len(reported):
        return
    for row in (row for unit in without for row in reported[unit] if row["state"] == "accepted"):
        told = f"{row['cell']}={as_found(row['value'])}，活动台账一次活动也没有列"
        ask_figures(findings, "X23", [row], told, "请补列各次活动；另有台账的请说明")


def listed_of(seen: Seen, indicator: Indicator, unit: str) -> tuple[dict[str, float], bool]:
    """What the unit's activities add up to by year, and whether some cannot be added."""
    known: dict[str, float] = defaultdict(float)
    doubted = False
    for row in seen.events.get(unit, ()):
        doubted |= (unit, row["sheet"]) in seen.unread
        if row["indicator"] != indicator.id or row["state"] == "note":
            continue
        counted = 1.0 if indicator.unit in _SESSIONS else row["participants"]
        if row["state"] != "accepted" or not isinstance(row["date"], dt.date) or counted != counted:
            doubted = True
        else:
            known[str(row["date"].year)] += counted
    return known, doubted


def check_notes(seen: Seen, findings: Findings) -> None:
    """Ask about figures that 说明 beside them tells otherwise (X22): 0 beside 办6期, 320 beside 2023年培训230人次."""
    parts = {i.of_which: i for i in seen.plan.indicators if i.of_which}
    for indicator in seen.plan.indicators:
        if indicator.measures:
            continue
        for unit in seen.names:
            rows = [row for row in seen.figures(unit, indicator.id) if row["period"] in seen.over]
            cell, text = seen.note(rows[0]) if rows else ("", "")
            row, why = _told_otherwise(seen, rows, text, indicator) if text else (None, "")
            if row is None and text and indicator.id in parts:
                row = _against_part(seen.figures(unit, parts[indicator.id].id), text, parts[indicator.id])
            if row is not None:
                told = f"{row['cell']}={as_found(row['value'])}，{cell}说明写“{as_found(text)}”{why}"
                ask_figures(findings, "X22", [row], told, "请核对，以哪个为准")


def _told_otherwise(seen: Seen, rows: list[dict], text: str, indicator: Indicator) -> tuple[dict | None, str]:
    """The figure that a note contradicts, if any, and what more there is to say."""
    by_year = {row["period"]: row for row in rows}
    for year, clause in by_year_of(text, str(seen.round.as_of.year)):
        row = by_year.get(year)
        if row is not None and row["value"] > 0 and not_done(clause):
            return row, ""
    if NOT_FINAL.search(text):
        named = [year for year in re.findall(r"20\d\d", text) if year in by_year]
        return by_year[named[0]] if named else rows[0 if "含" in text else -1], "，不是当年的实际完成数？"
    if _WIDER.search(text) or seen.elsewhere(text):
        return rows[-1], "，含本地以外的数？"
    if any(int(year) > seen.round.as_of.year for year in _COUNTED_IN.findall(text)):
        return rows[-1], "，计入了数据截止日以后的数？"
    if apart := contradiction(text, seen.round.as_of.year):
        return rows[-1], f"：{apart}"
    row = _against_trend(by_year, text) or _against_parts(by_year, text) or _below_floor(rows, text)
    if row is None and indicator.kind.summed:
        told = list(text_figures(text))
        row = _against_note(rows, told, indicator) or _against_sessions(seen, rows, told, indicator)
    return row, ""


def _against_trend(by_year: dict[str, dict], text: str) -> dict | None:
    """The year that a note says to be more (or less) than the year before, by how much, where it is not."""
    for named, base, direction, percent in _TREND.findall(text):
        year = named or max(by_year)
        now, before = by_year.get(year), by_year.get(base or str(int(year) - 1))
        if now is None or before is None or before["value"] <= 0:
            continue
        change = (now["value"] / before["value"] - 1) * 100
        percent = "100" if direction.startswith("翻") else percent
        stated = float(percent or 0) * (-1 if direction in _DOWN else 1)
        opposite = change * (-1 if direction in _DOWN else 1) <= 0
        if opposite or (percent and abs(change - stated) > max(5, abs(stated) / 4)):
            return now
    return None


def _against_parts(by_year: dict[str, dict], text: str) -> dict | None:
    """The year whose quarters (halves), as a note tells them, do not add up to it."""
    for clause_year, sentence in ((found[:4], found) for found in _BY_QUARTER.findall(text)):
        parts = [int(number) for number in _QUARTER_OF.findall(sentence)]
        row = by_year.get(clause_year)
        if row is not None and len(parts) in (2, 4) and not _agree(sum(parts), row["value"]):
            return row
    return None


def _below_floor(rows: list[dict], text: str) -> dict | None:
    """The first year below what a note says every year reached (每年均在400人次以上)."""
    found = _FLOOR.search(text)
    least = float(found[1] or found[2]) if found else 0.0
    return next((row for row in rows if row["value"] < least), None)


def _against_sessions(
    seen: Seen, rows: list[dict], told: list[TextFigure], indicator: Indicator
) -> dict | None:
    """The year in which a note tells of another number of sessions than the activities that make up its figure."""
    if indicator.unit in _SESSIONS or not rows:
        return None
    by_year = {int(row["period"]): row for row in rows}
    held = [row for row in seen.events.get(rows[0]["unit"], ())
            if row["indicator"] == indicator.id and isinstance(row["date"], dt.date)]  # fmt: skip
    known, doubted = listed_of(seen, indicator, rows[0]["unit"])
    for figure in told:
        row = by_year.get(figure.year)
        if row is None or figure.persons or figure.part or figure.unit == "次" or doubted:
            continue
        number = sum(event["date"].year == figure.year for event in held)
        whole = _agree(row["value"], known.get(row["period"], 0.0))
        if number and figure.number != number and (whole or figure.number < number):
            return row
    return None


def _against_part(rows: list[dict], text: str, part: Indicator) -> dict | None:
    """The figure of a part (其中) that the note beside its whole tells otherwise."""
    by_year = {int(row["period"]): row for row in rows}
    for figure in text_figures(text):
        row = by_year.get(figure.year)
        named = part.name[:2] in figure.clause and figure.persons == (part.unit in HEADS)
        if row is not None and named and not _agree(figure.number, row["value"]):
            return row
    return None


def _against_note(rows: list[dict], told: list[TextFigure], indicator: Indicator) -> dict | None:
    """The figure that a note contradicts, if any."""
    by_year = {int(row["period"]): row for row in rows}
    zero = [row for row in rows if row["value"] == 0]
    for figure in told:
        row = by_year.get(figure.year)
        if row is not None and figure.number > 0 and row["value"] == 0:
            return row
        alike = figure.persons == (indicator.unit in HEADS)
        if row is not None and alike and "其中" in figure.clause and figure.number > row["value"]:
            return row
        if (
            not figure.year
            and figure.number > 0
            and zero
            and (len(zero) == len(rows) or zero[-1] is rows[-1])
        ):
            return zero[-1]
        same_unit = figure.persons == (indicator.unit in HEADS) and not figure.part
        if not same_unit:
            continue
        if row is not None and not _agree(figure.number, row["value"]):
            return row
    return _against_total(rows, told, indicator)


def _against_total(rows: list[dict], told: list[TextFigure], indicator: Indicator) -> dict | None:
    """The last figure, where a total named in the note is neither the sum nor any year's figure."""
    values = [row["value"] for row in rows]
    possible = [sum(values), *values, *accumulate(values)]
    for figure in told:
        fits = figure.persons == (indicator.unit in HEADS) and not figure.part and not figure.year
        if fits and figure.whole and not any(_agree(figure.number, value) for value in possible):
            return rows[-1]
    return None


def _agree(one: float, other: float) -> bool:
    return abs(one - other) <= max(LESS * max(one, other), 1)


def check_progress(seen: Seen, findings: Findings) -> None:
    """Ask about a total in 进展说明 that is more than the unit reports for its task's indicator (X33).

    Only a whole (累计, 共) of what the indicator counts (培训 of 培训人次): a part may be anything below it.
    """
    by_task: dict[int, list[Indicator]] = defaultdict(list)
    for indicator in seen.plan.indicators:
        if indicator.task and not indicator.measures and not indicator.entities and indicator.unit in HEADS:
            by_task[indicator.task].append(indicator)
    for row in seen.parts["statuses"]:
        for indicator in by_task[row["task"]][:1]:
            stem = indicator.name.removesuffix("人次").removesuffix("人数")[-2:]
            claimed = _claimed(row["progress"], stem, level=not indicator.kind.summed)
            wholes = (
                [seen.whole(row["unit"], i.id, summed=i.kind.summed) for i in by_task[row["task"]]]
                if claimed
                else [None]
            )
            if all(whole is not None and claimed > FAR * whole for whole in wholes):
                told = f"写{stem}{as_found(claimed)}，{NUMBERS}中{indicator.id}{indicator.name}共报{as_found(wholes[0])}"
                ask_status(seen, findings, "X33", row, "progress", told, "请核对，数字不一致的更正其中一处")


def _claimed(text: str, stem: str, *, level: bool) -> float:
    found = [
        f.number for f in text_figures(text) if f.persons and f.whole and not f.part and stem in f.clause
    ]
    return 0.0 if not found else found[0] if level else max(found)


def check_same_day(seen: Seen, findings: Findings) -> None:
    """Ask about a statement that tells another head-count of an activity than the list of activities (X33)."""
    held: dict[tuple[str, int | None, tuple[int, int, int]], list[dict]] = defaultdict(list)
    for row in seen.activities:
        if isinstance(row["date"], dt.date) and row["participants"] > 0:
            held[row["unit"], row["task"], row["date"].timetuple()[:3]].append(row)
    for row in seen.parts["statuses"]:
        for *day, rest in _ON_A_DAY.findall(row["progress"]):
            year, month, of_month = map(int, day)
            same_day = held[row["unit"], row["task"], (year, month, of_month)]
            events = [event for event in same_day if _common(event["title"], rest)]
            people = [f.number for f in text_figures(rest) if f.persons]
            if len(events) == 1 and len(people) == 1 and not _agree(people[0], events[0]["participants"]):
                event = events[0]
                told = f"写“{as_found(rest)}”，活动台账{event['cells'].get('participants', '')}同日“{as_found(event['title'])}”为{as_found(event['participants'])}人次"
                ask_status(seen, findings, "X33", row, "progress", told, "请核对，更正其中一处")


def _common(title: str, text: str) -> bool:
    """Whether an activity's title and a sentence share a run of six characters."""
    plain = re.sub(r"^20\d\d年", "", title)
    return any(plain[n : n + 6] in text for n in range(max(len(plain) - 5, 1)))


def check_fewer_told(seen: Seen, findings: Findings) -> None:
    """Ask about a statement that tells of fewer sessions in a year than the list of activities has of that name (X33)."""
    for row in seen.parts["statuses"]:
        for figure in text_figures(row["progress"]):
            if figure.persons or figure.part or not figure.year or figure.unit == "次":
                continue
            listed = [
                e for e in seen.events.get(row["unit"], ())
                if e["state"] == "accepted" and e["task"] == row["task"] and isinstance(e["date"], dt.date)
                and e["date"].year == figure.year and _common(e["title"], row["progress"])
            ]  # fmt: skip
            if len(listed) > figure.number:
                rows = "、".join(f"第{event['row']}行" for event in listed)
                told = f"写“{as_found(figure.clause)}”，活动台账{figure.year}年列了{len(listed)}次（{rows}）"
                ask_status(seen, findings, "X33", row, "progress", told, "请核对，更正其中一处")
