"""`kepu-eval report`, `trace`, `verify`: making a report, following a figure, recomputing."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from kepu_eval.cli.common import (
    for_notice,
    formats_option,
    in_chinese,
    plan_option,
    replace_option,
    time_limit_option,
)

_EVALUATIONS = ("midterm", "final")

kind_argument = click.argument(
    "kind",
    type=click.Choice(["midterm", "final", "unit", "dispatch", "survey"]),
    metavar="midterm|final|unit|dispatch|survey",
)


def words_options(command: Callable) -> Callable:
    """What names a report: its round or quarter, and what it reads."""
    for option in (
        click.option("--quarter", metavar="季度", help="季度调度：如 2024-Q3"),
        click.option(
            "--round",
            "round_id",
            metavar="轮次",
            help="轮次，如 2025-final（须同时给出 --returns；中期、总结只有一轮时可不写）",
        ),
        click.option("--decisions", metavar="文件", help="填好的复核意见表（由台账出报告时不用）"),
        click.option("--survey", metavar="文件夹", help="判定调查类指标的本地抽样调查：文件夹或变量对照表"),
        click.option("--returns", metavar="位置", help="填报表文件夹，或收表后的台账（默认为示例数据）"),
    ):
        command = option(command)
    return command


def given_parameters(
    kind: str, plan_file: Path | None, extra: Sequence[tuple[str, str]], own: Mapping[str, str | None]
) -> dict[str, object]:
    """A report's parameters as the command line's options give them."""
    parameters: dict[str, object] = {name: value for name, value in own.items() if value is not None}
    if plan_file:
        parameters |= _target(plan_file) if kind == "survey" else {"plan": str(plan_file)}
    return parameters | dict(extra)


@click.command(
    help="生成报告：midterm 中期自查评估，final 总结评估，unit 单位自查，dispatch 季度调度通报，survey 调查数据分析。"
)
@kind_argument
@words_options
@click.option("--as-of", metavar="日期", help="评估基准日，如 2023-12-31")
@click.option("--unit", metavar="单位", help="单位自查：单位名称或别名，如 区教育局")
@click.option("--all-units", is_flag=True, help="单位自查：全部单位，每个单位一个文件夹")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="文件夹",
    help="输出文件夹（默认 reports/ 下以报告种类命名；单位自查为 reports/unit/单位名）",
)
@plan_option
@click.option("-p", "extra", nargs=2, multiple=True, metavar="参数 值", help="笔记本的其他参数，可重复")
@click.option(
    "--letterhead",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    envvar="KEPU_LETTERHEAD",
    metavar="文件",
    help="本单位的红头（.docx），报告写在其中“{{正文}}”处",
)
@formats_option
@click.option("--package", is_flag=True, help="中期、总结评估：另存结果包（csv，供其他程序和上级汇总）")
@click.option(
    "--meeting", is_flag=True, help="中期、总结评估：另出会议幻灯片（.pptx）和一页的领导简报（.docx）"
)
@click.option(
    "--slides-template",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    envvar="KEPU_SLIDES",
    metavar="文件",
    help="本单位的幻灯片模板（.pptx），会议幻灯片用它的母版",
)
@time_limit_option
@replace_option
@in_chinese
def report(
    kind: str,
    out: Path | None,
    extra: tuple,
    formats: tuple[str, ...],
    time_limit: float,
    replace: bool,
    all_units: bool,
    package: bool,
    meeting: bool,
    plan_file: Path | None,
    letterhead: Path | None,
    slides_template: Path | None,
    **own: str | None,
) -> None:
    """Run a report's notebook, the evaluator's own copy where there is one, and export it.

    Exit code 1 when a format could not be made.
    """
    from kepu_eval.runner.own_copy import own_copy

    formats = _with_further(kind, formats, package=package, meeting=meeting)
    for name, file in (("KEPU_LETTERHEAD", letterhead), ("KEPU_SLIDES", slides_template)):
        if file:
            os.environ[name] = str(file.absolute())
    asked = {**own, "plan": str(plan_file) if plan_file and kind != "survey" else ""}
    copy = own_copy(kind, {name: value for name, value in asked.items() if value})
    parameters = given_parameters(kind, plan_file, extra, own)
    if copy:
        click.echo(f"文字用自己的文稿：{copy}", err=True)
    if all_units:
        if kind != "unit" or "unit" in parameters:
            raise click.UsageError("--all-units 只用于 unit，且不与 --unit 同用")
        _every_unit(parameters, out or Path("reports/unit"), formats, time_limit, copy)
        return
    if kind == "unit" and not parameters.get("unit"):
        raise click.UsageError("请用 --unit 指定单位，或用 --all-units 生成全部单位的报告")
    where = Path("reports") / kind / str(parameters["unit"]) if kind == "unit" else Path("reports") / kind
    _one(kind, copy, out or where, parameters, formats, time_limit=time_limit, replace=replace)


def _with_further(kind: str, formats: Sequence[str], *, package: bool, meeting: bool) -> tuple[str, ...]:
    """The formats with those that are only made when asked for; refused for reports that have none."""
    if package and kind not in _EVALUATIONS:
        raise click.UsageError("--package 只用于 midterm、final")
    wanted = (*formats, *["package"] * package, *["pptx", "brief"] * meeting)
    if kind not in _EVALUATIONS and {"pptx", "brief"} & set(wanted):
        raise click.UsageError("会议幻灯片和领导简报只有中期、总结评估（midterm、final）有")
    return wanted


def _one(
    kind: str,
    copy: Path | None,
    out: Path,
    parameters: Mapping[str, object],
    formats: Sequence[str],
    *,
    time_limit: float,
    replace: bool,
) -> None:
    """Make one report, and tell what came of it."""
    from kepu_eval.runner import run_report
    from kepu_eval.runner.report import ASIDE, PACKAGE

    files = run_report(
        copy or kind,
        out,
        parameters,
        formats,
        progress=sys.stderr.isatty(),
        time_limit=time_limit,
        replace=replace,
    )
    _show_card(kind, {n: path for n, path in files.items() if not n.startswith(ASIDE)}, copy, parameters)
    if PACKAGE in files:
        from kepu_eval.report.package_reading import read_package

        click.echo(f"结果包封签：{read_package(files[PACKAGE]).seal}")
    _warn(files)


def _warn(files: Mapping[str, Path]) -> None:
    """Say what a person had changed and where it is now, what □ stands for, and what could not be made (exit code 1)."""
    from kepu_eval.runner.report import ASIDE, problems
    from kepu_eval.runner.verify import read_manifest

    for name, path in files.items():
        if name.startswith(ASIDE):
            told = f"“{name.removeprefix(ASIDE)}”在生成后被改动过，已另存为“{path}”"
            click.secho(told, fg="yellow", err=True)
    listing = read_manifest(files["manifest"])
    if rare := listing.get("stand_ins"):
        click.secho(f"PDF和图中以□代替的字：{'、'.join(rare)}", fg="yellow", err=True)
    if failed := problems(listing):
        for line in failed:
            click.secho(line, fg="red", err=True)
            for_notice(line)
        sys.exit(1)


def _show_card(
    kind: str, files: Mapping[str, Path], copy: Path | None, parameters: Mapping[str, object]
) -> None:
    """Tell what was made, what it says, what is open and what to do next."""
    import json

    from kepu_eval.report.end_card import end_card
    from kepu_eval.runner.own_copy import differences

    folder = files["ipynb"].parent
    named = [("--round", "round_id"), ("--quarter", "quarter")]
    which = "".join(f" {option} {parameters[name]}" for option, name in named if parameters.get(name))
    steps = [f"kepu-eval verify {folder}：核对报告与数据是否一致"]
    if "docx" in files:
        steps.append("Word改过以后：kepu-eval absorb 文件.docx，改动回到自己的文稿")
    if copy is None:
        steps.append(f"要改文字：kepu-eval open {kind}{which}")
    elif found := differences(copy):
        steps.append(f"产品的文字有{len(found)}格更新，文稿没有动；对照：kepu-eval open {kind}{which}")
    notebook = json.loads(files["ipynb"].read_text(encoding="utf-8"))
    for line in end_card(notebook, [str(path) for path in files.values()], steps):
        click.echo(line)
    click.echo(f"文件夹：{folder.absolute().as_uri()}")


def _target(plan_file: Path) -> dict[str, object]:
    """The target of the plan's survey indicator, which is all that a survey's report takes from a plan."""
    from kepu_eval.plan import TargetKind, load_plan

    levels = [i for i in load_plan(plan_file).indicators if i.kind is TargetKind.LEVEL_AT_HORIZON]
    return {"target": levels[0].target} if levels else {}


def _every_unit(
    parameters: dict[str, Any], out: Path, formats: tuple[str, ...], time_limit: float, copy: Path | None
) -> None:
    """A batch with one row a unit; its table stays beside the reports, to be changed and run again. ``copy``: the own copy."""
    import csv
    import io
    import json
    import tempfile

    from kepu_eval.cli.batch import batch
    from kepu_eval.files import write_whole
    from kepu_eval.plan import load_plan
    from kepu_eval.returns.opening import READ_ONCE

    given = {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in parameters.items()
        if value != ""
    }
    table = io.StringIO(newline="")
    rows = csv.writer(table)
    rows.writerow(["notebook", "output", "unit", *given])
    for unit in load_plan(parameters.get("plan") or None).units:
        rows.writerow([copy.absolute() if copy else "unit", unit.name, unit.name, *given.values()])
    out.mkdir(parents=True, exist_ok=True)
    spec = out / "单位自查.csv"
    write_whole(spec, table.getvalue().encode("utf-8-sig"))
    with tempfile.TemporaryDirectory() as shared:
        os.environ[READ_ONCE] = shared
        try:
            click.get_current_context().invoke(
                batch, spec=spec, out=out, formats=formats, time_limit=time_limit
            )
        finally:
            del os.environ[READ_ONCE]


@click.command(help="追溯报告中的一个数据项或评级（如 Q08.value、任务.05）：算法、组成和来源单元格。")
@click.argument("report", type=click.Path(path_type=Path), metavar="报告")
@click.argument("fact", metavar="数据项")
@in_chinese
def trace(report: Path, fact: str) -> None:
    """Print one Fact's lineage."""
    from kepu_eval.runner.verify import trace as explained

    for line in explained(report, fact):
        click.echo(line)


@click.command(
    help="按原参数重新计算报告，逐项比对，并核对报告文件有无改动；给出结果包（.zip）时核对结果包。有不一致时退出码为1。"
)
@click.argument("report", type=click.Path(path_type=Path), metavar="报告文件夹|结果包")
@click.option(
    "--ledger", type=click.Path(path_type=Path), metavar="文件", help="结果包：再与出报告的台账核对"
)
@in_chinese
def verify(report: Path, ledger: Path | None) -> None:
    """Recompute a report and compare every Fact, or check a package against itself and its ledger."""
    from kepu_eval.runner.verify import is_package
    from kepu_eval.runner.verify import verify as recompute

    if is_package(report):
        _check_package(report, ledger)
        return

    result = recompute(report)
    for name in ("inputs", "rules", "versions", "facts", "files"):
        for line in getattr(result, name):
            click.echo(line)
    if not result.agrees:
        told = (
            "报告与重新计算的结果不一致"
            if result.facts
            else "数据项全部一致，但上列报告文件在生成后被改动过，清单不能证明其中的数"
        )
        click.secho(told, fg="red", err=True)
        sys.exit(1)
    if result.inputs or result.rules:
        click.echo("一致：全部数据项均可重新算出，但上列文件已不是出报告时的原件")
    else:
        click.echo("一致：全部数据项均可由原输入重新算出")


def _check_package(path: Path, ledger: Path | None) -> None:
    from kepu_eval.runner.verify import package_problems

    seal, problems = package_problems(path, ledger)
    for line in problems:
        click.echo(line)
    if problems:
        click.secho("结果包与生成时不一致，不能采用", fg="red", err=True)
        sys.exit(1)
    told = "，并与台账一致" if ledger else "；数据和清单一并改写的，只有与区县的台账、报送的封签核对才能发现"
    click.echo(f"一致：结果包与清单、指纹链相符{told}")
    click.echo(f"封签：{seal}")
