"""`kepu-eval report`, `trace`, `verify`: making a report, following a figure, recomputing."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kepu_eval.cli.common import in_chinese


@click.command(help="生成报告：midterm 中期自查评估，final 总结评估。")
@click.argument("kind", type=click.Choice(["midterm", "final"]), metavar="midterm|final")
@click.option("--returns", "returns_folder", metavar="文件夹", help="填报表所在文件夹（默认为示例数据）")
@click.option("--as-of", metavar="日期", help="评估基准日，如 2023-12-31")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="文件夹",
    help="输出文件夹（默认 reports/midterm 或 reports/final）",
)
@click.option("-p", "extra", nargs=2, multiple=True, metavar="参数 值", help="笔记本的其他参数，可重复")
@in_chinese
def report(kind: str, returns_folder: str | None, as_of: str | None, out: Path | None, extra: tuple) -> None:
    """Run a report's notebook and export it."""
    from kepu_eval.runner import run_report

    parameters = dict(extra) | {k: v for k, v in {"returns": returns_folder, "as_of": as_of}.items() if v}
    files = run_report(kind, out or Path("reports") / kind, parameters, progress=sys.stderr.isatty())
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
