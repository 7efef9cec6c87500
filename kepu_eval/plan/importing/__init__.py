"""From a responsibility list as an office published it to the draft of a plan file; nothing is dropped silently."""

from __future__ import annotations

from pathlib import Path

from kepu_eval.plan.importing.draft import Draft, drafted
from kepu_eval.plan.importing.model import Found
from kepu_eval.plan.importing.prose import add_body, read_prose
from kepu_eval.plan.importing.sources import Grid, paragraphs, read_source
from kepu_eval.plan.importing.tables import read_tables
from kepu_eval.plan.load import PlanError

__all__ = ["Draft", "import_list"]


def import_list(path: str | Path) -> Draft:
    """Read the responsibility list in a .docx, .xlsx, .csv or plain text file.

    Tables are read first; a document without one that says who is responsible is read as paragraphs with units in
    brackets. Raises :class:`PlanError` when neither is there.
    """
    path = Path(path)
    parts = read_source(path)
    found, texts = Found(), list(paragraphs(parts))
    read_tables([part for part in parts if isinstance(part, Grid)], found)
    if found.tasks:
        add_body(texts, found)
    else:
        read_prose(texts, found)
    if not found.tasks:
        raise PlanError(
            "没有找到责任清单",
            place=path.name,
            hint="表格的表头应有任务（或指标）名称和牵头、责任单位，段落应写明（责任单位：…）",
        )
    return drafted(found, [*(fate.text for fate in found.fates if fate.outcome == "表题"), *texts])
