"""Own words that no longer fit what they were written for: told after every run, never changed by us."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from rapidfuzz.fuzz import ratio

from kepu_eval.report.blocks import MIME
from kepu_eval.report.document import OWN
from kepu_eval.report.words import WITHOUT_SOURCE

_DIGITS, _SAME, _SHOWN = re.compile(r"\d+"), 60.0, 40
_TURN = re.compile(r'is 印作 "((?:[^"\\]|\\.)*)"')


def stale(notebook: Mapping) -> Iterator[str]:
    """Lines in Chinese on an executed notebook (its JSON).

    They name sentences whose figures have changed since somebody edited them, words for an item of a list that is not
    printed any more, numbers without a source.
    """
    for cell in notebook["cells"]:
        printed = [
            p
            for output in cell.get("outputs", [])
            if (p := output.get("data", {}).get(MIME, {})).get("spans")
        ]
        for sentence in cell["metadata"].get(OWN, {}).get("edited", []):
            yield from _changed(sentence, printed)
        source = "".join(cell["source"])
        if not source.startswith("%%正文"):
            continue
        texts = {span["text"] for paragraph in printed for span in paragraph["spans"]}
        for name in dict.fromkeys(_TURN.findall(source)):
            if name.replace('\\"', '"').replace("\\\\", "\\") not in texts:
                yield f"专为“{name}”改写的一段没有印出：这一项这次不在列表中"
        if missing := source.count(f"{{{{ {WITHOUT_SOURCE}("):
            yield f"有{missing}个手工写入的数没有出处，印作“待补出处”：{_short(_text(printed))}"


def _changed(sentence: Mapping, printed: list[Mapping]) -> Iterator[str]:
    """An edited sentence whose figures are no longer those for which it was written."""
    wanted = _DIGITS.sub("0", sentence["text"])
    near = max(printed, key=lambda p: ratio(_DIGITS.sub("0", _text([p])), wanted), default=None)
    if near is None or ratio(_DIGITS.sub("0", _text([near])), wanted) < _SAME:
        return
    now = {span["fact"]: span["text"] for span in near["spans"] if span.get("fact")}
    changed = [
        f"{text}→{now[name]}" for name, text in sentence["facts"].items() if now.get(name, text) != text
    ]
    if changed:
        yield f"改过的句子所写的数变了（{'、'.join(changed)}），请看是否还说得对：{_short(sentence['text'])}"


def _text(paragraphs: list[Mapping]) -> str:
    return "".join(span["text"] for paragraph in paragraphs for span in paragraph["spans"])


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
