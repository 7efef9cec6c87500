"""``kepu-eval absorb``: an edited Word file into the own copy of its notebook, with a record of what happened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from rapidfuzz.fuzz import ratio

from kepu_eval.files import write_whole
from kepu_eval.parameters import notebook_parameters
from kepu_eval.report.homecoming.absorbing import Absorbed, Entry, absorbed
from kepu_eval.report.homecoming.baseline import Baseline
from kepu_eval.report.homecoming.merging import merge
from kepu_eval.report.homecoming.word_reading import WordText, read_word
from kepu_eval.runner.baselines import find_baseline, newest_baseline
from kepu_eval.runner.own_copy import OwnCopyError, open_copy
from kepu_eval.runner.report import kind_of, source

KINDS = {
    "改动": "改动的段落，已收回",
    "格式": "改动的格式，已收回",
    "新增": "新增的段落，已收回",
    "删除": "删去的段落，已照删",
    "移动": "移动的段落，已照移",
    "改数": "手工改的数，没有收回：数字从数据来",
    "原话": "改了数据里的文字（单位原话、评级、名称），没有收回",
    "无出处": "手工写入的数，没有出处",
    "批注": "批注，已记下，下一份Word里还在",
    "修订": "修订（按您的选择，没有当作已接受）",
    "冲突": "冲突，请自己决定",
    "未收回": "没有收回的其他改动",
}


@dataclass(frozen=True)
class Homecoming:
    """The own copy, whether it was made just now, the record's file, and what happened."""

    copy: Path
    made: bool
    record: Path
    entries: tuple[Entry, ...]


def absorb(path: Path, report: Path | None = None, *, accept: bool = True) -> Homecoming:
    """Take an edited Word file into the own copy. ``accept``: its tracked changes count as made.

    Raises :class:`WordFileError` for a file that is none, :class:`OwnCopyError` where the run that printed it is not known.
    """
    word = read_word(path, accept=accept)
    folders = [*([report] if report else []), path.parent]
    base = find_baseline(word.run, folders)
    if base is None:
        base = newest_baseline(folders) if report or not word.run else None
        if base is None:
            raise OwnCopyError(
                f"找不到印出“{path.name}”的那次运行",
                hint="请用 --report 给出报告文件夹（其中有运行过的笔记本）",
            )
        word = WordText("", _volume(base, word), word.paragraphs, word.comments, word.lost)
    kind = kind_of(base.notebook)
    if kind is None:
        raise OwnCopyError(
            f"出自笔记本“{base.notebook}”，不是本程序的报告",
            place=f"“{path.name}”",
            hint="请直接在那个笔记本里改",
        )
    result = absorbed(base, word)
    known = notebook_parameters(source(kind))  # a case has more than its notebook offers
    copy, made = open_copy(kind, {name: value for name, value in base.parameters.items() if name in known})
    book = nbformat.read(copy, as_version=4)
    entries = [*result.entries, *merge(book, base, result), *_meanwhile(base, folders, result)]
    if not accept:
        entries += _pending(path, word)
    for name, picture in result.pictures.items():
        file = copy.parent / name
        file.parent.mkdir(exist_ok=True)
        write_whole(file, picture)
    write_whole(copy, nbformat.writes(book).encode("utf-8"))
    record = _record(copy.parent, path, entries)
    return Homecoming(copy, made, record, tuple(entries))


def _volume(base: Baseline, word: WordText) -> int:
    """Which of a run's documents a Word file is that does not say so: the one with most of the same paragraphs."""
    there = {paragraph.text.strip() for paragraph in word.paragraphs}
    volumes = {p.volume for p in base.paragraphs}
    return max(
        volumes,
        key=lambda volume: len(there & {p.text.strip() for p in base.paragraphs if p.volume == volume}),
    )


def _meanwhile(base: Baseline, folders: list[Path], result: Absorbed) -> Iterator[Entry]:
    """Edited sentences whose figures are no longer those that the person saw."""
    newest = newest_baseline(folders)
    if newest is None or newest.run == base.run:
        return
    for edited in result.edited:
        changed = [
            f"{newest.facts[name].label or name} {text} → {newest.facts[name].text}"
            for name, text in edited.facts.items()
            if name in newest.facts and newest.facts[name].text != text
        ]
        if changed:
            yield Entry(
                "冲突",
                edited.text,
                f"这一段所写的数后来变了：{'；'.join(changed)}；句子已收回，请看是否还说得对",
            )


def _pending(path: Path, word: WordText) -> Iterator[Entry]:
    """What tracked changes would have made of the text."""
    accepted = [p for p in read_word(path, accept=True).paragraphs if p.tracked and p.text.strip()]
    before = [p.text for p in word.paragraphs if p.tracked]
    for paragraph in accepted:
        near = max(before, key=lambda text: ratio(text, paragraph.text), default="")
        yield Entry("修订", near or "（无）", f"改为：{paragraph.text}")


def _record(folder: Path, path: Path, entries: list[Entry]) -> Path:
    """A list of everything, in the work folder; one a Word file, earlier ones are kept."""
    lines = [f"# “{path.name}”的收回记录", ""]
    for kind, title in KINDS.items():
        found = [entry for entry in entries if entry.kind == kind]
        if found:
            lines += [f"## {title}（{len(found)}）", ""]
            lines += [f"- {e.words}{f'　——{e.detail}' if e.detail else ''}".replace("\n", " ") for e in found]
            lines.append("")
    number, file = 1, folder / f"收回记录-{path.stem}.md"
    while file.exists():
        number += 1
        file = folder / f"收回记录-{path.stem}-{number}.md"
    write_whole(file, "\n".join(lines).encode("utf-8"))
    return file
