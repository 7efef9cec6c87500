"""What the commands share: messages instead of tracebacks, and options that mean the same everywhere."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    import pandas as pd

_PROBLEM = 2


def in_chinese(command: Callable) -> Callable:
    """Show what a user can mend as one Chinese message instead of a traceback."""

    @wraps(command)
    def run(*args: object, **kwargs: object) -> object:
        try:
            return command(*args, **kwargs)
        except (ValueError, KeyError, RuntimeError, OSError) as error:
            message = error.args[0] if isinstance(error, KeyError) and error.args else error
            click.secho(str(message), fg="red", err=True)
            sys.exit(_PROBLEM)

    return run


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
    from kepu_eval.runner.report import FORMATS

    wanted = [name.strip() for name in text.split(",")] if text else list(FORMATS)
    known = ("ipynb", *FORMATS, "package")
    if unknown := [name for name in wanted if name not in known]:
        raise click.BadParameter(f"没有格式{'、'.join(unknown)}；可用：{'、'.join(known)}")
    return tuple(dict.fromkeys(name for name in wanted if name != "ipynb"))


formats_option = click.option(
    "--formats",
    callback=_formats,
    metavar="格式,…",
    help="导出哪些格式，如 docx,pdf；只要笔记本时写 ipynb，结果包写 package（默认除结果包外全部）",
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


def print_table(frame: pd.DataFrame) -> None:
    """A frame as plain text; Chinese characters count double."""
    import pandas as pd

    with pd.option_context("display.unicode.east_asian_width", True, "display.max_colwidth", 40):
        click.echo(frame.to_string(index=False) if len(frame) else "（无）")
