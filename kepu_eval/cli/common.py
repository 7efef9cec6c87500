"""What the commands share: messages instead of tracebacks, notices of their end, options that mean the same everywhere."""

from __future__ import annotations

import datetime as dt
import os
import signal
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kepu_eval.errors import told

if TYPE_CHECKING:
    import pandas as pd

_PROBLEM, _TERMINATED = 2, 128 + signal.SIGTERM
_TOLD, _COMMAND = f"{__name__}.told", f"{__name__}.command"


def in_chinese(command: Callable) -> Callable:
    """Show what a user can mend as one Chinese message instead of a traceback."""

    @wraps(command)
    def run(*args: object, **kwargs: object) -> object:
        try:
            return command(*args, **kwargs)
        except (ValueError, KeyError, RuntimeError, OSError) as error:
            message = told(error)
            click.secho(message, fg="red", err=True)
            for_notice(message)
            sys.exit(_PROBLEM)

    return run


def for_notice(line: str) -> None:
    """Keep a line for the notice of this command's end."""
    click.get_current_context().meta.setdefault(_TOLD, []).append(line)


class Noticed(click.Group):
    """Commands of whose end somebody is told, where that is wished (:mod:`kepu_eval.runner.notices`).

    Who ends the process politely, as systemd does after its time limit, counts as a failure.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Keep the command line, to say which command it was."""
        ctx.meta[_COMMAND] = " ".join(
            ["kepu-eval", *(word.replace("\\", "/").rpartition("/")[2] for word in args)]
        )
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command, then send the notice."""
        if not os.environ.get("KEPU_NOTICE"):
            return super().invoke(ctx)
        before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(_TERMINATED))
        try:
            result = super().invoke(ctx)
        except BaseException as end:
            self._send(ctx, end)
            raise
        finally:
            signal.signal(signal.SIGTERM, before)
        self._send(ctx, None)
        return result

    @staticmethod
    def _send(ctx: click.Context, end: BaseException | None) -> None:
        from kepu_eval.runner import notices

        lines = ctx.meta.get(_TOLD, [])
        code = 0 if end is None else getattr(end, "code", getattr(end, "exit_code", 1)) or 0
        if code and not lines:
            said = end.format_message() if isinstance(end, click.ClickException) else f"{end}"
            lines = ["被终止"] if code == _TERMINATED else [said]
        notices.send(ctx.meta[_COMMAND], lines, failed=bool(code))


round_option = click.option(
    "--round", "round_id", required=True, metavar="轮次", help="填报轮次，如 2023-midterm"
)
plan_option = click.option(
    "--plan",
    "plan_file",
    type=click.Path(path_type=Path),
    envvar="KEPU_PLAN",
    metavar="文件",
    help="方案文件（默认为昆都仑区方案；也可用环境变量 KEPU_PLAN 给出）",
)
ledger_option = click.option(
    "--ledger",
    "ledger_file",
    type=click.Path(path_type=Path),
    default=Path("data/ledger.sqlite"),
    show_default=True,
    metavar="文件",
    help="台账文件",
)


def _formats(_: click.Context, __: click.Parameter, text: str | None) -> tuple[str, ...]:
    from kepu_eval.runner.report import FORMATS, FURTHER

    wanted = [name.strip() for name in text.split(",")] if text else list(FORMATS)
    known = ("ipynb", *FORMATS, *FURTHER)
    if unknown := [name for name in wanted if name not in known]:
        raise click.BadParameter(f"没有格式{'、'.join(unknown)}；可用：{'、'.join(known)}")
    return tuple(dict.fromkeys(name for name in wanted if name != "ipynb"))


formats_option = click.option(
    "--formats",
    callback=_formats,
    metavar="格式,…",
    help="导出哪些格式，如 docx,pdf；只要笔记本时写 ipynb；结果包写 package，会议幻灯片写 pptx，领导简报写 brief（默认除这三种外全部）",
)
time_limit_option = click.option(
    "--time-limit",
    type=click.FloatRange(0, min_open=True),
    default=1800,
    show_default=True,
    metavar="秒",
    help="一份报告最多用时，超过即停止",
)
replace_option = click.option(
    "--replace", is_flag=True, help="不保留输出文件夹中上一次的报告（默认保留在旁边的“文件夹名-历次”中）"
)


def out_option(default: str, help_text: str = "输出文件夹") -> Callable:
    """``--out``: where files are written."""
    return click.option(
        "--out",
        type=click.Path(path_type=Path),
        default=Path(default),
        show_default=True,
        metavar="位置",
        help=help_text,
    )


def _day(_: click.Context, __: click.Parameter, text: str | None) -> dt.date:
    from kepu_eval.parameters.values import day

    try:
        return day(text) if text else dt.date.today()
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def date_option(help_text: str) -> Callable:
    """``--date``, as a date in whatever form parameters take it; today where it is not given."""
    return click.option("--date", "day", callback=_day, metavar="日期", help=f"{help_text}（默认为今天）")


def print_table(frame: pd.DataFrame) -> None:
    """A frame as plain text; Chinese characters count double."""
    import pandas as pd

    with pd.option_context("display.unicode.east_asian_width", True, "display.max_colwidth", 40):
        click.echo(frame.to_string(index=False) if len(frame) else "（无）")
