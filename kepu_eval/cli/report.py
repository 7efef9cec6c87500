"""`kepu-eval report`, `trace`, `verify`: making a report, following a figure, recomputing."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kepu_eval.cli.common import formats_option, in_chinese, time_limit_option

_MIDTERM = ("midterm_returns", "midterm_survey", "midterm_decisions")


@click.command(help="生成报告：midterm 中期自查评估，final 总结评估。")
@click.argument("kind", type=click.Choice(["midterm", "final"]), metavar="midterm|final")
@click.option("--returns", metavar="位置", help="填报表文件夹，或收表后的台账（默认为示例数据）")
@click.option("--survey", metavar="文件夹", help="区级公民科学素质调查")
@click.option("--decisions", metavar="文件", help="填好的复核意见表（由台账出报告时不用）")
@click.option("--as-of", metavar="日期", help="评估基准日，如 2023-12-31")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="文件夹",
    help="输出文件夹（默认 reports/midterm 或 reports/final）",
)
@click.option("-p", "extra", nargs=2, multiple=True, metavar="参数 值", help="笔记本的其他参数，可重复")
@formats_option
@time_limit_option
@in_chinese
def report(
    kind: str,
    returns: str | None,
    survey: str | None,
    decisions: str | None,
    as_of: str | None,
    out: Path | None,
    extra: tuple,
    formats: tuple[str, ...],
    time_limit: float,
) -> None:
    """Run a report's notebook and export it.

    The notebooks' defaults are the example round's; as soon as the returns are somebody's own, none of them is used.
    """
    from kepu_eval.runner import run_report

    own = {"returns": returns, "survey": survey, "decisions": decisions, "as_of": as_of}
    parameters = {name: value for name, value in own.items() if value} | dict(extra)
    if "returns" in parameters:
        examples = ("survey", "decisions") if kind == "midterm" else ("survey", "decisions", *_MIDTERM)
        parameters = dict.fromkeys(examples, "") | parameters
    files = run_report(
        kind, out or Path("reports") / kind, parameters, formats,
        progress=sys.stderr.isatty(), time_limit=time_limit,
    )  # fmt: skip
    for path in files.values():
        click.echo(path)


@click.command(help="追溯报告中的一个数据项：算法和来源单元格。")
@click.argument("report", type=click.Path(path_type=Path), metavar="报告")
@click.argument("fact", metavar="数据项")
@in_chinese
def trace(report: Path, fact: str) -> None:
    """Print one Fact's lineage."""
    from kepu_eval.runner.verify import trace as find

    found = find(report, fact)
    click.echo(f"{found['id']}　{found['label']}：{found['text']}")
    click.echo(f"算法：{found['formula'] or '—'}")
    for source in found["sources"]:
        click.echo(f"来源：{source['file']}　{source['sheet']}　{source['cell']}　原值：{source['raw']}")


@click.command(help="按原参数重新计算报告，逐项比对；有不一致时退出码为1。")
@click.argument("report", type=click.Path(path_type=Path), metavar="报告文件夹")
@in_chinese
def verify(report: Path) -> None:
    """Recompute a report and compare every Fact."""
    from kepu_eval.runner.verify import verify as recompute

    result = recompute(report)
    for name in ("inputs", "rules", "versions", "facts"):
        for line in getattr(result, name):
            click.echo(line)
    if not result.agrees:
        click.secho("报告与重新计算的结果不一致", fg="red", err=True)
        sys.exit(1)
    click.echo("一致：全部数据项均可由原输入重新算出")
