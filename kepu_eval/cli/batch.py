"""`kepu-eval batch`, `warm`: many reports from a table, and the process that makes the next report start at once."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from kepu_eval.cli.common import for_notice, formats_option, in_chinese, time_limit_option

_INTERRUPTED = 130


@click.command(help="按表批量生成报告：一行一份，已完成且输入未变的不重做。")
@click.argument("spec", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="表.csv")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="文件夹", help="总输出文件夹（默认 reports/表名）"
)
@click.option(
    "--jobs", type=click.IntRange(1), default=os.cpu_count() or 1, metavar="个数",
    help="同时生成几份（默认为处理器核数）",
)  # fmt: skip
@click.option("--cluster", metavar="地址", help="在Dask集群上运行：tcp://主机:端口，或 local:进程数")
@formats_option
@time_limit_option
@in_chinese
def batch(
    spec: Path, out: Path | None, jobs: int, cluster: str | None, formats: tuple[str, ...], time_limit: float
) -> None:
    """Exit code 0 when all is done, 1 when a row failed, 2 when the table cannot be run, 130 after Ctrl-C."""
    from tqdm import tqdm

    from kepu_eval.cluster import cluster as on_cluster
    from kepu_eval.runner.batch import Outcome, read_spec, run_batch
    from kepu_eval.runner.batch.executors import local

    folder = out or Path("reports") / spec.stem
    rows = read_spec(spec, folder)
    place = on_cluster(cluster) if cluster else local(jobs)
    with tqdm(total=len(rows), desc=spec.stem, unit="份", disable=None) as bar:

        def told(outcome: Outcome) -> None:
            done = len(outcome.made) + len(outcome.unchanged) + len(outcome.failed)
            bar.set_postfix_str(f"失败{len(outcome.failed)}" if outcome.failed else "", refresh=False)
            bar.update(done - bar.n)

        try:
            with place as (executor, in_flight):
                outcome = run_batch(rows, folder, formats, time_limit, executor, in_flight, told)
        except KeyboardInterrupt:
            click.echo("已中断；完成的报告都在，再次运行同一命令即接着做", err=True)
            sys.exit(_INTERRUPTED)
    counted = f"完成{len(outcome.made)}份，未变{len(outcome.unchanged)}份，失败{len(outcome.failed)}份"
    click.echo(f"{counted}：{folder}")
    for_notice(counted)
    for path in outcome.aside:
        click.secho(f"生成后被改动过的文件已另存为“{path}”", fg="yellow", err=True)
    for row, problem in sorted(outcome.failed.items(), key=lambda item: item[0].number):
        line = f"第{row.number}行　{row.name}　{problem.splitlines()[-1]}"
        click.secho(line, fg="red", err=True)
        for_notice(line)
    sys.exit(1 if outcome.failed else 0)


@click.command(help="预热：留一个已载入全部程序的进程，之后的报告立即开始。")
@click.option(
    "--idle",
    type=click.FloatRange(1),
    default=30,
    show_default=True,
    metavar="分钟",
    help="闲置多久后自行结束",
)
@click.option("--stop", is_flag=True, help="结束已预热的进程")
@in_chinese
def warm(idle: float, stop: bool) -> None:
    """Start or end the warm parent."""
    from kepu_eval.runner import warm as parents

    if stop:
        click.echo(f"已结束{parents.stop()}个")
    elif parents.start(idle * 60):
        click.echo(f"已预热；闲置{idle:g}分钟或程序有变动时自行结束")
    else:
        click.echo("已在预热状态")
