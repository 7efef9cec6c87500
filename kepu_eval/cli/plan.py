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


@plan.command("import", help="由责任清单（.docx、.xlsx、.csv、.txt）生成方案草稿和待确认表。")
@click.argument("file", type=click.Path(path_type=Path), metavar="责任清单")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    metavar="文件",
    help="草稿文件（.yaml）；待确认表放在旁边",
)
@click.option(
    "--keep",
    type=click.Path(path_type=Path),
    metavar="方案",
    help="原方案：名称或别名相同的单位、指标沿用原编号",
)
@in_chinese
def plan_import(file: Path, out: Path, keep: Path | None) -> None:
    """Turn a responsibility list into a draft plan and the workbook that confirms it."""
    from kepu_eval.plan import load_plan
    from kepu_eval.plan.importing import import_list
    from kepu_eval.plan.importing.confirming import confirmation_book, reconciliation
    from kepu_eval.plan.importing.identity import keep_ids

    draft = import_list(file)
    kept = keep_ids(draft.content, load_plan(keep)) if keep else []
    out.write_text(draft.yaml(), encoding="utf-8")
    book = out.with_name(f"{out.stem}.待确认.xlsx")
    confirmation_book(draft).save(book)
    for line in (*draft.inheritances, *kept):
        click.echo(line)
    for fate in draft.fates:
        if fate.outcome == "未导入":
            click.echo(f"未导入 {fate.place}：{fate.reason}：{fate.text}")
    click.echo(f"对账：{reconciliation(draft)}")
    click.echo(f"已导入{len(draft.tasks)}项任务、{len(draft.indicators)}项待确认指标：{out}")
    click.echo(f"待确认{len(draft.questions)}条，请填写后用 kepu-eval plan confirm 读回：{book}")


@plan.command("confirm", help="把填好的待确认表读回方案草稿。")
@click.argument("file", type=click.Path(path_type=Path), metavar="草稿")
@click.argument("book", type=click.Path(path_type=Path), metavar="待确认表")
@in_chinese
def plan_confirm(file: Path, book: Path) -> None:
    """Put the answers of a confirmation workbook into the draft."""
    from kepu_eval.plan.importing.confirming import read_confirmation
    from kepu_eval.plan.importing.draft import as_yaml
    from kepu_eval.plan.load import read_yaml

    done = read_confirmation(book, read_yaml(file))
    file.write_text(as_yaml(done.content), encoding="utf-8")
    for line in done.open:
        click.echo(f"未确认 {line}")
    click.echo(f"已确认{done.answers}条，未确认{len(done.open)}条：{file}")


@plan.command("schema", help="输出方案文件的JSON Schema，供编辑器校验。")
@in_chinese
def plan_schema() -> None:
    """Print the JSON Schema of plan files."""
    from kepu_eval.plan.schema import schema_text

    click.echo(schema_text(), nl=False)
