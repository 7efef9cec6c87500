"""`kepu-eval compare`: what differs between two reports, and why."""

from __future__ import annotations

from pathlib import Path

import click

from kepu_eval.cli.common import in_chinese


@click.command(help="比对两份报告：哪些数变了，因为哪个单位的哪一格、哪条规则或哪个版本。")
@click.argument("before", type=click.Path(path_type=Path), metavar="前一份报告")
@click.argument("after", type=click.Path(path_type=Path), metavar="后一份报告")
@click.option("--out", type=click.Path(path_type=Path), metavar="文件夹", help="另存为网页、Word和Excel")
@in_chinese
def compare(before: Path, after: Path, out: Path | None) -> None:
    """Print the changed figures with their causes, and write them as a report when asked."""
    from kepu_eval.report.comparison import compare as compare_manifests
    from kepu_eval.runner.verify import read_manifest

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
        from kepu_eval.report.files import write_whole
        from kepu_eval.report.sections.changes import comparison_report
        from kepu_eval.runner.report import rendered

        out.mkdir(parents=True, exist_ok=True)
        for name, body in rendered(comparison_report(found), ("html", "docx", "xlsx")).items():
            write_whole(out / f"报告比对.{name}", body)
            click.echo(out / f"报告比对.{name}")
