"""The list of activities: each by itself, against each other, and against the unit's duties."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Container, Hashable, Iterator, Sequence
from statistics import median
from typing import NamedTuple

from rapidfuzz import fuzz

from kepu_eval.plan import Unit
from kepu_eval.returns.cells import tidy
from kepu_eval.returns.findings import Findings, as_found, row_place
from kepu_eval.returns.matching import FILLER
from kepu_eval.returns.names import UnitNames
from kepu_eval.returns.plausibility.seen import Seen, ask_event, asked_about

CROWD, GROUP = 5.0, 5
"""An activity with five times as many participants as any other of its kind, of at least five."""
INDOORS, ROOM, MANY = re.compile(r"室|文化站|服务中心|报告厅|教室|实训楼|之家|礼堂|影院"), 2.5, 800
"""What a hall or a room of a district holds: 800 persons, where no other activity indoors had two fifths of them."""
ALIKE, DAYS = 92, 3
"""Titles (0 to 100) and days within which two rows of one unit are one activity, where head-count and place agree."""
COMPARED = 200
"""Activities of one title, or of one head-count and place, within days that a row is compared with."""
SHORT = 6
"""Characters that a title told in short still has."""
_YEARS = re.compile(r"20\d\d年?")
_YEAR, _NUMBERS = (
    re.compile(r"^\D{0,6}(20\d\d)\s*年"),
    re.compile(r"\d+|[一二三四五六七八九十]+(?=[期场次届讲批轮班])"),
)

_NOT_HELD = re.compile(
    r"(?:已|因.{1,8})?(?:取消|停办|延期|暂缓)|未(?:能)?(?:举办|开展)|(?:改期|推迟)(?:至|到)?"
    r"|^关于.*的(?:通知|方案|请示|函|报告|批复)$|^(?:20\d\d年)?(?:拟|计划|预计)(?:举|开|组|召|承|在|于)|\((?:拟|计划|预告|待定|筹备)[^)]*\)"
)
_ABOVE = re.compile(r"^(?:市|自治区|省|国家|中国)")  # hosts of a level above
_BRACKETS = re.compile(r"\(([^)]+)\)")  # of a tidied title: full width is gone
_SESSION = re.compile(r"第[\d一二三四五六七八九十]+[期场次届讲批轮]")


def check_participants(seen: Seen, findings: Findings) -> None:
    """Ask about an activity without participants (X21): 0, or left blank."""
    for row in seen.activities:
        if (row["unit"], row["sheet"], row["cells"]["participants"]) in seen.asked:
            continue
        if row["participants"] != row["participants"] or row["participants"] == 0:
            told = "为0" if row["participants"] == 0 else "未填"
            ask_event(findings, "X21", row, "participants", f"参与人次{told}：“{as_found(row['title'])}”",
                      "请填实际参与人次；没有举办的请删除该行")  # fmt: skip


def check_places(seen: Seen, findings: Findings) -> None:
    """Tell a unit once which of its activities have no place, where it names places of others (X41)."""
    for unit in seen.names:
        rows = [row for row in seen.activities if row["unit"] == unit]
        without = [row for row in rows if not row["place"]]
        if without and 2 * len(without) <= len(rows):
            cells = "、".join(f"第{row['row']}行" for row in without)
            findings.add("X41", "note", f"{cells}没有填活动地点：“{as_found(without[0]['title'])}”", "请补填；线上举办的写“线上”",
                         **row_place(without[0], "title"), item=without[0]["number"])  # fmt: skip


def check_crowds(seen: Seen, findings: Findings) -> None:
    """Ask about an activity that is five times as large as any other of its indicator (X31): a digit too many."""
    kinds: dict[str, list[dict]] = defaultdict(list)
    for row in seen.activities:
        if row["participants"] > 0:
            kinds[row["indicator"]].append(row)
    for rows in kinds.values():
        if len(rows) < GROUP:
            continue
        usual = median(row["participants"] for row in rows)
        for row in rows:
            if row["participants"] == row["task"] and usual >= CROWD * row["participants"]:
                told = f"{as_found(row['participants'])}人次，恰是任务号，同类活动一般{as_found(usual)}人次"
                ask_event(findings, "X31", row, "participants", told, "请核实是否填错了列")
        *_, second, first = sorted(rows, key=lambda row: row["participants"])
        if first["participants"] >= CROWD * second["participants"]:
            told = (
                f"{as_found(first['participants'])}人次，同类活动最多{as_found(second['participants'])}人次"
            )
            ask_event(findings, "X31", first, "participants", told, "请核实是否多一位")


def check_rooms(seen: Seen, findings: Findings) -> None:
    """Ask about a crowd in a room that is far above any other that was held indoors (X31): a digit too many."""
    inside = [row for row in seen.activities if row["participants"] > 0 and INDOORS.search(row["place"])]
    if len(inside) < GROUP:
        return
    *_, second, first = sorted(inside, key=lambda row: row["participants"])
    crowd = first["participants"] >= max(MANY, ROOM * second["participants"])
    if crowd and not asked_about(findings)(first, "participants"):
        told = f"{as_found(first['participants'])}人次，在{as_found(first['place'])}；其他室内活动最多{as_found(second['participants'])}人次"
        ask_event(findings, "X31", first, "participants", told, "请核实是否多一位")


def check_tasks(seen: Seen, findings: Findings) -> None:
    """Ask about an activity under no task, one that is not the unit's, or not its indicator's (X26)."""
    names = {unit.id: unit for unit in seen.plan.units}
    duties = {unit: {task.number for task, _ in seen.plan.duties(names[unit])} for unit in names}
    of_indicator = {i.id: i.task for i in seen.plan.indicators}
    for row in seen.activities:
        task, meant = row["task"], of_indicator.get(row["indicator"])
        if task is None:
            if not (row["asked"] or (row["unit"], row["sheet"], row["cells"]["task"]) in seen.asked):
                told = f"任务号未填：“{as_found(row['title'])}”"
                options = () if meant is None else (str(meant),)
                ask_event(findings, "X26", row, "task", told, "请填对应的任务号", options)
            continue
        if meant is not None and meant != task:
            told = f"关联指标{row['indicator']}属任务{meant}"
        elif task not in duties.get(row["unit"], {task}):
            told, meant = f"本单位不承担任务{task}（牵头为{seen.plan.lead(task).name}）", None
        else:
            continue
        ask_event(
            findings,
            "X26",
            row,
            "task",
            f"任务号{task}，{told}",
            "请核对任务号",
            () if meant is None else (str(meant),),
        )


def check_years(seen: Seen, findings: Findings) -> None:
    """Ask about an activity whose title names another year than its date (X32); a year's last may fall into spring."""
    before = [
        row for row in seen.parts["events"] if row["state"] == "note" and row["title"]
    ]  # years before the plan
    for row in (*seen.activities, *before):
        named, day = _YEAR.search(tidy(row["title"])), row["date"]
        if not named or not isinstance(day, dt.date):
            continue
        late = day.year - int(named[1])
        if late and not (late == 1 and day.month <= 3):
            ask_event(
                findings, "X32", row, "date", f"日期{day.isoformat()}，活动名称写{named[1]}年", "请核对日期"
            )


def check_repeated(seen: Seen, findings: Findings) -> None:
    """Ask about an activity that one unit lists twice (X27): same title and head-count or place, within a few days."""
    by_unit: dict[str, list[dict]] = defaultdict(list)
    for row in seen.activities:
        if isinstance(row["date"], dt.date):
            by_unit[row["unit"]].append(row)
    for rows in by_unit.values():
        told: set[int] = set()
        near: dict[int, list[_Listed]] = defaultdict(list)
        for row in rows:
            near[row["date"].toordinal() // (DAYS + 1)].append(_listed(row))
        for slot, ones in near.items():
            for one, other in _repeated([*ones, *near.get(slot + 1, [])], told):
                told.add(other["row"])
                what = (
                    f"与第{one['row']}行疑为同一活动（{one['date'].isoformat()}“{as_found(one['title'])}”）"
                )
                ask_event(findings, "X27", other, "", what, "请确认是否重复列报；重复的删除一行")
                other["asked"] = (*other["asked"], ("X27", f"第{other['row']}行"))


class _Listed(NamedTuple):
    """An activity with its title and place as they are compared."""

    row: dict
    title: str
    place: str
    keys: tuple[Hashable, Hashable]


def _listed(row: dict) -> _Listed:
    """``keys``: two rows can only be one activity where they have one of these in common."""
    title, place = FILLER.sub("", _YEARS.sub("", tidy(row["title"]))), tidy(row["place"])
    numbers = tuple(_NUMBERS.findall(title))
    return _Listed(row, title, place, ((numbers, title), (numbers, row["participants"], place)))


def _repeated(listed: Sequence[_Listed], told: Container[int]) -> Iterator[tuple[dict, dict]]:
    """For each row that is not ``told`` yet, the first one before it that it repeats, of so many as are compared."""
    before: dict[Hashable, list[int]] = defaultdict(list)
    for place, other in enumerate(listed):
        if other.row["row"] not in told:
            earlier = sorted({at for key in other.keys for at in before[key][:COMPARED]})
            one = next((listed[at] for at in earlier if _same(listed[at], other)), None)
            if one is not None:
                yield one.row, other.row
        for key in other.keys:
            before[key].append(place)


def _shortened(one: str, other: str) -> bool:
    """Whether one title is the other with words left out."""
    short, long = sorted((re.sub(r"\W", "", one), re.sub(r"\W", "", other)), key=len)
    rest = iter(long)
    return len(short) >= SHORT and all(char in rest for char in short)


def _same(one: _Listed, other: _Listed) -> bool:
    """Whether two rows that have a key in common are one activity."""
    apart = abs((one.row["date"] - other.row["date"]).days)
    if apart > DAYS:
        return False
    people, place = one.row["participants"] == other.row["participants"], one.place == other.place
    if apart == 0 and one.title == other.title:
        tasks = one.row["task"], other.row["task"]
        if None not in tasks and tasks[0] != tasks[1]:
            return False  # one activity under two tasks counts once, which C55 tells
        return people or place or not (one.row["place"] and other.row["place"])
    if not (people and place):
        return False
    titles = one.title, other.title
    return fuzz.ratio(*titles) >= ALIKE or (apart == 0 and _shortened(*titles))


def check_whose(seen: Seen, findings: Findings) -> None:
    """Ask about an activity of another unit or district, without a name, or that its title says was not held (X41)."""
    names = UnitNames(seen.plan)
    for row in seen.parts["events"]:
        if row["state"] == "accepted" and not row["title"]:
            told = f"没有活动名称（{as_found(row['date'])}，{as_found(row['participants'])}人次）"
            ask_event(findings, "X41", row, "", told, "请填活动名称；不是活动的删除该行")
    for row in seen.activities:
        host, title = names.named(row["organiser"]), tidy(row["title"])
        inside = _BRACKETS.search(title)
        other = names.within(inside[1]) if inside else None
        elsewhere = seen.elsewhere(f"{title}，{row['place']}")
        above = as_found(row["organiser"]) if _ABOVE.search(tidy(row["organiser"])) else ""
        if above or (host is not None and host.id != row["unit"]):
            whose = above or (host.name if host else "")
            told = f"主办单位写的是{whose}，合办的活动由主办单位填报：“{as_found(title)}”"
            ask_event(
                findings, "X41", row, "", told, "请核对；由对方主办的删除该行，由本单位主办的改正主办单位"
            )
        elif other is not None and other.id != row["unit"] and not _named(names, other, row):
            told = f"活动名称写的是{other.name}的：“{as_found(title)}”，主办、协办单位都不是它"
            ask_event(findings, "X41", row, "", told, "请核对；误抄的删除该行，合办的补填协办单位")
        elif elsewhere:
            told = f"名称或地点写的是{elsewhere}：“{as_found(title)}”{as_found(row['place'])}"
            ask_event(
                findings, "X41", row, "", told, "请核对；不是本地举办的请说明本单位做了什么，误抄的删除该行"
            )
        elif _NOT_HELD.search(title):
            ask_event(
                findings, "X41", row, "", f"活动名称写明没有举办：“{as_found(title)}”", "没有举办的请删除该行"
            )


def _named(names: UnitNames, unit: Unit, row: dict) -> bool:
    """Whether a unit is one of an activity's organisers."""
    told = [row["organiser"], *re.split("[、,，;；]", row["co_organisers"])]
    return any(found is not None and found.id == unit.id for found in map(names.named, told))


def check_numbered(seen: Seen, findings: Findings) -> None:
    """Ask about a number, or a title with its session (第3期), that stands at two activities of a unit and year (X27).

    And about an activity that is one of another year but for the year: same title, day, place and head-count.
    """
    known: dict[tuple, dict] = {}
    for row in seen.activities:
        title, day = tidy(row["title"]), row["date"]
        year = day.year if isinstance(day, dt.date) else None
        session = (row["unit"], "", year, title) if _SESSION.search(title) else None
        number = (row["unit"], tidy(row["number"]), None, "") if row["number"] else None
        again = (
            (row["unit"], tidy(row["place"]), row["participants"], f"{day:%m%d}{_YEARS.sub('', title)}")
            if year
            else None
        )
        for key, what in (
            (number, f"活动编号{row['number']}"),
            (session, "名称、期次"),
            (again, "除年份外的日期、名称、地点、人次"),
        ):
            first = known.setdefault(key, row) if key else row
            if first is not row and not any(code == "X27" for code, _ in row["asked"]):
                told = f"{what}与第{first['row']}行相同（{first['date']}“{as_found(first['title'])}”）"
                ask_event(
                    findings,
                    "X27",
                    row,
                    "",
                    told,
                    "请确认是否重复列报；重复的删除一行，不重复的改正编号、名称",
                )
                row["asked"] = (*row["asked"], ("X27", f"第{row['row']}行"))
