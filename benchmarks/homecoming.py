"""Edited Word files on their way home: precision and recall over simulated documents, seeds of one's choice.

``python -m benchmarks.homecoming --documents 240 --seed 7``. Each document is a printed report in which paragraphs were
edited, added, deleted, moved and commented and figures changed by hand, with and without bookmarks. It is absorbed in this
process and its text cells are rendered again: right is what then prints what the person wrote, with the figures as they were.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from dataclasses import dataclass, field

from kepu_eval.report import open_case
from kepu_eval.report.blocks import Heading, Prose
from kepu_eval.report.document import read_document
from kepu_eval.report.homecoming.absorbing import MAGIC, absorbed, body_of
from kepu_eval.report.homecoming.baseline import Baseline, baseline
from kepu_eval.report.homecoming.matching import squeezed, without_number
from kepu_eval.report.homecoming.word_reading import Comment, Run, WordParagraph, WordText
from kepu_eval.report.markdown import markdown_blocks
from kepu_eval.report.words import render
from kepu_eval.runner.report import execute, source

WORDS = (
    "经核实", "总体看", "据各单位反映", "下一步要抓紧", "应当引起重视", "尤其是基层", "并形成长效机制", "原因是多方面的",
    "需要区政府统筹", "以便年内见效", "与往年相比", "在此基础上", "力争尽早完成", "有关情况另行报告",
)  # fmt: skip


@dataclass
class Simulated:
    """An edited document and what should come of it."""

    words: list[WordParagraph]
    comments: list[Comment] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)  # paragraphs as they should print, in order
    figures: list[tuple[str, str]] = field(default_factory=list)  # (Fact, typed)
    unsourced: list[str] = field(default_factory=list)
    kinds: Counter = field(default_factory=Counter)


def runs_of(paragraph: object) -> list[list]:
    """A printed paragraph's spans as changeable runs: text, bold, Fact, whether the words stand in the source."""
    return [[s.text, s.bold, s.fact, s.at is not None, s.text] for s in paragraph.spans]


def simulate(base: Baseline, volume: int, seed: int) -> Simulated:
    """One edited document."""
    dice = random.Random(seed)
    printed = [p for p in base.paragraphs if p.volume == volume]
    drop = dice.choice([0.0, 0.0, 0.1, 1.0])  # share of bookmarks lost
    rows = [
        {"n": n, "p": p, "runs": runs_of(p), "gone": False, "new": False, "edited": False}
        for n, p in enumerate(printed)
    ]
    own = [r for r in rows if r["p"].kind in ("body", "item", "note")]
    chosen = dice.sample(own, min(len(own), 13))
    out = Simulated([])
    for row in chosen[:8]:
        edit(row, dice, out)
    for row in chosen[8:10]:
        by_hand(row, dice, out)
    gone = chosen[10]
    gone["gone"] = True
    out.kinds["删除"] += 1
    moved = chosen[11]
    rows.remove(moved)
    target = dice.choice(
        [r for r in rows if r["p"].kind in ("body", "item", "note", "heading") and not r["gone"]]
    )
    place = rows.index(target) + 1
    rows.insert(place, moved)
    stays = [r for r in rows if not r["gone"]]
    before = [r["n"] for r in stays[: stays.index(moved)]]
    after = [r["n"] for r in stays[stays.index(moved) + 1 :]]
    if (before and max(before) > moved["n"]) or (after and min(after) < moved["n"]):
        out.kinds["移动"] += 1
    for _ in range(2):
        target = dice.choice(
            [r for r in rows if r["p"] is None or r["p"].kind in ("body", "item", "note", "heading")]
        )
        text = "，".join(dice.sample(WORDS, 4)) + "。"
        wanted = text
        if dice.random() < 0.4:
            number = str(dice.randint(101, 999))
            text = text.replace("，", f"，共{number}人次，", 1)
            wanted = text.replace(number, f"〔{number}，待补出处〕")
            out.unsourced.append(number)
        rows.insert(rows.index(target) + 1, {"p": None, "runs": [[text, False, None, True, wanted]], "gone": False, "new": True, "edited": True})  # fmt: skip
        out.kinds["新增"] += 1
    part(rows, dice, out)
    for row in rows:
        if row["gone"]:
            continue
        p = row["p"]
        texts = [run[0] for run in row["runs"]]
        anchors = (
            (p.anchor,)
            if p and p.anchor and p.kind not in ("fixed", "table") and dice.random() >= drop
            else ()
        )
        role = p.kind if p else "body"
        runs = tuple(Run(run[0], run[1]) for run in row["runs"] if run[0])
        out.words.append(WordParagraph(runs, role, p.level if p else 0, anchors))
        if p is None or p.kind not in ("fixed", "table"):
            wanted = "".join(run[4] for run in row["runs"])
            out.expected.append(
                squeezed(without_number(wanted) if p is None or p.kind in ("heading", "item") else wanted)
            )
        if p and p.kind == "body" and len(out.comments) < 3 and dice.random() < 0.1:
            out.comments.append(
                Comment("李某", "2024-01-02T00:00:00", "请再核一下", texts[0], len(out.words) - 1)
            )
    return out


def part(rows: list[dict], dice: random.Random, out: Simulated) -> None:
    """Part one untouched paragraph in two after a full stop, and take a clause with its figures out of another."""
    free = [
        r for r in rows if r["p"] and r["p"].kind in ("body", "item") and not r["gone"] and not r["edited"]
    ]
    plain = [r for r in free if all(run[0] == run[4] for run in r["runs"])]
    dice.shuffle(plain)
    for row in plain:
        stops = [
            (n, run[0].index("。") + 1)
            for n, run in enumerate(row["runs"])
            if run[3] and run[2] is None and "。" in run[0]
        ]
        stops = [(n, at) for n, at in stops if n >= 2 and n < len(row["runs"]) - 4]
        if stops:
            number, at = dice.choice(stops)
            text, bold, fact, own, _ = row["runs"][number]
            tail = [[text[at:], bold, fact, own, text[at:]], *row["runs"][number + 1 :]]
            row["runs"] = [*row["runs"][:number], [text[:at], bold, fact, own, text[:at]]]
            rows.insert(
                rows.index(row) + 1, {"p": None, "runs": tail, "gone": False, "new": True, "edited": True}
            )
            plain.remove(row)
            out.kinds["改动"] += 1
            break
    for row in plain:
        figures = [n for n, run in enumerate(row["runs"]) if run[2] and 1 < n < len(row["runs"]) - 2]
        if figures:
            number = dice.choice(figures)
            for run in row["runs"][number - 1 : number + 1]:
                run[0] = run[4] = ""
            out.kinds["改动"] += 1
            return


def edit(row: dict, dice: random.Random, out: Simulated) -> None:
    """Change words between the figures: put in, take out, replace, or make bold."""
    runs = [
        run
        for run in row["runs"]
        if run[3] and run[2] is None and len(run[0]) >= 3 and not any(c.isdigit() for c in run[0])
    ]
    if not runs:
        return
    for run in dice.sample(runs, min(len(runs), dice.randint(1, 3))):
        word, text = dice.choice(WORDS), run[0]
        at = dice.randint(0, len(text))
        how = dice.random()
        if how < 0.4:
            new = text[:at] + word + text[at:]
        elif how < 0.7:
            stop = dice.randint(at, min(len(text), at + 6))
            new = text[:at] + text[stop:]
        else:
            stop = dice.randint(at, min(len(text), at + 8))
            new = text[:at] + word + text[stop:]
        if not new.strip() and len(row["runs"]) == 1:
            new = word
        row["edited"] |= new != text
        run[0] = run[4] = new
    out.kinds["改动"] += row["edited"]


def by_hand(row: dict, dice: random.Random, out: Simulated) -> None:
    """Change one figure by hand."""
    runs = [run for run in row["runs"] if run[2] and run[0][0].isdigit()]
    if not runs:
        return
    run = dice.choice(runs)
    digits = len(run[0]) - len(run[0].lstrip("0123456789.,"))
    number, unit = run[0][:digits], run[0][digits:]
    typed = number
    while typed == number:
        typed = str(dice.randint(2, 99)) if "." not in number else f"{dice.uniform(1, 99):.1f}"
    run[0] = typed + unit
    out.figures.append((run[2], run[0]))


class Notebook:
    """The text cells of a run and the names that they may use; renders what a cell prints."""

    def __init__(self, kind: str) -> None:
        executed = execute(source(kind), {})
        self.document = read_document(executed)
        self.base = baseline(self.document)
        self.cells = [(c.id, c.source) for c in executed.cells if c.id in self.base.cells]
        case = open_case(kind, json.loads(json.dumps(_parameters(kind))))
        self.names, self.proper = {"scorecard": "", **_made(case.words)}, case.proper_names
        self.known: dict[str, list[str]] = {}

    def printed(self, text: str) -> list[str]:
        """The paragraphs that a cell's source prints."""
        if text not in self.known:
            body = body_of(text)
            blocks = (
                render(body, self.names, self.proper) if text.startswith(MAGIC) else markdown_blocks(body)
            )
            self.known[text] = [
                squeezed(without_number(b.text) if isinstance(b, Heading) or b.role == "item" else b.text)
                for b in blocks
                if isinstance(b, Heading | Prose)
            ]
        return self.known[text]


def _made(words: object) -> dict:
    return {name: words[name] for name in words}


def _parameters(kind: str) -> dict:
    from kepu_eval.parameters import notebook_parameters

    return {n: v for n, v in notebook_parameters(source(kind)).items() if n != "scorecard"}


def check(book: Notebook, volume: int, made: Simulated) -> tuple[Counter, list[str]]:
    """Absorb one document; true and false positives and misses by class, and what went wrong in words."""
    result = absorbed(book.base, WordText("", volume, tuple(made.words), tuple(made.comments)))
    cells = {p.cell for p in book.base.paragraphs if p.volume == volume and p.kind not in ("fixed", "table")}
    told: list[str] = []
    after = dict(result.new_cells)
    for cell, text in book.cells:
        if cell in cells:
            told += book.printed(result.sources.get(cell, text))
        if cell in after:
            told += book.printed(after[cell])
    counts, wrong = Counter(), []
    left = Counter(told) - Counter(made.expected)
    missing = Counter(made.expected) - Counter(told)
    counts["段落.真"] += len(told) - sum(left.values())
    counts["段落.误"] += sum(left.values())
    counts["段落.漏"] += sum(missing.values())
    wrong += [f"漏：{text}" for text in missing] + [f"误：{text}" for text in left]
    if not left and not missing:
        counts["次序.真" if told == made.expected else "次序.漏"] += 1
        wrong += [] if told == made.expected else ["次序"]
    found = Counter(e.words.rpartition(" → ")[2] for e in result.entries if e.kind in ("改数", "原话"))
    _score(counts, "改数", found, Counter(typed for _, typed in made.figures), wrong)
    numbers = Counter(e.words for e in result.entries if e.kind == "无出处")
    _score(counts, "无出处", numbers, Counter(made.unsourced), wrong)
    for kind in ("新增", "删除", "移动"):
        listed = sum(e.kind == kind for e in result.entries)
        _score(counts, kind, Counter({kind: listed}), Counter({kind: made.kinds[kind]}), wrong)
    remarks = sum(bool(cell) for cell, _, _ in result.remarks)
    _score(counts, "批注", Counter({"": remarks}), Counter({"": len(made.comments)}), wrong)
    wrong += [f"{e.kind}：{e.words} {e.detail}" for e in result.entries if e.kind == "未收回"]
    counts["未收回"] += sum(e.kind == "未收回" for e in result.entries)
    return counts, wrong


def _score(counts: Counter, name: str, found: Counter, wanted: Counter, wrong: list[str]) -> None:
    counts[f"{name}.真"] += sum((found & wanted).values())
    counts[f"{name}.误"] += sum((found - wanted).values())
    counts[f"{name}.漏"] += sum((wanted - found).values())
    if found != wanted:
        wrong.append(f"{name}：得{dict(found)} 应{dict(wanted)}")


def main() -> None:
    """Print precision and recall by class."""
    given = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    given.add_argument("--documents", type=int, default=240)
    given.add_argument("--seed", type=int, default=int(time.time()))
    given.add_argument("--notebook", default="midterm")
    given.add_argument("--show", type=int, default=0, help="how many wrong documents to show")
    options = given.parse_args()
    book = Notebook(options.notebook)
    total, shown = Counter(), 0
    for number in range(options.documents):
        seed = options.seed * 10_000 + number
        made = simulate(book.base, number % 2, seed)
        counts, wrong = check(book, number % 2, made)
        total += counts
        if wrong and shown < options.show:
            shown += 1
            print(f"—— 种子{seed}", *wrong, sep="\n")
    print(f"文件{options.documents}，种子{options.seed}")
    for name in sorted({key.partition(".")[0] for key in total}):
        right, false, missed = (total[f"{name}.{what}"] for what in ("真", "误", "漏"))
        precision, recall = right / max(right + false, 1), right / max(right + missed, 1)
        print(
            f"{name}：查准{precision:.4f} 查全{recall:.4f}（对{right} 误{false} 漏{missed}）"
            if right
            else f"{name}：{total[name]}"
        )


if __name__ == "__main__":
    main()
