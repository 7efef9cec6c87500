"""A special investigation's forms, answers and summary: n, missing, shares with intervals, means.

The form has one row a respondent, so a unit returns one row and an interviewer many.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from scipy import special

from kepu_eval.errors import UnknownError
from kepu_eval.plan import Plan
from kepu_eval.returns.cells import parse_number
from kepu_eval.supervision.book import Entry, Field, Filled, Page, read_book, write_book
from kepu_eval.supervision.errors import SupervisionError
from kepu_eval.supervision.questionnaire import Question, Questionnaire, load_questionnaire

SHEET, RESPONDENT = "问卷", "单位"
SMALLEST_GROUP = 30
SHARES = ("single", "multiple")
"""Kinds of question whose summary is shares; those of the others are means."""
_ROWS = {"units": 1, "residents": 500}
_LIST = re.compile(r"[、,，;；\n]+")
SUMMARY_COLUMNS = (
    "question",
    "text",
    "kind",
    "answer",
    "n",
    "missing",
    "times",
    "estimate",
    "ci_low",
    "ci_high",
)


@dataclass(frozen=True)
class Answers:
    """What came back: one row a respondent (``respondent`` and a column a question; missing ``None``), and refusals."""

    questionnaire: Questionnaire
    rows: pd.DataFrame
    population: int | None
    refused: tuple[str, ...]


def inquiry_form(questionnaire: Questionnaire, units: Sequence[str] = ()) -> bytes:
    """An empty form; for units with one row for each of ``units`` (a single one for a single unit's form)."""
    asks_units = questionnaire.population == "units"
    first = Field(RESPONDENT, 18) if asks_units else Field("序号", 6)
    fields = (first, *(
        Field(q.title, 22, fill=True, kind="number" if q.kind in ("number", "scale") else "text",
              choices=q.options if q.kind == "single" else ())
        for q in questionnaire.questions
    ))  # fmt: skip
    heads = list(units) if asks_units else list(range(1, _ROWS["residents"] + 1))
    rows = [[head, *[None] * len(questionnaire.questions)] for head in heads]
    guidance = [
        f"{n}、{q.title}：{q.hint}{'' if q.required else '（可不填）'}。"
        for n, q in enumerate(questionnaire.questions, 1)
    ]
    guidance.append("一人（或一单位）一行；没有的留空，留空不作零处理；不填姓名、电话、身份证号。")
    notice = "示例数据" if questionnaire.simulated else ""
    page = Page(SHEET, questionnaire.title, fields, rows)
    return write_book(questionnaire.title, guidance, [page], {"kind": "inquiry"}, notice)


def read_answers(files: Sequence[Path], questionnaire: Questionnaire, plan: Plan) -> Answers:
    """Answers of filled forms, one workbook or many. A cell that cannot be used is refused by name and left missing.

    A form as a whole (damaged, wrong columns, personal data) is refused, too, and the others go on. Of a unit that
    answered twice the last file counts, with a notice. Raises :class:`SupervisionError` when there is no file at all.
    """
    if not files:
        raise SupervisionError("没有可读的问卷文件", hint="请检查文件夹")
    titles = {q.id: q.title for q in questionnaire.questions}
    head = RESPONDENT if questionnaire.population == "units" else "序号"
    rows, refused = {}, []
    for path in files:
        try:
            filled = read_book(path, SHEET, [head, *titles.values()], "问卷")
        except SupervisionError as error:
            refused.append(str(error))
            continue
        for number, row in filled.rows:
            answered = {q.id: _answer(filled, row[titles[q.id]], q, refused) for q in questionnaire.questions}
            if all(value is None for value in answered.values()):
                continue
            name: str | None = row[head].text
            key: object = (path.name, number)
            if questionnaire.population == "units":
                key = name = _unit(filled, row[head], plan, refused)
                if name is None:
                    continue
                if key in rows:
                    refused.append(f"{filled.at(row[head])}“{row[head].text}”已有一份问卷，以本份为准")
            rows[key] = {"respondent": name, **answered}
    frame = pd.DataFrame(rows.values(), columns=["respondent", *titles])
    whole = len(plan.units) if questionnaire.population == "units" else questionnaire.size
    return Answers(questionnaire, frame.astype(object).where(frame.notna(), None), whole, tuple(refused))


def answers_in(place: Path, questionnaire: Questionnaire, plan: Plan) -> Answers:
    """Answers of one workbook, or of every workbook of a folder."""
    files = (
        sorted(p for p in place.iterdir() if p.suffix.lower() == ".xlsx" and p.name[0] not in "~.")
        if place.is_dir()
        else [place]
    )
    return read_answers(files, questionnaire, plan)


def inquiries_in(folder: Path, plan: Plan) -> tuple[Answers, ...]:
    """Special investigations of a folder: each questionnaire (``*.yaml``) with the answers.

    Of one questionnaire, the folder's workbooks are its answers; of several, those of the folder with its name.
    Raises :class:`SupervisionError` when there is no questionnaire.
    """
    sheets = sorted(folder.glob("*.yaml"))
    if not sheets:
        raise SupervisionError(f"文件夹“{folder.name}”中没有问卷（.yaml）", hint="请检查路径")
    places = {path: folder if len(sheets) == 1 else folder / path.stem for path in sheets}
    return tuple(answers_in(place, load_questionnaire(path), plan) for path, place in places.items())


def _unit(filled: Filled, entry: Entry, plan: Plan, refused: list[str]) -> str | None:
    try:
        return plan.unit(entry.text).name
    except UnknownError:
        refused.append(f"{filled.at(entry)}“{entry.text}”不是方案中的单位，本行未采用，请改正单位名称")
        return None


def _answer(filled: Filled, entry: Entry, question: Question, refused: list[str]) -> object:
    def refuse(why: str) -> None:
        refused.append(f"{filled.at(entry)}“{entry.text}”：{why}，未采用")

    if not entry.text:
        return None
    if question.kind in SHARES:
        chosen = tuple(part for part in map(str.strip, _LIST.split(entry.text)) if part)
        strange = [part for part in chosen if part not in question.options]
        if strange or (question.kind == "single" and len(chosen) > 1):
            refuse(f"不是可选项，请填：{'、'.join(question.options)}")
            return None
        return chosen[0] if question.kind == "single" else tuple(dict.fromkeys(chosen))
    if question.kind == "text":
        return entry.prose
    number = parse_number(entry.text, integer=question.kind == "scale")
    if not number.counted:
        refuse("不是数字，请只填数字")
        return None
    if question.kind == "scale" and not question.low <= number.value <= question.high:
        refuse(f"不在{question.low}—{question.high}之间")
        return None
    return float(number.value)


def wilson(
    count: int, n: int, population: int | None = None, confidence: float = 0.95
) -> tuple[float, float]:
    """Wilson's (1927) interval of a share with the finite population correction: z² times (N − n)/(N − 1).

    A census (n = N) has no sampling error: the share itself twice. n = 0 has no interval (NaN).
    """
    if not n:
        return math.nan, math.nan
    square = special.ndtri((1 + confidence) / 2) ** 2
    if population is not None:
        square *= (population - n) / (population - 1) if population > 1 else 0.0
    p = count / n
    centre = (p + square / (2 * n)) / (1 + square / n)
    half = math.sqrt(square) * math.sqrt(p * (1 - p) / n + square / (4 * n**2)) / (1 + square / n)
    return max(centre - half, 0.0), min(centre + half, 1.0)


def mean_interval(
    values: Sequence[float], population: int | None = None, confidence: float = 0.95
) -> tuple[float, float]:
    """Student's interval of a mean with the finite population correction √(1 − n/N); fewer than two values: NaN."""
    n = len(values)
    if population is not None and n == population:
        return (sum(values) / n,) * 2
    if n < 2:
        return math.nan, math.nan
    mean = sum(values) / n
    variance = sum((v - mean) ** 2 for v in values) / (n - 1) / n * (1 - n / population if population else 1)
    half = special.stdtrit(n - 1, (1 + confidence) / 2) * math.sqrt(variance)
    return mean - half, mean + half


def summarise(answers: Answers, confidence: float = 0.95) -> pd.DataFrame:
    """One row an option (single, multiple), a question (scale, number) or a unit's text; columns :data:`SUMMARY_COLUMNS`.

    ``n`` answered, ``missing`` did not; shares are of those who answered the question. Residents: fewer than 30 answers
    are suppressed (estimate and count missing), free text is only counted, never listed.
    """
    resident = answers.questionnaire.population == "residents"
    rows = []
    for q in answers.questionnaire.questions:
        told = [value for value in answers.rows[q.id] if value is not None]
        head = {
            "question": q.id,
            "text": q.text,
            "kind": q.kind,
            "n": len(told),
            "missing": len(answers.rows) - len(told),
        }
        blank = {"answer": "", "times": None, "estimate": math.nan, "ci_low": math.nan, "ci_high": math.nan}
        if q.kind == "text":
            listed = () if resident else zip(answers.rows["respondent"], answers.rows[q.id], strict=True)
            rows.append({**head, **blank, "times": len(told)})
            rows += [
                {**head, **blank, "answer": f"{who}：{text}"} for who, text in listed if text is not None
            ]
        elif resident and len(told) < SMALLEST_GROUP:
            rows.append({**head, **blank, "answer": f"样本少于{SMALLEST_GROUP}，不公布"})
        elif q.kind in SHARES:
            chosen = [value if isinstance(value, tuple) else (value,) for value in told]
            for option in q.options:
                count = sum(option in several for several in chosen)
                low, high = wilson(count, len(told), answers.population, confidence)
                share = count / len(told) if told else math.nan
                rows.append(
                    {
                        **head,
                        "answer": option,
                        "times": count,
                        "estimate": share,
                        "ci_low": low,
                        "ci_high": high,
                    }
                )
        else:
            low, high = mean_interval(told, answers.population, confidence)
            mean = sum(told) / len(told) if told else math.nan
            rows.append({**head, **blank, "answer": "均值", "estimate": mean, "ci_low": low, "ci_high": high})
    return pd.DataFrame(rows, columns=list(SUMMARY_COLUMNS))
