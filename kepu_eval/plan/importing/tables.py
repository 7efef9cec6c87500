"""Tables of a list to tasks: headers, group rows, merges both ways, tasks over several rows. No row is dropped silently."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kepu_eval.plan.importing.figures import indicator_of, unread
from kepu_eval.plan.importing.headers import Columns, read_header
from kepu_eval.plan.importing.model import DraftTask, Found, Outcome, Question, RowFate
from kepu_eval.plan.importing.names import read_names
from kepu_eval.plan.importing.sources import Cell, Grid
from kepu_eval.plan.importing.titles import NUMBERING, bare, titled

_HEADING = re.compile(
    r"^\s*([一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[)）]|第[一二三四五六七八九十]+)|(行动|工程|领域|专项|类|方面|板块)$"
)
_NOTE, _SUM = re.compile(r"^\s*(注|备注|说明|附注)\s*\d*[:：]"), re.compile("^(合计|总计|小计|共计)")
_UNREAD = ("person", "remark", "deadline")
UNNAMED = "重点任务"
_HEAD = 30


def read_tables(grids: Sequence[Grid], found: Found) -> None:
    """Add the tasks of every table; a table without header goes on with the columns of the one before."""
    columns: Columns | None = None
    width = 0
    for grid in grids:
        reader = _Table(grid, found, columns if len(grid.rows[0]) == width else None, many=len(grids) > 1)
        reader.read()
        columns, width = (reader.columns if reader.columns.roles else columns), len(grid.rows[0])
    _gaps(found)


class _Table:
    """Reading of one table."""

    def __init__(self, grid: Grid, found: Found, columns: Columns | None, *, many: bool) -> None:
        self.grid, self.found, self.columns = grid, found, columns or Columns()
        self.programme = (
            grid.name
            if many and not re.match(r"^(表\d*|Sheet\d+|工作表\d+|清单|责任清单)$", grid.name)
            else ""
        )
        self.task: DraftTask | None = found.tasks[-1] if columns is not None and found.tasks else None
        self.nested = False
        self.order = 0  # the number that the last title begins with
        self.known = {name for task in found.tasks for name in (task.lead, *task.responsible) if name}

    def read(self) -> None:
        """Go through the rows from top to bottom."""
        at = 0
        while at < len(self.grid.rows):
            header = read_header(self.grid.rows, at)
            if header is not None:
                self._take_header(header, at)
                for line in range(header.height):
                    self._fate(at + line, "表头")
                at += header.height
                continue
            self._row(at)
            at += 1

    def _take_header(self, header: Columns, at: int) -> None:
        first = not self.columns.roles
        self.columns = header
        roles = header.roles
        if "lead" not in roles and len(roles.get("responsible", ())) > 1:
            heads = {
                column: self.grid.rows[at + header.height - 1][column].text for column in roles["responsible"]
            }
            main = next(
                (c for c, text in heads.items() if not re.search("配合|协|参|支持|相关|成员|其他", text)),
                None,
            )
            if main is not None:
                roles["lead"] = [main]
                roles["responsible"].remove(main)
        body = self.grid.rows[at + header.height :]
        number, title, measure = (header.first(role) for role in ("number", "title", "measure"))
        if "programme" not in roles and number is not None and title is not None and measure is not None:
            shared = sum(
                row[number].origin == "own" and row[number].text.isdigit() and row[title].origin == "above"
                for row in body
            )
            if shared >= 2 and shared * 3 >= len(body):
                roles["programme"], roles["title"] = [title], [measure]
                roles["measure"] = roles["measure"][1:]
        self.nested = (
            "programme" not in roles
            and number is None
            and title is not None
            and measure is not None
            and any(
                row[title].origin == "above" and self._headed(row) and self._own_units(row) for row in body
            )
        )
        if first:
            for doubt in [*header.doubts, *self._unread(header, at)]:
                self.found.questions.append(Question("表头", self._place(at), "", doubt, "", ""))

    def _headed(self, row: Sequence[Cell]) -> bool:
        """Whether the measure begins with a numbered heading of its own: a task below a field that is merged over several."""
        measure = self._cell(row, "measure")
        head = measure.text.partition("\n")[0]
        return measure.origin == "own" and len(head) <= _HEAD and bool(NUMBERING.match(head))

    def _own_units(self, row: Sequence[Cell]) -> bool:
        return any(self._texts(row, role) for role in ("lead", "responsible"))

    def _unread(self, header: Columns, at: int) -> list[str]:
        """A line for each column whose cells are not read: persons, dates, remarks, and what no word is known for."""
        used = {c for role, columns in header.roles.items() if role not in _UNREAD for c in columns}
        used |= {column for column, *_ in header.years}
        last = self.grid.rows[at + header.height - 1]
        return [
            f"“{cell.text}”一列没有读取"
            for i, cell in enumerate(last)
            if cell.text and cell.origin != "left" and i not in used
        ]

    def _fate(self, at: int, outcome: Outcome, reason: str = "") -> None:
        text = " | ".join(
            dict.fromkeys(
                c.text.replace("\n", "／") for c in self.grid.rows[at] if c.text and c.origin == "own"
            )
        )
        self.found.fates.append(RowFate(self._place(at), outcome, text[:200], reason))

    def _place(self, at: int) -> str:
        return f"{self.grid.name}第{self.grid.numbers[at]}行"

    def _row(self, at: int) -> None:
        row = self.grid.rows[at]
        own = [(i, cell) for i, cell in enumerate(row) if cell.text and cell.origin == "own"]
        if not own:
            self._fate(
                at,
                "空行" if not any(c.text for c in row) else "并入上行",
                "" if not any(c.text for c in row) else "整行为上行的合并格",
            )
        elif not self.columns.roles:
            titled = len(own) == 1 and not any(read_header(self.grid.rows, below) for below in range(at))
            self._fate(at, "表题" if titled else "未导入", "表格上方的文字" if titled else "没有认出表头")
        elif _NOTE.match(own[0][1].text):
            self._fate(at, "未导入", "表注")
        elif _SUM.match(own[0][1].text):
            self._fate(at, "未导入", "合计行")
        elif (heading := self._group(row, own)) is not None:
            self.programme = heading
            self._fate(at, "组标题", "作为行动或工程")
        elif self.task is not None and self._continues(row):
            self._join(at, row, self.task)
        elif not self._cell(row, "title").text and not self._texts(row, "measure"):
            self._fate(at, "未导入", "没有任务名称，也没有可并入的上行")
        else:
            self._new(at, row)

    def _cell(self, row: Sequence[Cell], role: str) -> Cell:
        column = self.columns.first(role)
        return Cell() if column is None else row[column]

    def _group(self, row: Sequence[Cell], own: list[tuple[int, Cell]]) -> str | None:
        """The heading that a row is, when all it holds is one text for the rows below."""
        texts = [
            cell for _, cell in own if not re.fullmatch(r"[一二三四五六七八九十\d]{1,3}[、.．]?", cell.text)
        ]
        if len(texts) != 1 or any(cell.origin == "above" and cell.text for cell in row):
            return None
        index = next(i for i, cell in own if cell is texts[0])
        span = sum(cell.origin == "left" and cell.text == texts[0].text for cell in row) + 1
        if span * 2 > len(row):
            return NUMBERING.sub("", texts[0].text).strip()
        places = [c for role in ("number", "programme", "title") for c in self.columns.roles.get(role, ())]
        numbered = any(cell.text.isdigit() for _, cell in own)
        if index in places and not numbered and _HEADING.search(texts[0].text):
            return NUMBERING.sub("", texts[0].text).strip()
        return None

    def _continues(self, row: Sequence[Cell]) -> bool:
        title, number = self._cell(row, "title"), self._cell(row, "number")
        if self.nested and self._headed(row) and self._own_units(row):
            return False
        return (title.origin == "above" or not title.text) and not (number.origin == "own" and number.text)

    def _texts(self, row: Sequence[Cell], role: str) -> list[str]:
        """Own texts of a role's columns."""
        return [
            row[c].text for c in self.columns.roles.get(role, ()) if row[c].text and row[c].origin == "own"
        ]

    def _join(self, at: int, row: Sequence[Cell], task: DraftTask) -> None:
        """Add a row to the task above: its measures, its figures, its units."""
        known = {c for columns in self.columns.roles.values() for c in columns} | {
            c for c, *_ in self.columns.years
        }
        lost = [
            cell.text for i, cell in enumerate(row) if i not in known and cell.text and cell.origin == "own"
        ]
        unread = f"；“{'、'.join(lost)[:200]}”所在列没有读取" if lost else ""
        self._fate(at, "并入上行", f"并入任务{task.number}{unread}")
        task.texts += [
            *self._texts(row, "measure"),
            *[row[c].text for c in self.columns.roles["title"] if row[c].origin == "own" and row[c].text],
        ]
        for text in self._texts(row, "lead"):
            named = self._read(text, task, "leads")
            others = [name for name in named.all if name != task.lead and name not in task.joint]
            task.joint += others
            if others:
                self._ask(
                    task,
                    text,
                    f"{self._place(at)}并入本任务，另写有牵头单位",
                    "、".join([task.lead or "", *task.joint]).strip("、"),
                )
        for text in self._texts(row, "responsible"):
            task.responsible += [name for name in self._read(text, task).all if name not in task.responsible]
        self._figures(row, task)

    def _new(self, at: int, row: Sequence[Cell]) -> None:
        found, text, measures = self.found, self._cell(row, "title").text, self._texts(row, "measure")
        field = text if self.nested and self._headed(row) else ""
        if field:
            head, _, tail = measures[0].partition("\n")
            title, rest, measures = bare(head, ""), [tail] if tail else [], measures[1:]
        else:
            if measures and (not text or self._cell(row, "title").origin == "above"):
                text, measures = (
                    measures[0],
                    measures[1:],
                )  # a numbered row of its own below a merged or blank title
            title, rest = titled(text, self._cell(row, "number").text)
        title = self._unstuck(title, text)
        task = DraftTask(
            self._place(at), title, "", number=len(found.tasks) + 1, listed=self._cell(row, "number").text
        )
        before = self.task
        self._programme(row, task, before)
        task.programme = bare(field, "") if field else task.programme
        task.texts = [*rest, *measures]
        self._leads(row, task, before)
        self._figures(row, task)
        found.tasks.append(task)
        self.task = task
        self._fate(at, "导入", f"任务{task.number}")

    def _unstuck(self, title: str, text: str) -> str:
        """Take off a number whose point was forgotten (``2加强阵地``), where the row above bears the one before it."""
        stuck = re.match(r"(\d{1,2})(?=[\u4e00-\u9fff]{4})(?![岁年月日天周个大项类级名人次所家至以])", title)
        here = re.match(r"\s*(\d{1,2})", text)
        follows = stuck and self.order and int(stuck[1]) == self.order + 1
        self.order = int(here[1]) if here else 0
        return title[stuck.end() :] if stuck and follows else title

    def _programme(self, row: Sequence[Cell], task: DraftTask, before: DraftTask | None) -> None:
        cell = self._cell(row, "programme")
        if self.columns.first("programme") is None or (not cell.text and self.programme):
            task.programme = self.programme or UNNAMED
            return
        text = NUMBERING.sub("", cell.text.replace("\n", "")).strip()
        task.programme = text or (before.programme if before else UNNAMED)
        if not text or cell.origin == "above":
            task.programme_cell = "merged"
            if before is not None:
                self._inherited(task, "行动或工程", task.programme)

    def _inherited(self, task: DraftTask, what: str, value: str) -> None:
        self.found.inheritances.append(f"任务{task.number}“{task.title}”的{what}为合并格，承上取“{value}”")

    def _leads(self, row: Sequence[Cell], task: DraftTask, before: DraftTask | None) -> None:
        lead, column = self._cell(row, "lead"), self.columns.first("lead")
        others = [name for c in self.columns.roles.get("responsible", ()) if row[c].origin != "left" or column is None
                  for name in self._read(row[c].text, task).all]  # fmt: skip
        joined = [row[c] for c in self.columns.roles.get("responsible", ()) if row[c].origin == "left"]
        if column is None:
            self._first_leads(row, task)
            return
        if lead.text:
            named = self._read(lead.text, task, "leads")
            leads, more = (named.leads, named.others) if named.leads else (named.others, [])
            task.lead, task.joint, others = (leads or [None])[0], leads[1:], [*more, *others]
            if lead.origin == "above":
                task.lead_cell = "merged"
                self._inherited(task, "牵头部门", lead.text)
        elif before is not None and before.lead and task.programme == before.programme:
            task.lead, task.joint, task.lead_cell = before.lead, list(before.joint), "merged"
            self._inherited(task, "牵头部门", before.lead)
            self._ask(task, "（空）", "牵头单位为空，按同一行动或工程的上一行", before.lead)
        else:
            self._ask(task, "（空）", "牵头单位为空，上一行属于另一行动或工程，没有承接", "", *others)
        if task.joint:
            self._ask(
                task,
                lead.text,
                "写有几个牵头单位，排在首位的按牵头、其余按联合牵头",
                "、".join([task.lead or "", *task.joint]),
            )
        if joined:
            self.found.ask(
                "责任单位",
                task,
                lead.text,
                "牵头单位与责任单位为同一合并格，只按牵头单位读取",
                "（无）",
                "responsible",
            )
        task.responsible = list(dict.fromkeys(others))

    def _ask(self, task: DraftTask, original: str, told: str, guess: str, *options: str) -> None:
        self.found.ask("牵头单位", task, original, told, guess, "leads", *options)

    def _first_leads(self, row: Sequence[Cell], task: DraftTask) -> None:
        """Without a column of leads, the unit said to lead does, or else the first."""
        text = "、".join(row[c].text for c in self.columns.roles.get("responsible", ()) if row[c].text)
        named = self._read(text, task)
        if not named.all:
            self._ask(task, "（空）", "没有写明牵头单位", "")
            return
        task.lead, task.joint = named.all[0], named.leads[1:]
        task.responsible = [name for name in named.all[1:] if name not in task.joint]
        if not named.leads:
            self._ask(task, text, "没有写明谁牵头，按排在首位的单位", task.lead, *named.all)

    def _read(self, text: str, task: DraftTask, field: str = "responsible"):  # noqa: ANN202 - names.Named
        named = read_names(text, self.known)
        self.known |= set(named.all)
        for name, aliases in named.aliases.items():
            held = self.found.aliases.setdefault(name, [])
            held += [alias for alias in aliases if alias not in held]
        for doubt in named.doubts:
            self.found.ask("单位名称", task, text.replace("\n", "／"), doubt, "、".join(named.all), field)
        return named

    def _figures(self, row: Sequence[Cell], task: DraftTask) -> None:
        baselines: list[tuple[int | None, str]] = [
            (None, row[c].text) for c in self.columns.roles.get("baseline", ())
        ]
        targets: list[tuple[int | None, str]] = []
        for column, year, base in sorted(self.columns.years, key=lambda item: item[1]):
            text = row[column].text
            (baselines if base and not re.match("[≥≤<>＜＞不达持]", text) else targets).append((year, text))
        targets += [(None, row[c].text) for c in self.columns.roles.get("target", ())]
        name = (
            task.title
            if task.title and self._cell(row, "title").text
            else "".join(self._texts(row, "measure"))[:30]
        )
        figure = indicator_of(
            name, self._cell(row, "unit").text, baselines, targets, self._cell(row, "nature").text
        )
        if figure is not None:
            task.figures.append(figure)
        elif told := unread(targets):
            task.texts.append(told)
            self.found.ask("指标", task, told, "目标列不是数字，作为文字读取", "", "texts")


def _gaps(found: Found) -> None:
    """Name what is missing or twice in the list's own numbers; they may begin again with each programme."""
    before = 0
    for task in found.tasks:
        digits = re.fullmatch(r"\D{0,2}(\d{1,4})\D{0,2}", task.listed.strip())
        if not digits:
            continue
        number = int(digits[1])
        if number > before + 1 and before:
            gap = f"{before + 1}" if number == before + 2 else f"{before + 1}—{number - 1}"
            found.ask("序号", task, task.listed, f"序号{gap}在清单中没有，请核对是否漏行", "", "number")
        elif number <= before and number != 1:
            found.ask("序号", task, task.listed, f"序号{number}排在{before}之后，请核对", "", "number")
        if number != task.number and number > before and number != 1:
            found.ask(
                "序号",
                task,
                task.listed,
                f"清单序号为{number}，方案任务号为{task.number}",
                str(task.number),
                "number",
            )
        before = number
