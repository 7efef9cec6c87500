"""The catalogue of evidence: numbers and pieces told twice, cited elsewhere, dated outside the plan, or for nobody's item."""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Iterator

from kepu_eval.returns.attachments import plain_number
from kepu_eval.returns.cells import tidy
from kepu_eval.returns.findings import Findings, as_found, row_place
from kepu_eval.returns.plausibility.seen import Seen, ask_status, cells_of, pairs

EARLIER, TASKS = 5, 3
"""Years by which a document may be older than the plan; tasks for which one uncatalogued piece may stand."""
_DATED = re.compile(r"(20\d\d|19\d\d)\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})?")
_NUMBERED = re.compile(r"[A-Za-z]{1,2}-?\d{1,3}(?!\d)")
_PAPER = r"^关于|(?:通知|方案|办法|总结|报告|意见|制度|协议|细则|规定)(?:\([^)]*\))?$"
_PICTURES, _NAMES = "照片|图片|影像|截图|合影|掠影|摄影", "签到|名册|花名|名单|登记|报名"
_KINDS = {
    "照片": (re.compile(_PICTURES), re.compile(f"{_PAPER}|{_NAMES}")),
    "签到或名册": (re.compile(_NAMES), re.compile(f"{_PAPER}|照片|影像|合影|掠影|报道")),
}
"""What a title of a kind of evidence says, and what it does not."""
_TITLED = re.compile(r"(20\d\d)年")
_AHEAD = re.compile(r"计划|方案|通知|安排|要点|预算|规划|部署|申请|申报|请示|批复|立项|采购|招标")
"""Documents that are written before the year that they are about."""
_NUMBER_OF = re.compile(r"([一-鿿]{1,5}发)[〔\[(【]((?:19|20)\d\d[〕\])】]第?\d+号)")
_FORMAL = re.compile(
    r"\([^)]*\)|20\d\d年|示例|关于|举办|开展|建设|制作|组建|印发|通知|实施|方案|签到表?|现场|照片|公众号|报道|台账|导出表?|工作|小结|活动"
    r"|培训班?|名单|名册|第.期|有关|总结|报告|材料|情况|记录|通报|文件|宣传|科普|[的对和]"
)
"""What titles of evidence for anything say."""
POOL = 8
"""Pieces of evidence for one task from which on their words tell what belongs to it."""
_DOCUMENT = re.compile(r"[〔\[(【]\s*((?:19|20)\d\d)\s*[〕\])】]\s*第?\d+\s*号")


def check_evidence(seen: Seen, findings: Findings) -> None:
    """Ask about evidence that cannot be what it is listed as (X25), and numbers cited for what it does not support."""
    known: dict[str, dict[tuple[str, ...], dict]] = defaultdict(dict)
    for row in seen.parts["evidence"]:
        told = next(
            filter(
                None,
                (_twice(row, known), _out_of_time(row, seen), *_for_nobody(row, seen), _of_another_kind(row)),
            ),
            "",
        )
        if told:
            place = row_place(row, "evidence")
            findings.add("X25", "question", f"{place['cell']}{told}", "请核对佐证目录，一份材料一个编号，只列本轮期间内的材料",
                         **place, item=row["evidence"])  # fmt: skip
    _check_cited(seen, findings)
    _check_much_cited(seen, findings)


def _twice(row: dict, known: dict[str, dict[tuple[str, ...], dict]]) -> str:
    """Whether a row's number, piece, file or document stands in the unit's catalogue already."""
    unit, number, title = row["unit"], row["evidence"], row["title"]
    document = tidy(row["reference"]) if _DOCUMENT.search(tidy(row["reference"])) else ""
    first = {
        name: known[name].setdefault(key, row) if all(key) else row
        for name, key in (
            ("编号", (unit, number.upper())),
            ("材料", (unit, title, f"{row['reference']}|{row['filename']}")),
            ("文件名", (unit, tidy(row["filename"]).lower())),
            ("文号", (unit, document)),
        )
    }
    other = first["编号"]
    if other is not row and (other["title"], other["filename"]) != (title, row["filename"]):
        return f"佐证编号{number}与第{other['row']}行重复，两份材料不同（“{as_found(other['title'])}”）"
    for name in ("材料", "文件名", "文号"):
        other = first[name]
        if other is not row and other["evidence"] != number:
            same = "是同一份材料" if name == "材料" else f"{name}相同"
            return f"与第{other['row']}行{other['evidence']}{same}（“{as_found(other['title'])}”）"
    return ""


def _out_of_time(row: dict, seen: Seen) -> str:
    """Whether a piece is from after the round's last day, or from years before the plan."""
    text, as_of, first = tidy(row["reference"]), seen.round.as_of, seen.plan.meta.first_year
    document, day = _DOCUMENT.search(text), _DATED.search(text)
    if (
        not document
        and (whole := _DATED.search(text))
        and whole[3]
        and not _exists(*map(int, whole.groups()))
    ):
        return f"{row['evidence']}“{as_found(row['title'])}”的日期{as_found(text)}不存在"
    if document:
        year, month = int(document[1]), 1
    elif day:
        year, month = int(day[1]), min(max(int(day[2]), 1), 12)
    else:
        return ""
    if dt.date(year, month, 1) > as_of or (day and not document and _day(day) > as_of):
        return f"{row['evidence']}“{as_found(row['title'])}”是{as_found(text)}的，在数据截止日{as_of.isoformat()}之后"
    if year < first - (EARLIER if document else 0):
        return f"{row['evidence']}“{as_found(row['title'])}”是{as_found(text)}的，早于方案期（{first}年起）"
    return ""


def _exists(year: int, month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]


def _day(found: re.Match) -> dt.date:
    year, month = int(found[1]), min(max(int(found[2]), 1), 12)
    return dt.date(year, month, min(max(int(found[3] or 1), 1), 28))


def _for_nobody(row: dict, seen: Seen) -> Iterator[str]:
    """Whether a piece has no number, another in its file's name, neither title nor file, or supports what is not in the plan."""
    numbered = _NUMBERED.match(row["filename"])
    if not row["evidence"] and (row["title"] or row["filename"]):
        yield f"“{as_found(row['title'] or row['filename'])}”没有佐证编号，其他表引用不到"
    if row["evidence"] and not row["title"]:
        yield f"{row['evidence']}没有写材料名称"
    if numbered and plain_number(numbered[0]) != plain_number(row["evidence"]) and row["evidence"]:
        yield f"编号{row['evidence']}，文件名是“{as_found(row['filename'])}”"
    strange = [
        item
        for item in row["commitments"]
        if re.fullmatch(r"[TQ]\d.*", item.upper()) and item.upper() not in seen.items
    ]
    if strange:
        yield f"{row['evidence']}支撑的“{'、'.join(strange)}”不在方案中"


def _of_another_kind(row: dict) -> str:
    """Whether a piece is told to be photographs and is a document, or its title's year is later than its own."""
    title, text = tidy(row["title"]), tidy(row["reference"])
    own, others = _KINDS.get(row["type"], (None, None))
    if own and others and others.search(title) and not own.search(title):
        return f"{row['evidence']}类型是“{row['type']}”，名称是“{as_found(title)}”"
    named, dated = _TITLED.match(title), _DOCUMENT.search(text) or _DATED.search(text)
    if named and dated and int(named[1]) > int(dated[1]) and not _AHEAD.search(title):
        return f"{row['evidence']}“{as_found(title)}”的文号或日期是{as_found(text)}，早于名称中的年份"
    return ""


def check_related(seen: Seen, findings: Findings) -> None:
    """Ask about a piece whose title has no word of the task that it is listed for (X25): neither the plan's nor anybody's.

    Held against the plan's words, and all other titles and statements of the round for that task; not where they are few.
    """
    pools, pieces = _words_of_tasks(seen), Counter[int]()
    names = {unit.id: (unit.name, *unit.aliases) for unit in seen.plan.units}
    for row in seen.parts["evidence"]:
        pieces.update(_tasks_of(row, seen))
    for row in seen.parts["evidence"]:
        tasks, title = _tasks_of(row, seen), tidy(row["title"])
        for name in names.get(row["unit"], ()):
            title = title.replace(name, " ")
        said = pairs(_FORMAL.sub(" ", title))
        if not tasks or len(said) < 2 or min(pieces[task] for task in tasks) < POOL:
            continue
        me = ("evidence", row["unit"], row["row"])
        if not any(pools[task].get(pair, set()) - {me} for task in tasks for pair in said):
            place = row_place(row, "evidence")
            told = f"{place['cell']}{row['evidence']}“{as_found(row['title'])}”与所支撑的{'、'.join(row['commitments'])}没有共同的字词"
            findings.add("X25", "question", told, "请核对材料与支撑的承诺、指标是否对应", **place, item=row["evidence"])  # fmt: skip


def _tasks_of(row: dict, seen: Seen) -> set[int]:
    return {task for item in row["commitments"] if (task := seen.items.get(item.upper()))}


def _words_of_tasks(seen: Seen) -> dict[int, dict[str, set[tuple]]]:
    """Pairs of characters of each task, with who wrote them: the plan, or a row."""
    pools: dict[int, dict[str, set[tuple]]] = defaultdict(lambda: defaultdict(set))
    told: list[tuple[int, str, tuple]] = [
        (task.number, f"{task.title} {item.text}", ())
        for task in seen.plan.tasks
        for item in task.commitments
    ]
    told += [(indicator.task, indicator.name, ()) for indicator in seen.plan.indicators if indicator.task]
    told += [
        (row["task"], row["progress"], ("status", row["unit"], row["row"])) for row in seen.parts["statuses"]
    ]
    told += [(task, tidy(row["title"]), ("evidence", row["unit"], row["row"]))
             for row in seen.parts["evidence"] for task in _tasks_of(row, seen)]  # fmt: skip
    for task, text, who in told:
        for pair in pairs(text):
            pools[task][pair].add(who)
    return pools


def check_documents(seen: Seen, findings: Findings) -> None:
    """Ask about a document's number in a statement that is not that of the document it cites as evidence (X25)."""
    listed = {(row["unit"], row["evidence"]): row for row in seen.parts["evidence"]}
    for row in seen.parts["statuses"]:
        told = {found[0] for found in _NUMBER_OF.finditer(tidy(row["progress"]))}
        cited = [listed[key] for number in row["evidence"] if (key := (row["unit"], number)) in listed]
        numbers = [found for piece in cited if (found := _NUMBER_OF.search(tidy(piece["reference"])))]
        if told and numbers and not told & {found[0] for found in numbers}:
            same = [found for found in numbers if any(number.startswith(found[1]) for number in told)]
            if same:
                said = f"写的文号是{'、'.join(sorted(told))}，引用的佐证是{same[0][0]}"
                ask_status(seen, findings, "X25", row, "progress", said, "请核对文号，以哪个为准")


def _check_cited(seen: Seen, findings: Findings) -> None:
    """A number that a statement, or a row of figures, of one task cites, while the catalogue has it for another only."""
    listed = {(row["unit"], row["evidence"]): row for row in seen.parts["evidence"] if row["commitments"]}
    told: set[tuple[str, str, str]] = set()
    for row in (*seen.parts["statuses"], *seen.parts["observations"]):
        of_figures = "commitment" not in row
        about = row["indicator"] if of_figures else row["commitment"]
        task = seen.items.get(about.upper())
        cell = row["cell"] if of_figures else row["cells"].get("evidence", "")
        for number in row["evidence"]:
            piece = listed.get((row["unit"], number))
            if piece is None or (row["unit"], about, number) in told:
                continue
            if {seen.items.get(item.upper()) for item in piece["commitments"]} & {task, None}:
                continue
            told.add((row["unit"], about, number))
            said = f"{f'{about}一行' if of_figures else cell}引用{number}，佐证目录第{piece['row']}行写明{number}支撑{'、'.join(piece['commitments'])}"
            findings.add("X25", "question", said, "请核对编号；一份材料支撑几项的，在佐证目录中列全", unit=row["unit"], file=row["file"],
                         sheet=row["sheet"], cell=cell, item=f"{about}·佐证编号", value=number, affects=(about,))  # fmt: skip


def _check_much_cited(seen: Seen, findings: Findings) -> None:
    """A number that statements of three tasks and more cite, while the catalogue does not say what it supports."""
    open_ = {(row["unit"], row["evidence"]) for row in seen.parts["evidence"] if not row["commitments"]}
    cited: dict[tuple[str, str], list[dict]] = defaultdict(list)
    for row in seen.parts["statuses"]:
        for number in row["evidence"]:
            if (row["unit"], number) in open_:
                cited[row["unit"], number].append(row)
    for (_, number), rows in cited.items():
        tasks = {row["task"] for row in rows}
        if len(tasks) >= TASKS:
            told = f"等{len(rows)}格（{cells_of(rows, 'evidence')}）都引用{number}，分属任务{'、'.join(map(str, sorted(tasks)))}，佐证目录没有写它支撑哪些承诺"
            ask_status(
                seen, findings, "X25", rows[0], "evidence", told, "请核对编号，并在佐证目录写明支撑的承诺号"
            )
