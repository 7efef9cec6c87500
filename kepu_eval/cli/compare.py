"""`kepu-eval compare`: what differs between two reports, and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kepu_eval.cli.common import in_chinese

if TYPE_CHECKING:
    from kepu_eval.report.across_plans import Standing
    from kepu_eval.report.blocks import Block


@click.command(
    help="比对两份报告：哪些数变了，因为哪个单位的哪一格、哪条规则或哪个版本。两期方案的报告或结果包，按共用指标名连成一条线。"
)
@click.argument("before", type=click.Path(path_type=Path), metavar="前一份报告")
@click.argument("after", type=click.Path(path_type=Path), metavar="后一份报告")
@click.option("--out", type=click.Path(path_type=Path), metavar="文件夹", help="另存为网页、Word和Excel")
@in_chinese
def compare(before: Path, after: Path, out: Path | None) -> None:
    """Print the changed figures with their causes, and write them as a report when asked."""
    from kepu_eval.report.comparison import compare as compare_manifests
    from kepu_eval.runner.verify import read_manifest

    if joined := _periods(before, after):
        _across(*joined, out)
        return
    found = compare_manifests(read_manifest(before), read_manifest(after))
    for line in (*found.rules, *found.inputs, *found.versions):
        click.echo(line)
    for c in found.changed:
        moved = f"（{c.moved}）" if c.moved else ""
        click.echo(f"{c.label}：{c.before}→{c.after}{moved}  {'；'.join(cause.brief for cause in c.causes)}")
    click.echo(
        f"相同{found.same}项，有变化{len(found.changed)}项，"
        f"只在前一份{len(found.only_before)}项，只在后一份{len(found.only_after)}项"
    )
    if out:
        from kepu_eval.report.sections.changes import comparison_report

        _written(comparison_report(found), out, "报告比对")


def _periods(before: Path, after: Path) -> tuple[Standing, Standing] | None:
    """Results of two plans; ``None`` for two reports of one."""
    from kepu_eval.report.across_plans import AcrossPlansError, standing_of
    from kepu_eval.runner.verify import is_package, read_manifest

    packed = [is_package(report) for report in (before, after)]
    earlier, later = (
        standing_of(report, None if zipped else read_manifest(report))
        for report, zipped in zip((before, after), packed, strict=True)
    )
    if earlier and later and earlier.plan != later.plan:
        return earlier, later
    if any(packed):
        raise AcrossPlansError("同一方案的两份结果", hint="请用报告文件夹比对；结果包只用来连接两期方案")
    return None


def _across(before: Standing, after: Standing, out: Path | None) -> None:
    from kepu_eval.report.across_plans import in_words, lines
    from kepu_eval.report.sections.across_plans import periods_report

    found, alone = lines(before, after)
    for line in found:
        click.echo(f"{line.name}：{in_words(line)}")
    for plan, name, why in alone:
        click.echo(f"未连接　{plan}　{name}：{why}")
    if out:
        _written(periods_report(before, after), out, "跨期比对")


def _written(blocks: list[Block], out: Path, name: str) -> None:
    from kepu_eval.files import write_whole
    from kepu_eval.runner.report import rendered

    out.mkdir(parents=True, exist_ok=True)
    for kind, body in rendered(blocks, ("html", "docx", "xlsx")).items():
        write_whole(out / f"{name}.{kind}", body)
        click.echo(out / f"{name}.{kind}")
