"""`kepu-eval open` and `absorb`: an evaluator's own words, and Word files that come back."""

from __future__ import annotations

from pathlib import Path

import click

from kepu_eval.cli.common import in_chinese, plan_option
from kepu_eval.cli.report import kind_argument, words_options

_SHOWN, _LONGEST = 12, 70


@click.command(
    "open",
    help="建立或找到自己的文稿：报告笔记本的一份副本，放在 reports/文稿/ 下，不进版本库；以后生成报告就用它。",
)
@kind_argument
@words_options
@plan_option
@click.option("-p", "extra", nargs=2, multiple=True, metavar="参数 值", help="笔记本的其他参数，可重复")
@in_chinese
def open_words(kind: str, extra: tuple, plan_file: Path | None, **own: str | None) -> None:
    """Make the own copy of a report's notebook, or say where it is and what the product has changed since."""
    from kepu_eval.cli.report import given_parameters
    from kepu_eval.runner.own_copy import differences, open_copy, write_comparison

    path, made = open_copy(kind, given_parameters(kind, plan_file, extra, own))
    click.echo(f"{'已建立' if made else '已有'}自己的文稿：{path}")
    if made:
        click.echo("在 JupyterLab 中打开它改文字；同一轮的 kepu-eval report 会用它，不用产品的笔记本。")
        return
    found = differences(path)
    if not found:
        click.echo("产品的文字自建立文稿以来没有变化。")
        return
    both = sum(each.both for each in found)
    click.echo(
        f"产品的文字后来改了{len(found)}格，其中{both}格您也改过；文稿没有动，对照见：{write_comparison(path, found)}"
    )


@click.command(
    help="把改过的Word报告收回自己的文稿：改动、新增、删除、移动的段落回到笔记本，数字仍由数据决定，批注保留。"
)
@click.argument("word", type=click.Path(path_type=Path), metavar="报告.docx")
@click.option(
    "--report",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="文件夹",
    help="这份Word所属的报告文件夹（一般不用给）",
)
@click.option(
    "--tracked",
    type=click.Choice(["接受", "待定"]),
    default="接受",
    show_default=True,
    help="带修订标记的改动：当作已接受，或先不收回、只列出来",
)
@in_chinese
def absorb(word: Path, report: Path | None, tracked: str) -> None:
    """Take an edited Word file into the own copy and list what happened."""
    from kepu_eval.runner.absorbing import KINDS
    from kepu_eval.runner.absorbing import absorb as take

    done = take(word, report, accept=tracked == "接受")
    for kind, title in KINDS.items():
        found = [entry for entry in done.entries if entry.kind == kind]
        if not found:
            continue
        click.secho(f"{title}：{len(found)}", bold=True)
        for entry in found[:_SHOWN]:
            click.echo(f"  {_short(entry.words)}{f'　——{entry.detail}' if entry.detail else ''}")
        if len(found) > _SHOWN:
            click.echo("  ……其余见记录")
    if not done.entries:
        click.echo("Word里没有改动。")
    click.echo(f"文稿：{done.copy}{'（刚建立）' if done.made else ''}")
    click.echo(f"记录：{done.record}")
    click.echo("再运行同一轮的 kepu-eval report，就印出收回后的文字。")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
