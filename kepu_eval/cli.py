"""`kepu-eval`: templates, intake, reports, tracing and verifying, from a terminal or a scheduler."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path

import click

from kepu_eval import __version__

_PROBLEM = 2


def _in_chinese(command: Callable) -> Callable:
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


@click.group(
    help="全民科学素质行动实施方案的监测评估。", context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, message="kepu-eval %(version)s")
def main() -> None:
    """Entry point."""


@main.command(help="生成各单位的填报模板（不加 --unit 则为全部单位）。")
@click.option("--round", "round_id", required=True, metavar="轮次", help="填报轮次，如 2023-midterm")
@click.option("--unit", metavar="单位", help="单位名称或别名，如 区教育局")
@click.option(
    "--plan",
    "plan_file",
    type=click.Path(path_type=Path),
    metavar="文件",
    help="方案文件（默认为昆都仑区方案）",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("reports/templates"),
    show_default=True,
    metavar="文件夹",
    help="输出文件夹",
)
@_in_chinese
def template(round_id: str, unit: str | None, plan_file: Path | None, out: Path) -> None:
    """Write the units' workbooks."""
    from tqdm import tqdm

    from kepu_eval.plan import load_plan
    from kepu_eval.returns import write_template

    plan = load_plan(plan_file)
    plan.round(round_id)
    units = [plan.unit(unit)] if unit else list(plan.units)
    out.mkdir(parents=True, exist_ok=True)
    for item in tqdm(units, desc="生成模板", unit="个", disable=None):
        write_template(plan, item, round_id, out / f"{item.name}.xlsx")
    click.echo(f"已生成{len(units)}个模板：{out}")


@main.command(help="生成报告：midterm 中期自查评估，final 总结评估。")
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
@_in_chinese
def report(kind: str, returns_folder: str | None, as_of: str | None, out: Path | None, extra: tuple) -> None:
    """Run a report's notebook and export it."""
    from kepu_eval.runner import run_report

    parameters = dict(extra) | {k: v for k, v in {"returns": returns_folder, "as_of": as_of}.items() if v}
    files = run_report(kind, out or Path("reports") / kind, parameters, progress=sys.stderr.isatty())
    for path in files.values():
        click.echo(path)


@main.command(help="追溯报告中的一个数据项：算法和来源单元格。")
@click.argument("report", type=click.Path(path_type=Path), metavar="报告")
@click.argument("fact", metavar="数据项")
@_in_chinese
def trace(report: Path, fact: str) -> None:
    """Print one Fact's lineage."""
    from kepu_eval.runner.verify import trace as find

    found = find(report, fact)
    click.echo(f"{found['id']}　{found['label']}：{found['text']}")
    click.echo(f"算法：{found['formula'] or '—'}")
    for source in found["sources"]:
        click.echo(f"来源：{source['file']}　{source['sheet']}　{source['cell']}　原值：{source['raw']}")


@main.command(help="按原参数重新计算报告，逐项比对；有不一致时退出码为1。")
@click.argument("report", type=click.Path(path_type=Path), metavar="报告文件夹")
@_in_chinese
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


@main.group(help="方案文件：检查、由责任清单导入、导出校验模式。")
def plan() -> None:
    """Plan files."""


@plan.command("check", help="检查方案文件，逐条说明问题与改法。")
@click.argument("file", type=click.Path(path_type=Path), required=False, metavar="[文件]")
@_in_chinese
def plan_check(file: Path | None) -> None:
    """Validate a plan file."""
    from kepu_eval.plan import load_plan

    found = load_plan(file)
    click.echo(
        f"方案可用：{found.meta.title}，{len(found.programmes)}项行动和工程，{len(found.tasks)}项任务，"
        f"{len(found.commitments)}项承诺，{len(found.indicators)}项指标，{len(found.units)}个单位"
    )


@plan.command("import", help="由责任清单（.docx或.xlsx，可含合并格）生成方案草稿。")
@click.argument("file", type=click.Path(path_type=Path), metavar="责任清单")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, metavar="文件", help="草稿文件（.yaml）"
)
@_in_chinese
def plan_import(file: Path, out: Path) -> None:
    """Turn a responsibility list into a draft plan."""
    from kepu_eval.plan.importing import import_list

    draft = import_list(file)
    out.write_text(draft.yaml(), encoding="utf-8")
    for line in draft.inheritances:
        click.echo(line)
    click.echo(f"已导入{len(draft.tasks)}项任务：{out}")


@plan.command("schema", help="输出方案文件的JSON Schema，供编辑器校验。")
@_in_chinese
def plan_schema() -> None:
    """Print the JSON Schema of plan files."""
    from kepu_eval.plan.schema import schema_text

    click.echo(schema_text(), nl=False)


if __name__ == "__main__":
    main()
