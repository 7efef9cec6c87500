"""佐证目录, and the numbers of evidence that other sheets name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from kepu_eval.returns.findings import as_found
from kepu_eval.returns.sent import Sent, item_key
from kepu_eval.returns.tables import Row, Table

_ITEM, _FROM_TO = (
    re.compile(r"(?<![A-Za-z\d])[A-Za-z]{1,3}\d{1,4}(?:\.\d{1,4})?(?![\d.])"),
    re.compile(r"[-—–~至到]+"),
)
_EVIDENCE_PARTS = re.compile(r"([A-Za-z]{0,4}-?)(\d{1,5})")
_EVIDENCE_SPAN = re.compile(
    r"(?<![A-Za-z\d])([A-Za-z]{1,4}-?\d{1,5})(?:\s*[-—–~至到]+\s*([A-Za-z]{0,4}-?\d{1,5})(?![\d号]))?(?![A-Za-z\d])"
)
_SPACED = re.compile(r"(?<=[A-Za-z]) +(?=\d)")
_SHORTENED = re.compile(r"(?<![A-Za-z\d])([A-Za-z]{1,4}-?)\d{1,3}(?:[、,/和]\d{1,3}(?![\d.年月日号份张页]))+")
_ONE_PIECE = re.compile(r"(?:佐证|材料|附件|编号)*[:：]?([A-Za-z]{1,4}-?\d{1,5})号?[.、:。]*")
_BARE = re.compile(r"(?:佐证|材料|编号|详?见|第|[:：])*(\d{1,3}(?:[、,，/和 ]+\d{1,3})*)号?[.。]?")
_NOT_YET = re.compile(r"缺|[后待]补|补[报交]|暂无|未(?:能)?(?:提供|附|上传|归档|形成)|丢失|找不到|[?]")
_LONGEST_SPAN = 50
_LIST = re.compile(r"[、,，;；\s]+")


def evidence_ids(sent: Sent, row: Row, affects: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Numbers of the evidence that a row names; asks where there is text and no number."""
    text = row.text("evidence")
    if not text:
        return ()
    ids = () if _NOT_YET.search(text) else tuple(dict.fromkeys(evidence_numbers(text)))
    if not ids:
        lacking = "没有编号" if not _NOT_YET.search(text) else "尚未提供"
        sent.findings.add("C57", "question", f"{row.cell('evidence')}佐证“{as_found(text)}”{lacking}，自评最高按“正在推进”认定",
                          "请在佐证目录中编号后填写编号", **sent.at(row, "evidence"), affects=affects)  # fmt: skip
    return ids


def evidence_numbers(text: str) -> Iterator[str]:
    """Numbers of evidence in a cell: ``P01、p02``, ``P 03``, ``佐证P03``, ``P05-P07`` (each of the three), ``P08、09``, ``佐证1``."""
    text = _SPACED.sub("", text)
    if bare := _BARE.fullmatch(text):  # which letters the catalogue puts before them, see ``check_listed``
        yield from re.findall(r"\d+", bare[1])
    text = _SHORTENED.sub(lambda found: re.sub(r"(?<=[、,/和])(?=\d)", found[1], found[0]), text)
    for first, last in _EVIDENCE_SPAN.findall(text):
        head, low = _EVIDENCE_PARTS.findall(first)[0]
        high = _EVIDENCE_PARTS.findall(last)[0][1] if last else low
        if not int(low) <= int(high) <= int(low) + _LONGEST_SPAN:
            high = low
        yield from (f"{head}{number:0{len(low)}d}" for number in range(int(low), int(high) + 1))


def read_evidence(sent: Sent, table: Table) -> None:
    """佐证目录: one piece of evidence a row."""
    for row in sent.usable_rows(table):
        sent.parts["evidence"].append(
            {
                "evidence": _piece(row.text("evidence")),
                "title": row.text("title"),
                "type": row.text("type"),
                "reference": row.text("reference"),
                "filename": row.text("filename"),
                "commitments": _supported(sent, row.text("commitments")),
                "note": row.text("note"),
                "attachment": "",
                **sent.source(row),
                "asked": row.asked,
            }
        )


def _piece(text: str) -> str:
    """The number of a piece of evidence in the catalogue."""
    one = _ONE_PIECE.fullmatch(_SPACED.sub("", text))
    return one[1] if one else text.rstrip(".、:。")


def _supported(sent: Sent, text: str) -> tuple[str, ...]:
    """Numbers of what a piece of evidence supports, as the plan writes them; what stands there where any is not the plan's."""
    named = [(found[0], found.span()) for found in _ITEM.finditer(text)]
    ids = [sent.known_items.get(item_key(name), "") for name, _ in named]
    spans = [text[a[1][1] : b[1][0]].strip() for a, b in pairwise(named)]
    if not ids or not all(ids):
        return tuple(part for part in _LIST.split(text) if part)
    if not any(_FROM_TO.fullmatch(between) for between in spans):
        return tuple(dict.fromkeys(ids))
    order = list(dict.fromkeys(sent.known_items.values()))
    places = [order.index(name) for name in ids]
    runs = [
        order[a : b + 1] if _FROM_TO.fullmatch(between) and a <= b <= a + _LONGEST_SPAN else [order[b]]
        for between, (a, b) in zip(spans, pairwise(places), strict=True)
    ]
    return tuple(dict.fromkeys([ids[0], *(name for run in runs for name in run)]))
