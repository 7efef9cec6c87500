"""`kepu-eval plan`: checking, importing, the schema for editors."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kepu_eval.cli.common import in_chinese
from kepu_eval.errors import KepuError

if TYPE_CHECKING:
    from kepu_eval.plan import Plan


@click.group(help="方案文件：检查、由责任清单导入、结转下一期、导出校验模式。")
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
    from kepu_eval.files import write_book, write_whole
    from kepu_eval.plan import load_plan
    from kepu_eval.plan.importing import import_list
    from kepu_eval.plan.importing.confirming import confirmation_book, reconciliation
    from kepu_eval.plan.importing.identity import keep_ids

    draft = import_list(file)
    kept = keep_ids(draft.content, load_plan(keep)) if keep else []
    write_whole(out, draft.yaml().encode("utf-8"))
    book = out.with_name(f"{out.stem}.待确认.xlsx")
    write_book(book, confirmation_book(draft))
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
    from kepu_eval.files import write_whole
    from kepu_eval.plan.importing.confirming import read_confirmation
    from kepu_eval.plan.importing.draft import as_yaml
    from kepu_eval.plan.load import read_yaml

    done = read_confirmation(book, read_yaml(file))
    write_whole(file, as_yaml(done.content).encode("utf-8"))
    for line in done.open:
        click.echo(f"未确认 {line}")
    click.echo(f"已确认{done.answers}条，未确认{len(done.open)}条：{file}")


@plan.command("carry", help="由本期方案和总结评估的结果包结转出下一期方案的草稿和结转表。")
@click.argument("file", type=click.Path(path_type=Path), metavar="本期方案")
@click.option(
    "--final",
    "package",
    type=click.Path(path_type=Path),
    required=True,
    metavar="结果包",
    help="本期总结评估的结果包",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    metavar="文件",
    help="草稿文件（.yaml）；结转表放在旁边",
)
@click.option("--years", metavar="起止年", help="下一期起止年，如 2026-2030（默认接着本期、年数相同）")
@click.option("--table", type=click.Path(path_type=Path), metavar="文件", help="填好“处理”一列的结转表")
@in_chinese
def plan_carry(file: Path, package: Path, out: Path, years: str | None, table: Path | None) -> None:
    """Draft the next plan from this one and its final."""
    from kepu_eval.files import write_whole
    from kepu_eval.plan import load_plan
    from kepu_eval.plan.carrying import HEAD, carry, read_choices, table_bytes
    from kepu_eval.plan.importing.draft import yaml_text
    from kepu_eval.report.next_period import finals_of
    from kepu_eval.report.package_reading import read_package

    plan = load_plan(file)
    finals = finals_of(read_package(package), plan)
    choices = read_choices(table.name, table.read_bytes()) if table else None
    content, told = carry(plan, finals, _next_years(plan, years), choices)
    write_whole(out, (HEAD + yaml_text(content)).encode("utf-8"))
    for item in told:
        click.echo(f"{item.fate}　{item.name}：{item.before or '—'}→{item.after or '—'}")
    if table is None:
        book = out.with_name(f"{out.stem}.结转表.csv")
        write_whole(book, table_bytes(plan, finals))
        click.echo(f"请在结转表中填写处理（沿用、调整、停用、新设），再加 --table 结转一次：{book}")
    undecided = sum(item.fate == "待定" for item in told)
    click.echo(
        f"已写入{out}：{len(content['indicators'])}项指标，{undecided}项待定；meta 中的文号、印发日期待填"
    )


def _next_years(plan: Plan, text: str | None) -> tuple[int, int]:
    """The next period's years; by default as many as this one's, right after it."""
    first, last = plan.meta.first_year, plan.meta.last_year
    if not text:
        return last + 1, 2 * last - first + 1
    found = re.fullmatch(r"(20\d\d)\s*[-—–~至]\s*(20\d\d)", text.strip())
    if not found or not last < int(found[1]) <= int(found[2]):
        raise KepuError(f"--years：“{text}”应写成 2026-2030 的形式，且晚于本期的{last}年")
    return int(found[1]), int(found[2])


@plan.command("schema", help="输出方案文件的JSON Schema，供编辑器校验。")
@in_chinese
def plan_schema() -> None:
    """Print the JSON Schema of plan files."""
    from kepu_eval.plan.schema import schema_text

    click.echo(schema_text(), nl=False)
