"""`kepu-eval plan`: checking, importing, the schema for editors."""

from __future__ import annotations

from pathlib import Path

import click

from kepu_eval.cli.common import in_chinese


@click.group(help="方案文件：检查、由责任清单导入、导出校验模式。")
def plan() -> None:
    """Plan files."""


@plan.command("check", help="检查方案文件，逐条说明问题与改法。")
@click.argument("file", type=click.Path(path_type=Path), required=False, metavar="[文件]")
@in_chinese
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
@in_chinese
def plan_import(file: Path, out: Path) -> None:
    """Turn a responsibility list into a draft plan."""
    from kepu_eval.plan.importing import import_list

    draft = import_list(file)
    out.write_text(draft.yaml(), encoding="utf-8")
    for line in draft.inheritances:
        click.echo(line)
    click.echo(f"已导入{len(draft.tasks)}项任务：{out}")


@plan.command("schema", help="输出方案文件的JSON Schema，供编辑器校验。")
@in_chinese
def plan_schema() -> None:
    """Print the JSON Schema of plan files."""
    from kepu_eval.plan.schema import schema_text

    click.echo(schema_text(), nl=False)
