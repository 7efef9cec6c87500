"""Fill the example special investigation from a seed: all answers are made up (示例数据)."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import numpy as np
from openpyxl import load_workbook

from kepu_eval.plan import load_plan
from kepu_eval.supervision.book import FIRST_ROW
from kepu_eval.supervision.inquiry import SHEET, inquiry_form
from kepu_eval.supervision.questionnaire import load_questionnaire

SEED = 20231128
FOLDER = Path(__file__).parents[1] / "data/example/inquiry-2023"
SILENT = 4


def main() -> None:
    """Write one workbook with a row for every unit that answered."""
    rng = np.random.default_rng(SEED)
    asked = load_questionnaire(FOLDER / "问卷.yaml")
    units = [unit.name for unit in load_plan().units]
    answering = sorted(rng.choice(len(units), len(units) - SILENT, replace=False))
    book = load_workbook(io.BytesIO(inquiry_form(asked, [units[k] for k in answering])))
    page = book[SHEET]
    single, multiple, *_ = asked.questions
    for row in range(FIRST_ROW, FIRST_ROW + len(answering)):
        page.cell(row, 2).value = str(rng.choice(single.options, p=(0.3, 0.6, 0.1)))
        chosen = [option for option in multiple.options if rng.random() < 0.5]
        page.cell(row, 3).value = "、".join(chosen) or None
        page.cell(row, 4).value = int(rng.integers(2, 6))
        page.cell(row, 5).value = round(float(rng.gamma(2.0, 4.0)), 1)
        page.cell(row, 6).value = "希望统一安排科普资源下沉（示例）" if rng.random() < 0.15 else None
    book.properties.created = book.properties.modified = dt.datetime(2024, 1, 1)
    book.save(FOLDER / "答卷.xlsx")


if __name__ == "__main__":
    main()
