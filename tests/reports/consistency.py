"""What must hold in every report: each check takes a :class:`Report` and raises ``AssertionError``."""

import re
from typing import NamedTuple

import pytest

from kepu_eval.report.document import Document
from kepu_eval.report.fact import rounded

INTERNAL = re.compile(
    r"规则判定|设定|开关|阈值|kepu|sections\.|\.py\b|(?<![A-Z0-9])L\d{2,}|SHA|None|nan\b|TODO|placeholder|\{\{|\{%"
)
DATE = re.compile(r"20\d\d-\d\d-\d\d|20\d\d年\d{1,2}月\d{1,2}日")


class Report(NamedTuple):
    """A report's document, its as-of date (ISO) and the titles of its plan's tasks in order."""

    document: Document
    as_of: str
    titles: list[str]


def said(document):
    return [(b, "".join(span.text for span in b.spans)) for b in document.blocks if b.kind == "prose"]


def shown(document):
    """Tables that are printed; the workbook's own are for looking things up."""
    return [block for block in document.blocks if block.kind == "table" and not block.annex]


def column(listing, title):
    place = [c.title for c in listing.columns].index(title)
    return [row[place] for row in listing.rows]


def named(document, block):
    return next(found for found in document.blocks if getattr(found, "id", "") == block)


def every_printed_ratio_equals_the_operands_beside_it(report):
    listing = named(report.document, "attainment")
    checked = 0
    for quotient, percent in zip(column(listing, "算式"), column(listing, "完成比例"), strict=True):
        if quotient.text == "—":
            assert percent.text == "—"
            continue
        part, whole = map(float, re.fullmatch(r"([\d.]+)÷([\d.]+)\D*", quotient.text).groups())
        assert percent.text == f"{rounded(float(f'{part / whole * 100:.10g}'), 1)}%"
        checked += 1
    assert checked


def every_share_equals_the_quotient_it_is_made_of(report):
    quotients = [
        (fact, re.fullmatch(r"([\d.]+)÷([\d.]+)(?:年|年次|校学期|所|人)?", fact.formula))
        for fact in report.document.facts.values()
        if fact.unit == "%" and fact.value is not None
    ]
    found = [(fact, *map(float, m.groups())) for fact, m in quotients if m and float(m[2])]
    assert found
    for fact, part, whole in found:
        assert fact.value == pytest.approx(part / whole * 100), fact.id


def an_indicator_has_one_percentage_in_all_tables(report):
    tables = [named(report.document, name) for name in ("attainment", "indicators")]
    by_name = [
        {n.text: p.text for n, p in zip(column(t, "指标"), column(t, "完成比例"), strict=True)}
        for t in tables
    ]
    assert by_name[0] == by_name[1]


def no_record_is_dated_after_the_as_of_date(report):
    document = report.document
    late = []
    for listing in shown(document):
        future = [
            n for n, c in enumerate(listing.columns) if re.search("时限|截止|期限|推算到|措施", c.title)
        ]
        for row in listing.rows:
            for place, cell in enumerate(row):
                if place not in future:
                    late += [(listing.id, d) for d in DATE.findall(cell.text) if iso(d) > report.as_of]
    for _, text in said(document):
        for d in DATE.finditer(text):
            deadline = text[d.end() :].startswith("前")  # what is still to be done
            late += [("prose", d[0])] if iso(d[0]) > report.as_of and not deadline else []
    assert late == []


def iso(date):
    return "-".join(part.zfill(2) for part in re.findall(r"\d+", date))


def what_is_open_stands_the_same_everywhere(report):
    document = report.document
    for kind, fact in (("待核", "核查.待核"), ("退回", "核查.退回")):
        told = {int(n) for _, text in said(document) for n in re.findall(rf"{kind}(\d+)项", text)}
        assert told == {document.facts[fact].value}
        units = column(named(document, "units"), kind)
        assert sum(cell.value or 0 for cell in units) == document.facts[fact].value


def a_figure_is_written_the_same_wherever_it_stands(report):
    document, written = report.document, {}
    for block in document.blocks:
        cells = getattr(block, "spans", None) or [c for row in getattr(block, "rows", ()) for c in row]
        for piece in cells:
            if (
                piece.fact and getattr(block, "id", "") != "questions"
            ):  # there 无法确定 stands for an open end
                written.setdefault(piece.fact, set()).add(piece.text)
    assert {fact: texts for fact, texts in written.items() if len(texts) > 1} == {}


def the_ratings_counted_add_up_to_all_tasks(report):
    document = report.document
    counts = column(named(document, "judgement"), "任务")
    assert sum(cell.value for cell in counts) == document.facts["任务.合计"].value == len(report.titles)


def no_task_is_named_by_its_number_alone(report):
    for _, text in said(report.document):
        for found in re.finditer(r"任务\d+(?![\d项])", text):
            rest = text[found.end() : found.end() + 40]
            assert any(rest.lstrip("“《：　 （").startswith(title) for title in report.titles), text


def nothing_is_announced_that_does_not_follow(report):
    blocks = [b for b in report.document.blocks if not getattr(b, "annex", False) and b.kind != "calculation"]
    for place, block in enumerate(blocks):
        text = "".join(s.text for s in block.spans) if block.kind == "prose" else ""
        # of what stands under the same heading
        rest = [b.kind for b in blocks[place + 1 :]]
        ends = [n for n, kind in enumerate(rest) if kind in ("heading", "volume")]
        rest = rest[: ends[0]] if ends else rest
        if re.search("下表|下图|各图|图表", text):
            assert {"table", "chart"} & set(rest), text
        if re.search("(下列|如下|以下)", text):
            assert rest, text
        if block.kind == "heading":
            follows = blocks[place + 1] if place + 1 < len(blocks) else None
            assert follows is not None, block.text
            assert follows.kind not in ("volume",), block.text
            assert follows.kind != "heading" or follows.level > block.level, block.text


def no_table_of_the_technical_volume_stands_without_a_sentence(report):
    blocks = [b for b in report.document.blocks if not getattr(b, "annex", False)]
    start = next(n for n, b in enumerate(blocks) if b.kind == "volume")
    heard = False
    for block in blocks[start:]:
        if block.kind in ("heading", "volume"):
            heard = False
        heard |= block.kind == "prose"
        assert block.kind not in ("table", "chart") or heard, block.title


def no_internal_note_is_printed(report):
    document = report.document
    texts = [text for _, text in said(document)]
    texts += [t.title + t.note + "".join(c.title for c in t.columns) for t in shown(document)]
    texts += [cell.text for t in shown(document) for row in t.rows for cell in row]
    assert [text for text in texts if INTERNAL.search(text)] == []


CHECKS = (
    every_share_equals_the_quotient_it_is_made_of,
    an_indicator_has_one_percentage_in_all_tables,
    no_record_is_dated_after_the_as_of_date,
    what_is_open_stands_the_same_everywhere,
    a_figure_is_written_the_same_wherever_it_stands,
    the_ratings_counted_add_up_to_all_tasks,
    no_task_is_named_by_its_number_alone,
    nothing_is_announced_that_does_not_follow,
    no_table_of_the_technical_volume_stands_without_a_sentence,
    no_internal_note_is_printed,
)
OF_ANY_REPORT = (
    no_record_is_dated_after_the_as_of_date,
    a_figure_is_written_the_same_wherever_it_stands,
    no_task_is_named_by_its_number_alone,
    nothing_is_announced_that_does_not_follow,
    no_internal_note_is_printed,
)
"""Those that need no table of an evaluation."""
