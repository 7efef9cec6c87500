"""`kepu-eval rollup`: many districts' result packages in one report."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kepu_eval.cli.common import formats_option, in_chinese, out_option, time_limit_option


@click.command(help="汇总各区县的结果包：以本级方案的共用指标名、任务名对应，出一份报告。")
@click.argument("plan", type=click.Path(path_type=Path), metavar="本级方案")
@click.option(
    "--districts", required=True, type=click.Path(path_type=Path), metavar="文件",
    help="区县表（csv）：区县、结果包、封签（可不填），其余各列是权数，如常住人口；没有结果包的留空",
)  # fmt: skip
@click.option(
    "--as-of", default="", metavar="日期", help="评估基准日（默认为各结果包中最晚的；其他基准日的不计入）"
)
@click.option(
    "--cluster", default="", metavar="地址", help="在Dask集群上读取结果包：tcp://主机:端口，或 local:进程数"
)
@out_option("reports/city")
@formats_option
@time_limit_option
@in_chinese
def rollup(
    plan: Path,
    districts: Path,
    as_of: str,
    cluster: str,
    out: Path,
    formats: tuple[str, ...],
    time_limit: float,
) -> None:
    """Run the overview's notebook and export it."""
    from kepu_eval.runner import run_report

    parameters = {"plan": str(plan), "districts": str(districts), "as_of": as_of, "cluster": cluster}
    files = run_report("city", out, parameters, formats, progress=sys.stderr.isatty(), time_limit=time_limit)
    for path in files.values():
        click.echo(path)
