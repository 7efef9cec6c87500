"""What a run made and what it says, on one card: the last thing that a person sees of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kepu_eval.report.blocks import MIME
from kepu_eval.report.homecoming.stale import stale

_OPEN = {
    "核查.待核": "待核", "核查.退回": "退回", "报送.未报": "未报送", "任务.评级.数据不足": "数据不足的任务",
    "指标.评级.数据不足": "数据不足的指标",
}  # fmt: skip


def end_card(notebook: Mapping, files: Sequence[str], next_steps: Sequence[str]) -> Iterator[str]:
    """Lines of the card: files made, the verdict, open questions, what own words need, what to do next.

    ``notebook``: the executed one as JSON.
    """
    yield "做好了："
    yield from (f"  {file}" for file in files)
    paragraphs = [
        block
        for cell in notebook["cells"]
        if "skip-export" not in cell["metadata"].get("tags", [])
        for output in cell.get("outputs", [])
        if (block := output.get("data", {}).get(MIME, {})).get("kind") == "prose"
    ]
    if paragraphs:
        yield f"结论：{''.join(span['text'] for span in paragraphs[0]['spans'])}"
    shown = {
        span["fact"]: span["text"] for block in paragraphs for span in block["spans"] if span.get("fact")
    }
    if still := [
        f"{name}{shown[fact]}" for fact, name in _OPEN.items() if shown.get(fact, "0")[0] not in "0"
    ]:
        yield f"还没有定的：{'，'.join(still)}"
    if own := list(stale(notebook)):
        yield "自己的文字要看的："
        yield from (f"  {line}" for line in own)
    yield "接着做："
    yield from (f"  {step}" for step in next_steps)
