"""Files of others, tried in a process of their own first: what it cannot read within bounds is not read here.

``python -m kepu_eval.survey.probing FILE [SHEET]`` reads the file and says what is wrong with it, if anything is. A
file that crashes its reader, unpacks to more than memory or never ends takes that process along and nothing else.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from kepu_eval.survey.errors import SurveyError

SECONDS = 60
MEMORY = 6 * 2**30  # bytes of address space, libraries included
WIDEST = 20_000  # columns
LABELS = 500_000  # names of codes, all columns together
LARGEST = 2 * 2**30  # bytes of a text file, which is read here: a third of what a file may take in memory
_HEAD = 2**22  # bytes within which a text file's first line must end
_REFUSED = 3


def refuse_unreadable(file: Path, sheet: str | None) -> None:
    """:class:`SurveyError` for a file that cannot be read, or not within bounds of time, memory and columns."""
    if file.suffix.lower() == ".csv":
        _refuse_wide_text(file)
        return
    command = [sys.executable, "-X", "utf8", "-m", "kepu_eval.survey.probing", str(file.resolve())]
    try:
        done = subprocess.run(
            [*command, *([sheet] if sheet else [])], capture_output=True, encoding="utf-8", timeout=SECONDS, check=False
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise SurveyError(f"“{file.name}”{SECONDS}秒仍未读完，未读取", hint="请核对文件是否正常") from error
    if done.returncode == _REFUSED:
        raise SurveyError(done.stdout.strip())
    if done.returncode:
        raise SurveyError(
            "无法读取：文件已损坏，或展开后超出内存上限", place=f"“{file.name}”", hint="请重新导出"
        )


def refuse_wide(file: Path, columns: int) -> None:
    """:class:`SurveyError` for more columns than any questionnaire has."""
    if columns > WIDEST:
        raise SurveyError(
            f"有{columns}列，超过{WIDEST}列的上限", place=f"“{file.name}”", hint="请只保留需要的列"
        )


def refuse_labels(file: Path, labels: int | None) -> None:
    """:class:`SurveyError` for more names of codes than a reader holds (``None``: it gave up)."""
    if labels is None or labels > LABELS:
        found = (
            "无法读取：值标签过多，或文件已损坏"
            if labels is None
            else f"有{labels}个值标签，超过{LABELS}个的上限"
        )
        raise SurveyError(f"“{file.name}”{found}", hint="请清除不是类别的列（如编号）的值标签后重新导出")


def _refuse_wide_text(file: Path) -> None:
    if file.stat().st_size > LARGEST:
        raise SurveyError(
            f"有{file.stat().st_size / 2**30:.1f}GB，超过{LARGEST / 2**30:.1f}GB的上限",
            place=f"“{file.name}”",
            hint="请只保留需要的列",
        )
    with file.open("rb") as stream:
        head = stream.read(_HEAD)
    line = head.partition(b"\n")[0]
    if len(line) == _HEAD:
        raise SurveyError(f"“{file.name}”的第一行超过{_HEAD // 2**20}MB，不是表头", hint="请核对文件")
    if b"\0" in line:
        raise SurveyError("含有空字符，不是CSV文本", place=f"“{file.name}”", hint="请另存为UTF-8的CSV")
    refuse_wide(file, line.count(b",") + 1)


def main() -> None:
    """Try the file named on the command line."""
    from kepu_eval.survey.formats import read_file

    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    except ImportError:  # Windows: time alone is bounded
        pass
    file, sheet = Path(sys.argv[1]), (sys.argv[2] if len(sys.argv) > 2 else None)
    try:
        table, _ = read_file(file, sheet)
        refuse_wide(file, table.shape[1])
    except MemoryError:
        sys.exit(1)
    except SurveyError as error:
        print(error)
        sys.exit(_REFUSED)


if __name__ == "__main__":
    main()
