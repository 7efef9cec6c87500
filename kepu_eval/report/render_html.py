"""Blocks as HTML for the notebook, and as plain text for terminals.

Plain semantic markup with few inline styles, so that JupyterLab (light or dark) and GitHub both show it well.
The HTML report has its own template (:mod:`kepu_eval.report.exporters.html`).
"""

from __future__ import annotations

from html import escape

from kepu_eval.report.blocks import (
    Calculation,
    Cell,
    Chart,
    Cover,
    Fact,
    Heading,
    Inputs,
    Lineage,
    Piece,
    Prose,
    Results,
    Table,
    Volume,
)
from kepu_eval.report.fact import Source
from kepu_eval.report.palette import TONES

_SHOWN_SOURCES = 6
_SHOWN_PARTS = 8
_SHOWN_ROWS = 40


def block_html(block: Piece) -> str:
    """HTML of one block; all text is escaped."""
    if isinstance(block, Cover):
        notice = f"<p><strong>【{escape(block.notice)}】</strong></p>" if block.notice else ""
        return f"{notice}<h1>{escape(block.title)}</h1><p>{escape(block.subtitle)}</p>"
    if isinstance(block, Heading):
        return f"<h{block.level + 1}>{escape(block.text)}</h{block.level + 1}>"
    if isinstance(block, Volume):
        return f"<h1>{escape(block.title)}</h1>"
    if isinstance(block, Prose):
        return _prose(block)
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, Chart):
        return f'<img alt="{escape(block.alt)}" src="data:image/png;base64,{block.png}">'
    if isinstance(block, Lineage):
        return _details(f"追溯：{len(block.facts)}个评级和数据项", "用 kepu-eval trace 查看任一项。")
    if isinstance(block, Results):
        told = f"结果：{sum(len(frame.rows) for frame in block.frames)}行"
        return _details(told, "供结果包、汇总和跨期比对读取。")
    if isinstance(block, Calculation):
        return _details(
            f"重算：{len(block.indicators)}项指标、{len(block.data)}格数据",
            "见工作簿“指标计算”“分期计算”“计算数据”。",
        )
    return _inputs(block) if isinstance(block, Inputs) else ""


def block_text(block: Piece) -> str:
    """One block as plain text."""
    if isinstance(block, Prose):
        return block.text
    if isinstance(block, Table):
        lines = [
            [column.title for column in block.columns],
            *([cell.text for cell in row] for row in block.rows),
        ]
        return "\n".join([block.title, *("\t".join(line) for line in lines)])
    if isinstance(block, Chart):
        return block.alt
    return getattr(block, "title", getattr(block, "text", "输入"))


def lineage(fact: Fact) -> list[str]:
    """Where a figure comes from, as lines: how it was computed, then its source cells (the first ones)."""
    lines = [f"{fact.label or fact.id}：{fact.text}"]
    if fact.formula:
        lines.append(f"算法：{fact.formula}")
    if fact.parts:
        rest = f"等{len(fact.parts)}项" if len(fact.parts) > _SHOWN_PARTS else ""
        lines.append(f"组成：{'、'.join(fact.parts[:_SHOWN_PARTS])}{rest}")
    lines += [
        f"来源：{' › '.join(filter(None, (s.file, s.sheet, s.cell)))}{_told(s)}"
        for s in fact.sources[:_SHOWN_SOURCES]
    ]
    if len(fact.sources) > _SHOWN_SOURCES:
        lines.append(f"……共{len(fact.sources)}处，见追溯表")
    return lines


def _told(source: Source) -> str:
    raw = f"（原值 {source.raw or '空'}）" if source.cell else ""
    return raw + (f"（复核 {source.decision}）" if source.decision else "")


def _prose(block: Prose) -> str:
    facts = {fact.id: fact for fact in block.facts}
    parts = []
    for span in block.spans:
        text = escape(span.text)
        if span.fact in facts:
            text = f'<span title="{escape(chr(10).join(lineage(facts[span.fact])))}">{text}</span>'
        text = f"<strong>{text}</strong>" if span.bold else text
        parts.append(f'<a href="{escape(span.link)}">{text}</a>' if span.link else text)
    body = "".join(parts)
    return (
        f"<li>{body}</li>"
        if block.role == "item"
        else f"<p><small>{body}</small></p>"
        if block.role == "note"
        else f"<p>{body}</p>"
    )


def _table(block: Table) -> str:
    facts = {fact.id: fact for fact in block.facts}
    head = "".join(f'<th style="text-align:{c.align}">{escape(c.title)}</th>' for c in block.columns)
    rows = "".join(
        "<tr>"
        + "".join(_cell(cell, column.align, facts) for cell, column in zip(row, block.columns, strict=True))
        + "</tr>"
        for row in block.rows[:_SHOWN_ROWS]
    )
    if len(block.rows) > _SHOWN_ROWS:
        rows += (
            f'<tr><td colspan="{len(block.columns)}">……共{len(block.rows)}行，全部见导出的工作簿</td></tr>'
        )
    note = f"<p><small>注：{escape(block.note)}</small></p>" if block.note else ""
    return f"<table><caption>{escape(block.title)}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{note}"


def _cell(cell: Cell, align: str, facts: dict[str, Fact]) -> str:
    style, mark = f"text-align:{align}", ""
    if cell.tone:
        tone = TONES[cell.tone]
        style += f";background:{tone.light};color:{tone.text}"
        mark = f"{tone.symbol} "
    title = f' title="{escape(chr(10).join(lineage(facts[cell.fact])))}"' if cell.fact in facts else ""
    return f'<td style="{style}"{title}>{mark}{escape(cell.text)}</td>'


def _details(summary: str, text: str) -> str:
    return f"<details><summary>{summary}</summary><p>{text}</p></details>"


def _inputs(block: Inputs) -> str:
    rows = "".join(
        f"<tr><td>{escape(f.role)}</td><td>{escape(f.path)}</td><td><code>{f.sha256[:12]}</code></td></tr>"
        for f in block.files
    )
    return f"<details><summary>输入文件{len(block.files)}个</summary><table>{rows}</table></details>"
