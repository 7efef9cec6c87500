"""From a responsibility list with merged cells (Word or Excel) to the draft of a plan file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from kepu_eval.plan.load import DEFAULT_PLAN, PlanError
from kepu_eval.resources import resource

_COLUMNS = {"number": "序号", "programme": "工程", "title": "主要任务", "lead": "牵头", "responsible": "责任"}
_LINES, _NAMES = re.compile(r"[\n，,；;]+"), re.compile("、")
_NUMBERING = re.compile(r"^\s*\d+\s*[.．、]?\s*")
_EVERY_MEMBER = "成员单位"
_TO_FILL = ("title", "district", "office", "doc_no", "issuer", "issued", "first_year", "last_year")
_COMMON = ("calendar", "rating", "commitment_types")
_HEAD = """\
# 由责任清单导入的草稿。空着的（null、[]）待填：meta、rounds、各任务的承诺、量化指标；写法见 docs/换一个地区.md。
# calendar、rating、commitment_types 照示例方案给出，可改。填好后用 kepu-eval plan check 检查。
"""


@dataclass(frozen=True)
class Draft:
    """Rows of the list with their cells resolved, and a Chinese line for every inheritance."""

    tasks: tuple[dict, ...]
    inheritances: tuple[str, ...]

    def yaml(self) -> str:
        """A plan file for a person to complete: what the list says, what plans have in common, and what is to fill.

        What is to fill is empty, so that checking the draft names each place.
        """
        programmes = list(dict.fromkeys(task["programme"] for task in self.tasks))
        ids = {name: f"P{order:02d}" for order, name in enumerate(programmes, 1)}
        names = [name for task in self.tasks for name in (task["lead"], *task["responsible"])]
        collective = [name for name in dict.fromkeys(names) if name.startswith("各") or _EVERY_MEMBER in name]
        units = [name for name in dict.fromkeys(names) if name not in collective]
        shipped = yaml.safe_load(resource(DEFAULT_PLAN).read_text(encoding="utf-8"))
        draft = {
            "meta": dict.fromkeys(_TO_FILL),
            "rounds": [
                {"id": None, "name": None, "stage": stage, "as_of": None, "due": None}
                for stage in ("midterm", "final")
            ],
            **{name: shipped[name] for name in _COMMON},
            "programmes": [
                {"id": ids[name], "type": "行动" if name.endswith("行动") else "工程", "name": name}
                for name in programmes
            ],
            "units": [{"id": f"U{n:02d}", "name": name, "aliases": []} for n, name in enumerate(units, 1)],
            "groups": [
                {"id": f"G{n:02d}", "name": name, "members": "all_units" if _EVERY_MEMBER in name else []}
                for n, name in enumerate(collective, 1)
            ],
            "indicators": [],
            "tasks": [
                {
                    "number": task["number"],
                    "programme": ids[task["programme"]],
                    "title": task["title"],
                    "lead": {"unit": task["lead"], "cell": task["lead_cell"]},
                    "programme_cell": task["programme_cell"],
                    "responsible": list(task["responsible"]),
                    "commitments": [],
                }
                for task in self.tasks
            ],
        }
        return _HEAD + yaml.safe_dump(draft, allow_unicode=True, sort_keys=False, width=120)


def import_list(path: str | Path) -> Draft:
    """Read the responsibility list in a .docx or .xlsx file.

    An empty (vertically merged) programme or lead cell takes the value of the row above; heads repeated on every
    page are passed over. Raises :class:`PlanError` when no such table is found or a first row has nothing to inherit.
    """
    path = Path(path)
    readers = {".docx": _word_rows, ".xlsx": _excel_rows}
    if path.suffix.lower() not in readers:
        raise PlanError([f"{path.name}：只能导入.docx或.xlsx；请另存后重试"])
    try:
        rows = readers[path.suffix.lower()](path)
    except Exception as error:  # both libraries raise many kinds for damaged files
        raise PlanError([f"{path.name}：无法读取；请用Word、Excel或WPS重新保存"]) from error
    return _resolved(path.name, rows)


def _word_rows(path: Path) -> list[list[str]]:
    """Cells of all tables by row; those that continue a vertical merge are empty."""
    import docx
    from docx.oxml.ns import qn
    from docx.table import _Cell

    rows = []
    for table in docx.Document(str(path)).tables:
        for row in table._tbl.tr_lst:
            texts = []
            for cell in row.tc_lst:
                merge = cell.tcPr.find(qn("w:vMerge")) if cell.tcPr is not None else None
                continued = merge is not None and merge.get(qn("w:val")) in (None, "continue")
                texts.append("" if continued else _Cell(cell, table).text.strip())
            rows.append(texts)
    return rows


def _excel_rows(path: Path) -> list[list[str]]:
    from openpyxl import load_workbook

    page = load_workbook(path, data_only=True).active
    return [
        ["" if value is None else str(value).strip() for value in row]
        for row in page.iter_rows(values_only=True)
    ]


def _resolved(name: str, rows: Sequence[Sequence[str]]) -> Draft:
    columns: dict[str, int] = {}
    tasks: list[dict] = []
    notes: list[str] = []
    for cells in rows:
        found = _head(cells)
        if found:
            columns = found
            continue
        if not columns or len(cells) <= max(columns.values()) or not cells[columns["title"]]:
            continue
        task: dict = {"number": len(tasks) + 1, "title": _NUMBERING.sub("", cells[columns["title"]])}
        for key, what in (("programme", "行动或工程"), ("lead", "牵头部门")):
            text = cells[columns[key]]
            if not text and not tasks:
                raise PlanError([f"{name}：第1项任务的{what}为空，上面没有可承的行；请补填"])
            task[key] = text or tasks[-1][key]
            task[f"{key}_cell"] = "stated" if text else "merged"
            if not text:
                notes.append(f"任务{task['number']}“{task['title']}”的{what}为合并格，承上取“{task[key]}”")
        task["responsible"] = tuple(_units(cells[columns["responsible"]]))
        tasks.append(task)
    if not tasks:
        heads = "、".join(("序号", "行动或工程", "主要任务", "牵头部门", "责任单位"))
        raise PlanError([f"{name}：没有找到责任清单；表头应含：{heads}"])
    return Draft(tuple(tasks), tuple(notes))


def _units(text: str) -> Iterator[str]:
    """Names in a cell; a collective such as 各街道办事处、镇 is one name."""
    for line in filter(None, (part.strip() for part in _LINES.split(text))):
        if line.startswith("各"):
            yield line
        else:
            yield from (name.strip() for name in _NAMES.split(line) if name.strip())


def _head(cells: Sequence[str]) -> dict[str, int] | None:
    """Columns of a header row; ``None`` for any other row."""
    found = {key: i for key, word in _COLUMNS.items() for i, text in enumerate(cells) if word in text}
    return found if set(found) == set(_COLUMNS) and "序号" in cells[found["number"]] else None
