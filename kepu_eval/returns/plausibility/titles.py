"""What an activity's title and evidence tell of it, held against the row's own task, day and head-count."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict

from kepu_eval.returns.cells import tidy
from kepu_eval.returns.findings import Findings, as_found
from kepu_eval.returns.plausibility.seen import Seen, ask_event, asked_about, pairs

NEARLY = 0.8
"""Share of a unit's activities that do not fall on one day of the year by chance."""
_MONTH = re.compile(r"(?<![\d.])(\d{1,2})月(?:份|\d{1,2}[日号])?(?!度?[前底])")
_HEADS = re.compile(r"(?<![第\d])(\d[\d,]*)\s*(万?)[余多]?(人次|人|名)(?![级员际以制才])")
_EACH = re.compile(r"(\d+)[场期次][^\d]{0,3}每[场期次][^\d]{0,2}\d+[人名]")
_PLAIN = re.compile(r"20\d\d年?|\([^)]*\)|第[\d一二三四五六七八九十]+[期场次届讲批轮]")
FAR, CLEAR, FEW, SAME, MANY = 1.3, 2, 3, 3, 4
"""Times by which a head-count is off its title's; pairs of characters that tell a task, tasks to
which a pair may belong to tell it at all; activities of one day, place and head-count; activities that are asked about one by one."""


def check_titles(seen: Seen, findings: Findings) -> None:
    """Ask about an activity whose title names another month (X32), or another number of persons (X31), than its row."""
    for row in seen.activities:
        title, day = tidy(row["title"]), row["date"]
        months = {int(month) for month in _MONTH.findall(title) if 1 <= int(month) <= 12}
        if len(months) == 1 and isinstance(day, dt.date) and abs(day.month - next(iter(months))) > 1:
            told = f"日期{day.isoformat()}，活动名称写{next(iter(months))}月：“{as_found(title)}”"
            ask_event(findings, "X32", row, "date", told, "请核对日期")
        people = _people(title)
        if people is None or not row["participants"] > 0:
            continue
        low, high = sorted((people, row["participants"]))
        if high > FAR * low:
            told = f"参与人次{as_found(row['participants'])}，按活动名称是{as_found(people)}：“{as_found(title)}”"
            ask_event(findings, "X31", row, "participants", told, "请核实参与人次")


def _people(title: str) -> float | None:
    """The head-count that a title tells: 1500人参加, or 3场,每场40人; none where it tells several."""
    heads, each = _HEADS.findall(title), _EACH.findall(title)
    if len(heads) != 1 or ("每" in title and len(each) != 1):
        return None
    people = float(heads[0][0].replace(",", "")) * (10_000 if heads[0][1] else 1)
    return people * (int(each[0]) if each else 1)


def check_dated(seen: Seen, findings: Findings) -> None:
    """Ask about activities without a date (X32), once a unit where they are many: they count for no year until it is known."""
    undated: dict[str, list[dict]] = defaultdict(list)
    in_question = asked_about(findings)
    for row in seen.parts["events"]:
        asked = (
            in_question(row, "date") or (row["unit"], row["sheet"], row["cells"].get("date")) in seen.asked
        )
        if (
            row["state"] == "question"
            and row["date"] is None
            and row["title"]
            and row["cells"].get("date")
            and not asked
        ):
            undated[row["unit"]].append(row)
    for rows in undated.values():
        if len(rows) > MANY:
            cells = "、".join(row["cells"]["date"] for row in rows[:MANY])
            ask_event(
                findings,
                "X32",
                rows[0],
                "date",
                f"等{len(rows)}行（{cells}等）没有填日期",
                "请填具体到日的日期",
            )
            continue
        for row in rows:
            ask_event(
                findings, "X32", row, "date", f"没有填日期：“{as_found(row['title'])}”", "请填具体到日的日期"
            )


def check_same_crowd(seen: Seen, findings: Findings) -> None:
    """Ask once about activities of one unit with one day of the year, place and head-count (X27): rows copied downwards."""
    alike: dict[tuple, list[dict]] = defaultdict(list)
    for row in seen.activities:
        if isinstance(row["date"], dt.date) and row["place"] and row["participants"] > 0:
            key = (row["unit"], f"{row['date']:%m%d}", tidy(row["place"]), row["participants"])
            alike[key].append(row)
    for rows in alike.values():
        if len(rows) >= SAME and not any(code == "X27" for row in rows for code, _ in row["asked"]):
            first, *_, last = rows
            told = f"与第{first['row']}行等共{len(rows)}行的月日、地点、人次都相同（{first['date']:%m月%d日}，{as_found(first['participants'])}人次）"
            ask_event(findings, "X27", last, "", told, "请核对各次活动的日期和人次，是否下拉复制而没有改")


def check_one_day(seen: Seen, findings: Findings) -> None:
    """Ask a unit once whose activities of several years nearly all fall on one day of the year (X32): a day put in for all."""
    for rows in seen.events.values():
        dated = [row for row in rows if row["state"] == "accepted" and isinstance(row["date"], dt.date)]
        days = Counter(f"{row['date']:%m月%d日}" for row in dated)
        day, most = days.most_common(1)[0] if days else ("", 0)
        same = [row for row in dated if f"{row['date']:%m月%d日}" == day]
        if most > MANY and most >= NEARLY * len(dated) and len({row["date"].year for row in same}) > 1:
            told = f"等{most}次活动（共{len(dated)}次）的日期都是{day}，不是实际举办的日期？"
            ask_event(findings, "X32", same[0], "date", told, "请逐次填实际举办的日期")


def check_meant_tasks(seen: Seen, findings: Findings) -> None:
    """Ask about an activity under one of the unit's tasks that its evidence, or else its title, says to be of another (X26).

    A title tells a task by the pairs of characters that only that task has in its words, of all the unit's tasks; not where
    it also has a pair that its row's own task shares with at most one other.
    """
    listed = {(row["unit"], row["evidence"]): row["commitments"] for row in seen.parts["evidence"]}
    words = {unit.id: _words_of_tasks(seen, unit.id) for unit in seen.plan.units}
    in_question = asked_about(findings)
    for row in seen.activities:
        if row["task"] not in words.get(row["unit"], {}) or row["indicator"] or in_question(row, "task"):
            continue
        pieces = [item for number in row["evidence"] for item in listed.get((row["unit"], number), ())]
        meant = {task for item in pieces if (task := seen.items.get(item.upper()))}
        if meant:
            told = f"佐证{'、'.join(row['evidence'])}在佐证目录中支撑{'、'.join(pieces)}"
            meant = set() if row["task"] in meant else meant
        else:
            meant = _told_by(tidy(row["title"]), row["task"], words[row["unit"]])
            told = "活动名称像是" + "、".join(f"任务{task}的" for task in meant)
        if meant:
            message = f"任务号{row['task']}，{told}：“{as_found(row['title'])}”"
            ask_event(findings, "X26", row, "task", message, "请核对任务号", tuple(map(str, sorted(meant))))


def _words_of_tasks(seen: Seen, unit: str) -> dict[int, set[str]]:
    """Pairs of characters of each of a unit's tasks: of its words, its promises and what the unit lists as evidence there."""
    texts: dict[int, str] = {}
    for task, _ in seen.plan.duties(seen.plan.unit(unit)):
        texts[task.number] = " ".join([task.title, *(item.text for item in task.commitments)])
    for row in seen.parts["evidence"]:
        for item in row["commitments"] if row["unit"] == unit else ():
            if (number := seen.items.get(item.upper())) in texts:
                texts[number] += f" {row['title']}"
    return {number: pairs(text) for number, text in texts.items()}


def _told_by(title: str, task: int, words: dict[int, set[str]]) -> set[int]:
    """The task that a title tells, where it is one, clearly, and not the row's own."""
    said = pairs(_PLAIN.sub(" ", title))
    of = {pair: [number for number, own in words.items() if pair in own] for pair in said}
    if any(task in tasks and len(tasks) <= FEW for tasks in of.values()):
        return set()
    alone = Counter(tasks[0] for tasks in of.values() if len(tasks) == 1)
    (first, most), (_, second) = ([*alone.most_common(2), (0, 0), (0, 0)])[:2]
    return {first} if most >= CLEAR and most > second else set()
