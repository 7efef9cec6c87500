"""Put personal data into every entrance, make everything that the package makes, and look for it in all of that.

    python -m benchmarks.personal_scan

The example round is collected with returns, attachments, slips, a roll and a folder that hold telephone, identity, card
and passport numbers and an e-mail address, in several written forms; decisions, a rectification and a spot check come
back with them; slips, a reminder, the mid-term report and a unit's report are made in all formats. Searched are the
ledger with its journal, everything that the commands say, and every file made. Prints where anything was found; exit
code 1 when something was.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path

from click.testing import CliRunner
from openpyxl import load_workbook
from openpyxl.comments import Comment

from kepu_eval.cli import main as command
from kepu_eval.returns.layout import EVENTS, EVIDENCE, FIRST_ROW, HEADER_ROW, NUMBERS, TASKS

ROOT = Path(__file__).parent.parent
EXAMPLE, ROUND = ROOT / "data" / "example" / "2023-midterm", "2023-midterm"
NEEDLES = ("13912345678", "11010519491231002", "4111111111111111", "E12345678", "zhangsan@163com")
FORMS = (
    "13912345678", "139-1234-5678", "+86 139 1234 5678", "１３９１２３４５６７８", "一三九一二三四五六七八",
    "110105194912310021", "110105 19491231 0021", "4111 1111 1111 1111", "E12345678", "zhang.san@163.com",
)  # fmt: skip
NUMBER = 110105194912310021
_CHINESE = str.maketrans("〇零一二三四五六七八九", "00123456789")
_BETWEEN = re.compile(r"[^0-9A-Za-z@\u4e00-\u9fff]")


def spoiled(folder: Path) -> None:
    """The example's returns with personal data in every place where a person could write it."""
    shutil.copytree(EXAMPLE, folder)
    for unit, places in _PLACES.items():
        path = folder / f"{unit}.xlsx"
        book = load_workbook(path)
        for number, place in enumerate(places):
            place(book, FORMS[number % len(FORMS)])
        book.save(path)
    (folder / "区妇联.xlsx").rename(folder / f"区妇联{FORMS[1]}.xlsx")
    (folder / f"~${FORMS[0]}.xlsx").write_bytes(b"")
    (folder / f"名单{FORMS[5]}.docx").write_bytes(b"x")
    (folder / "抄录.csv").write_text("\n".join(f"{form},1" for form in FORMS), encoding="utf-8")
    proof = folder / "佐证" / "区农牧局"
    proof.mkdir(parents=True)
    (proof / f"签到{FORMS[0]}.pdf").write_bytes(b"%PDF-1.4")
    with (folder / "名册.yaml").open("a", encoding="utf-8") as stream:
        stream.write(f"  - {{name: '联系{FORMS[0]}小学', type: 小学, rural: false}}\n")


def _cell(sheet: str, column: int, row: int = FIRST_ROW, written: object = "联系人{}") -> object:
    def place(book: object, form: str) -> None:
        value = written.format(form) if isinstance(written, str) else written
        book[sheet].cell(row, column).value = value

    return place


def _comment(book: object, form: str) -> None:
    book[NUMBERS]["A1"].comment = Comment(f"请联系{form}", form)


def _sheet(book: object, form: str) -> None:
    book.create_sheet(f"名单{form}"[:31]).append([form, NUMBER])


_PLACES = {
    "区农牧局": [
        _cell(NUMBERS, 12), _cell(TASKS, 13), _cell(TASKS, 16), _cell(EVENTS, 3), _cell(EVENTS, 4, 7),
        _cell(EVENTS, 5, 8, NUMBER), _cell(EVIDENCE, 2), _cell(EVIDENCE, 5, 7), _comment, _sheet,
    ],
    "区教育局": [_cell(EVENTS, 4, HEADER_ROW, "地点（{}）"), _cell(NUMBERS, 8, FIRST_ROW, float(NUMBER)), _cell("学校明细", 1, 9)],
    "区科协": [_cell("填表说明", 2, 3, "区科协{}"), _cell("填表说明", 2, 7, "{}"), _cell(NUMBERS, 4, FIRST_ROW, "人次{}")],
}  # fmt: skip


class Scan:
    """Runs commands in a folder and remembers what they said."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.ledger, self.said = folder, folder / "ledger.sqlite", ""

    def run(self, *words: object, ledger: bool = True) -> None:
        """One command; what it says is kept, whether it refuses or not."""
        more = ["--ledger", self.ledger] if ledger else []
        done = CliRunner().invoke(command, [str(word) for word in (*words, *more)])
        told = done.output.strip().rpartition("\n")[2] if done.exit_code else "done"
        print(f"{' '.join(map(str, words[:2]))}: {told}", flush=True)
        self.said += done.output.replace(str(self.folder), "")
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception

    def everything(self) -> None:
        """The office's work from collecting to the reports."""
        returns, out = self.folder / f"来件{FORMS[0]}", self.folder / "out"
        spoiled(returns)
        self.run("collect", returns, "--round", ROUND)
        self.run("slips", "--round", ROUND, "--out", out / "slips")
        self._answered_slips(out / "slips", back := self.folder / "back")
        self.run("collect", back, "--round", ROUND)
        self.run("roster", "--round", ROUND, "--out", out / "催报.docx")
        self.run("decide", "accept", "--round", ROUND, "--by", f"张{FORMS[0]}")
        self.run("decide", "export", "--round", ROUND, "--out", out / "d.xlsx")
        self._filled(out / "d.xlsx", "待核问题", "答复人", back / f"意见{FORMS[0]}.xlsx")
        self.run("decide", "import", back / f"意见{FORMS[0]}.xlsx", "--round", ROUND)
        self.run("rectify", "raise", "--round", ROUND)
        self.run("rectify", "export", "--round", ROUND, "--out", out / "整改.xlsx")
        self._filled(out / "整改.xlsx", "整改台账", "整改措施", back / "整改.xlsx")
        self.run("rectify", "import", back / "整改.xlsx")
        self.run("spotcheck", "draw", "--round", ROUND, "--n", 8, "--seed", 17, "--out", out / "抽查.xlsx")
        self._filled(out / "抽查.xlsx", "抽查事项", "核查人", back / "抽查.xlsx")
        self.run("spotcheck", "import", back / "抽查.xlsx")
        for kind, more in (("midterm", ()), ("unit", ("--unit", "区农牧局"))):
            self.run(
                "report",
                kind,
                "--returns",
                self.ledger,
                *more,
                "--round",
                ROUND,
                "--out",
                out / kind,
                ledger=False,
            )
        self.run("ledger", "log")

    def _answered_slips(self, slips: Path, back: Path) -> None:
        back.mkdir()
        for number, path in enumerate(sorted(slips.glob("*.xlsx"))):
            book = load_workbook(path)
            page = book.active
            titles = {cell.value: cell.column for row in page.iter_rows(max_row=5) for cell in row}
            for row in range(4, page.max_row + 1):
                for title in ("更正后的值", "说明", "经办人"):
                    page.cell(row, titles[title]).value = FORMS[(number + row) % len(FORMS)]
            book.save(back / f"{path.stem}{FORMS[0]}.xlsx")

    @staticmethod
    def _filled(path: Path, sheet: str, title: str, target: Path) -> None:
        book = load_workbook(path)
        page = book[sheet]
        place = next(cell for row in page.iter_rows(max_row=5) for cell in row if cell.value == title)
        page.cell(place.row + 1, place.column).value = FORMS[0]
        book.save(target)

    def texts(self) -> Iterator[tuple[str, str]]:
        """Where something may be found, and the text there."""
        yield "what the commands said", self.said
        made = [p for p in (self.folder / "out").rglob("*") if p.is_file()]
        for path in [*self.folder.glob("ledger.sqlite*"), *made]:
            name = str(path.relative_to(self.folder))
            yield f"name of {name}", name
            if path.suffix in (".docx", ".xlsx"):
                with zipfile.ZipFile(path) as archive:
                    for part in archive.namelist():
                        yield f"{name}: {part}", archive.read(part).decode(errors="ignore")
            elif path.suffix == ".pdf":
                told = subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True)
                yield name, told.stdout.decode()
            else:
                yield name, path.read_bytes().decode(errors="ignore")


def found_in(text: str) -> list[str]:
    """Which of the numbers a text holds, however they are written."""
    plain = unicodedata.normalize("NFKC", text).translate(_CHINESE)
    bare = _BETWEEN.sub("", plain)
    return [needle for needle in NEEDLES if needle in bare]


def main() -> None:
    """Run from the command line."""
    if found_in("；".join(FORMS)) != list(NEEDLES):
        raise SystemExit("the search does not find what was put in")
    with tempfile.TemporaryDirectory() as name:
        scan = Scan(Path(name))
        scan.everything()
        places = [(where, found_in(text)) for where, text in scan.texts()]
    formats = sorted({where.partition(":")[0].rpartition(".")[2] for where, _ in places})
    print(f"searched {len(places)} texts, among them {', '.join(formats)}")
    hits = [(where, found) for where, found in places if found]
    for where, found in hits:
        print(f"{where}: {', '.join(found)}")
    print("nothing found" if not hits else f"found in {len(hits)} places")
    sys.exit(bool(hits))


if __name__ == "__main__":
    main()
