"""What stands before a list: title, number, issuer, dates, years of the plan, as guesses for ``meta`` and ``rounds``."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from kepu_eval.plan.importing.model import Found, Question

_YEARS = re.compile(r"(20\d\d)\s*年?\s*(?:[-—–~～至到]+)\s*(20\d\d)\s*年?")
_TITLE = re.compile("(方案|规划|纲要|计划|清单|分工|任务书|分解表|意见|目标|行动)")
_DOC_NO = re.compile(r"[\u4e00-\u9fff]{2,10}[〔\[（(]20\d\d[〕\]）)]\s*\d+号")
_DATE = re.compile(r"^(20\d\d)年(\d{1,2})月(\d{1,2})日$")
_PLACE = re.compile(
    r"^(?:中共)?([\u4e00-\u9fff]{1,12}?(?:自治区|自治州|自治县|自治旗|省|市|州|盟|县|区|旗|街道|镇|乡))"
)
_SPAN = 15


def front_matter(
    paragraphs: Sequence[str], found: Found
) -> tuple[dict, list[dict], tuple[int | None, int | None]]:
    """``meta``, ``rounds`` and (first, last) year; what the text does not say is ``None``."""
    told = [re.sub(r"\s", "", text) for text in paragraphs]
    head = told[:25]
    title = _title(head)
    years = _years([title, *head], found)
    doc_no = next(
        (m[0] for text in head if len(text) < 40 and (m := _DOC_NO.search(text)) and text == m[0]), None
    )
    doc_no = doc_no or next((m[0] for text in head[:6] if (m := _DOC_NO.search(text))), None)
    dates = [m for text in told if (m := _DATE.match(text))]
    issued = f"{dates[0][1]}-{int(dates[0][2]):02d}-{int(dates[0][3]):02d}" if dates else None
    place = _PLACE.match(title.lstrip("《关于印发")) if title else None
    at = told.index(dates[0][0]) if dates else 0
    issuer = (
        told[at - 1]
        if at and 4 <= len(told[at - 1]) <= 30 and not re.search("[。，：]", told[at - 1])
        else None
    )
    meta = {
        "title": title or None, "district": place[1] if place else None, "office": None, "doc_no": doc_no, "issuer": issuer,
        "issued": issued, "first_year": years[0], "last_year": years[1],
    }  # fmt: skip
    for name, what in (("title", "方案全称"), ("district", "地区"), ("doc_no", "文号"), ("issuer", "印发机关"), ("issued", "印发日期"),
                       ("first_year", "起始年"), ("last_year", "终止年"), ("office", "报告落款单位")):  # fmt: skip
        value = meta[name]
        found.questions.append(
            Question(
                "方案信息",
                "",
                str(value or "（未找到）"),
                f"{what}{'由正文猜出' if value else '须填写'}",
                str(value or ""),
                f"meta.{name}",
            )
        )
    return meta, rounds_of(years), years


def _title(head: Sequence[str]) -> str:
    """The heading that names the plan; one broken over two lines is put together."""
    for at, text in enumerate(head):
        if (
            _TITLE.search(text)
            and 6 <= len(text) <= 60
            and not re.search("[。；]|^关于|通知$|^[一二三四五六七八九十]、", text)
        ):
            before = head[at - 1] if at else ""
            broken = (
                _PLACE.match(before)
                and len(before) < 30
                and not _PLACE.match(text)
                and not re.search("[。：；]|(政府|委员会|办公室|厅|局)$", before)
            )
            after = head[at + 1] if at + 1 < len(head) else ""
            more = (
                after
                if len(after) < 30
                and re.match("[^一二三四五。：]{0,12}(方案|计划|清单)", after)
                and not _PLACE.match(after)
                else ""
            )
            return re.sub("[《》]", "", (before if broken else "") + text + more)
    return ""


def _years(texts: Sequence[str], found: Found) -> tuple[int | None, int | None]:
    for text in texts:
        span = _YEARS.search(text)
        if span and 0 < int(span[2]) - int(span[1]) <= _SPAN:
            return int(span[1]), int(span[2])
    if five := re.search("“?十([三四五六七])五”?", "".join(texts)):
        first = 2001 + 5 * "一二三四五六七".index(five[1]) + 5
        return first, first + 4
    said = re.search("([二三四五六七八九十])年(行动)?(计划|规划|方案|目标)", "".join(texts))
    ends = [f.said.year for task in found.tasks for f in task.figures if f.said.year]
    if said and ends:
        return max(ends) - "一二三四五六七八九十".index(said[1]), max(ends)
    starts = [f.baseline[0] for task in found.tasks for f in task.figures if f.baseline and f.baseline[0]]
    return (min(starts) if starts and ends and min(starts) < max(ends) else None), (
        max(ends) if ends else None
    )


def rounds_of(years: tuple[int | None, int | None]) -> list[dict]:
    """A mid-term in the middle of the plan and a final at its end, each with 20 days to report."""
    first, last = years
    if first is None or last is None:
        return [
            {"id": None, "name": None, "stage": stage, "as_of": None, "due": None}
            for stage in ("midterm", "final")
        ]
    made = []
    for stage, year, name in (
        ("midterm", first + (last - first) // 2, "中期评估"),
        ("final", last, "总结评估"),
    ):
        due = dt.date(year, 12, 31) + dt.timedelta(days=20)
        made.append(
            {
                "id": f"{year}-{stage}",
                "name": f"{year}年{name}",
                "stage": stage,
                "as_of": f"{year}-12-31",
                "due": due.isoformat(),
            }
        )
    return made if made[0]["as_of"] < made[1]["as_of"] else made[1:]
