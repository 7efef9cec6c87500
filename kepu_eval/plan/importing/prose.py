"""Paragraphs of a plan: tasks with their units in brackets, and the text that belongs to tasks of a table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from kepu_eval.plan.importing.model import DraftIndicator, DraftTask, Found, RowFate
from kepu_eval.plan.importing.names import only_names, read_names
from kepu_eval.plan.importing.numbers import proposals
from kepu_eval.plan.importing.tables import UNNAMED
from kepu_eval.plan.importing.titles import NUMBERING

_UNITS = re.compile(
    r"[（(\[【]\s*(?=[^（(\[【]{0,24}(?:责任|牵头|负责|配合|主责|主办)[^：:]{0,12}[：:])(?P<inner>(?:[^（）()\[\]【】]|[（(][^（）()]*[）)])+)[）)\]】]"
    r"|(?:^|(?<=[。；;\n]))\s*(?P<open>(?:主要)?(?:牵头|责任|负责|配合|主责)(?:责任)?(?:单位|部门)[：:].+)$"
    r"|[（(【](?P<who>[^（）()：:。【】]{2,60}?(?:牵头|负责)(?:[^（）()：:。【】]{0,80}(?:配合|参与|参加|负责|落实))?)[）)】]"
    r"|[（(【](?P<names>[^（）()【】：:。；;]{3,120})[）)】](?=\s*$|[。；;])"
)
_LEVELS = (
    r"[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十]+[章部]",
    r"[（(][一二三四五六七八九十]{1,3}[)）]",
    r"\d{1,3}\s*[.．、](?!\d)",
    r"[（(]\d{1,3}[)）]|[①-⑳]",
)
_ALIKE = 0.8


def level_of(text: str) -> int:
    """Depth of a paragraph's number: 一、 (0), （一） (1), 1. (2), （1） (3); 9 without one."""
    return next((i for i, mark in enumerate(_LEVELS) if re.match(rf"\s*(?:{mark})", text)), 9)


def _marks(paragraph: str) -> list[re.Match]:
    """Where a paragraph names its units."""
    return [m for m in _UNITS.finditer(paragraph) if not m["names"] or only_names(m["names"])]


def read_prose(paragraphs: Sequence[str], found: Found) -> None:
    """Tasks of paragraphs that name their units; every paragraph is accounted for."""
    heads: dict[int, str] = {}
    waiting: list[str] = []
    loose: list[str] = []
    for order, paragraph in enumerate(paragraphs, 1):
        place, level = f"第{order}段", level_of(paragraph)
        marks = _marks(paragraph)
        if not marks:
            if level < 9:
                heads = {depth: text for depth, text in heads.items() if depth < level} | {level: paragraph}
                waiting = []
            waiting.append(paragraph)
            loose.append(paragraph)
            found.fates.append(
                RowFate(place, "组标题" if level < 9 else "未导入", paragraph[:80], "没有责任单位")
            )
            continue
        if level < 9:
            waiting = []
            heads = {depth: text for depth, text in heads.items() if depth < level}
        start = 0
        for mark in marks:
            text = paragraph[start : mark.start()].strip(" 。；;")
            start = mark.end()
            loose = [other for other in loose if other not in waiting]
            _task(
                found,
                place,
                [*waiting, text] if text else waiting,
                heads,
                mark["inner"] or mark["open"] or mark["who"] or mark["names"],
            )
            waiting = []
        rest = paragraph[start:].strip(" 。；;）)")
        found.fates.append(RowFate(place, "导入", paragraph[:80], f"其后“{rest[:30]}”未读取" if rest else ""))
    found.goals += _goals(loose)


def _task(found: Found, place: str, texts: list[str], heads: dict[int, str], units: str) -> None:
    whole = [text for text in texts if text]
    if not whole:
        _more_units(found, place, units)
        return
    own = NUMBERING.sub("", whole[0], count=1)
    title = re.split("[。；;：:]", own)[0].strip()
    title = title if len(title) <= 60 else re.split("[，,]", title)[0]
    above = [heads[depth] for depth in sorted(heads) if heads[depth] != whole[0]]
    programme = _first_sentence(above[-1]) if above else UNNAMED
    task = DraftTask(place, title, programme, number=len(found.tasks) + 1)
    rest = own[len(title) :].strip("。；;：: ")
    task.texts = [text for text in (rest, *whole[1:]) if text] or [own]
    named = read_names(units)
    if named.all:
        task.lead, task.joint = named.all[0], named.leads[1:]
        task.responsible = [name for name in named.all[1:] if name not in task.joint]
    for name, aliases in named.aliases.items():
        found.aliases.setdefault(name, []).extend(aliases)
    for doubt in named.doubts:
        found.ask("单位名称", task, units, doubt, "、".join(named.others), "responsible")
    if not named.leads and task.lead:
        found.ask("牵头单位", task, units, "没有写明谁牵头，按排在首位的单位", task.lead, "leads", *named.all)
    if not named.all:
        found.ask("牵头单位", task, units, "括号内没有认出单位", "", "leads")
    found.tasks.append(task)


def _more_units(found: Found, place: str, units: str) -> None:
    """A line of units that follows another one (牵头单位 on one line, 责任单位 on the next) belongs to the same task."""
    if not found.tasks:
        found.fates.append(RowFate(place, "未导入", units[:80], "只有责任单位，前面没有任务文字"))
        return
    task, named = found.tasks[-1], read_names(units)
    asked = [
        q
        for q in found.questions
        if q.field == f"tasks.{task.number}.leads" and q.told.startswith("没有写明谁牵头")
    ]
    if named.leads and asked:
        found.questions.remove(asked[0])
        task.responsible = [
            name for name in (task.lead, *task.responsible) if name and name not in named.leads
        ]
        task.lead, *task.joint = named.leads
    else:
        task.joint += [name for name in named.leads if name not in (task.lead, *task.joint)]
    task.responsible += [n for n in named.others if n not in (task.lead, *task.joint, *task.responsible)]
    for name, aliases in named.aliases.items():
        found.aliases.setdefault(name, []).extend(aliases)
    for doubt in named.doubts:
        found.ask("单位名称", task, units, doubt, "、".join(named.all), "responsible")


def _first_sentence(text: str) -> str:
    return re.sub(
        "^(实施|开展)(?=.{4,}(行动|工程)$)",
        "",
        re.split("[。：:]", NUMBERING.sub("", text, count=1))[0].strip(),
    )


def add_body(paragraphs: Sequence[str], found: Found) -> None:
    """Give each task of a table the paragraph that has its title; what else names units is a task of its own.

    Figures of the other paragraphs are the plan's goals.
    """
    free, others = list(found.tasks), []
    for paragraph in paragraphs:
        bare = NUMBERING.sub("", paragraph, count=1)
        title, _, rest = bare.partition("。")
        best = (
            max(free, key=lambda task: _alike(task.title, title), default=None)
            if level_of(paragraph) < 9 and rest
            else None
        )
        if best is not None and _alike(best.title, title) >= _ALIKE:
            best.body.append(rest)
            free.remove(best)
        else:
            others.append(paragraph)
    listed = len(found.tasks)
    if any(_marks(paragraph) for paragraph in others):
        read_prose(others, found)
        if len(found.tasks) > listed:
            found.ask(
                "任务",
                found.tasks[listed],
                "",
                "表格以外的正文也写有责任单位，另列为任务，请核对有无重复",
                "",
                "number",
            )
        return
    told = [p for p in others if len(p) > 10 and not re.match("(关于|.*(通知|方案)$)", p)]
    found.goals += _goals(told)


def _goals(paragraphs: Sequence[str]) -> list[DraftIndicator]:
    """Figures of paragraphs that belong to no task: a person says which task they are of."""
    return [
        DraftIndicator(said) for text in paragraphs for said in proposals(text) if said.target is not None
    ]


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio() if abs(len(one) - len(other)) <= 8 else 0.0
