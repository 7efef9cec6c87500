"""`kepu-eval template`, `collect`, `roster`, `slips`, `decide`, `ledger`: the units' returns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kepu_eval.cli.common import (
    date_option,
    in_chinese,
    ledger_option,
    out_option,
    plan_option,
    print_table,
    round_option,
)
from kepu_eval.cli.decide import evaluated
from kepu_eval.number_text import number_text

if TYPE_CHECKING:
    from kepu_eval.plan import Plan
    from kepu_eval.returns import Returns


@click.command(help="生成各单位的填报模板（不加 --unit 则为全部单位）。")
@round_option
@click.option("--unit", metavar="单位", help="单位名称或别名，如 区教育局")
@ledger_option
@plan_option
@out_option("reports/templates")
@in_chinese
def template(round_id: str, unit: str | None, ledger_file: Path, plan_file: Path | None, out: Path) -> None:
    """Write the units' workbooks; what the ledger holds of the round before stands beside the rows."""
    from kepu_eval.plan import load_plan
    from kepu_eval.returns import Ledger, write_template

    plan, before = load_plan(plan_file), {}
    plan.round(round_id)
    if ledger_file.is_file():
        with Ledger(ledger_file) as ledger:
            before = ledger.accepted_before(plan, round_id)
    units = [plan.unit(unit)] if unit else list(plan.units)
    out.mkdir(parents=True, exist_ok=True)
    for item in _progress("生成模板")(units):
        write_template(plan, item, round_id, out / f"{item.name}.xlsx", before)
    click.echo(f"已生成{len(units)}个模板：{out}")


@click.command(help="收表：读取文件夹中各单位的填报表，逐格核对后记入台账。重复收表不会改变台账。")
@click.argument("folder", type=click.Path(path_type=Path), metavar="文件夹")
@round_option
@ledger_option
@plan_option
@in_chinese
def collect(folder: Path, round_id: str, ledger_file: Path, plan_file: Path | None) -> None:
    """Read a folder into the ledger and say what was found."""
    from kepu_eval.plan import load_plan
    from kepu_eval.resources import project_path
    from kepu_eval.returns import Ledger
    from kepu_eval.returns import collect as collect_into
    from kepu_eval.returns.model import SET_ASIDE, SLIP
    from kepu_eval.returns.reader import folders_passed_over, junk_of

    plan, folder = load_plan(plan_file), project_path(folder)
    with Ledger(ledger_file, must_exist=False) as ledger:
        now = dt.datetime.now().astimezone()
        done = collect_into(folder, plan, round_id, ledger, at=now, progress=_progress("收表"))
        returns = ledger.returns(plan, round_id)
    click.echo(
        f"入账{len(done.added)}份，未变{len(done.unchanged)}份，被替代{len(done.closed)}份：{ledger_file}"
    )
    click.echo(f"待核{len(returns.open_questions)}处，退回{len(returns.open_rejections)}处")
    unread = returns.submissions[returns.submissions["status"].eq("无法读取")]
    for row in unread.itertuples():
        click.echo(f"未能读取：{row.file}　{row.note}")
    aside = returns.submissions[returns.submissions["status"].eq(SET_ASIDE)]
    for row in aside.itertuples():
        click.echo(f"不是本轮填报表：{row.file}　{row.note}")
    slips_back = returns.submissions[returns.submissions["status"].eq(SLIP)]
    for row in slips_back.itertuples():
        click.echo(f"单位报回的退回单：{row.file}　{row.note}")
    junk = junk_of(folder)
    if junk:
        click.echo(f"没有读取临时文件、系统文件{len(junk)}个：{'、'.join(junk)}")
    for name in folders_passed_over(folder):
        click.echo(f"没有读取：文件夹“{name}”，填报表请直接放在“{folder.name}”里")
    _tell_roster(returns, plan)


@click.command(help="报送情况：谁报了、何时、是否迟报；加 --out 生成催报单。不加 --round 则列出各轮。")
@click.option("--round", "round_id", metavar="轮次", help="只看一个轮次，如 2023-midterm")
@ledger_option
@plan_option
@click.option("--out", type=click.Path(path_type=Path), metavar="文件", help="催报单（.docx）写到哪里")
@click.option("--organisation", default="", metavar="单位", help="催报单的落款单位")
@in_chinese
def roster(
    round_id: str | None, ledger_file: Path, plan_file: Path | None, out: Path | None, organisation: str
) -> None:
    """Who has reported."""
    from kepu_eval.plan import load_plan
    from kepu_eval.returns import Ledger
    from kepu_eval.returns import roster as roster_of

    plan = load_plan(plan_file)
    with Ledger(ledger_file) as ledger:
        rounds = {name: ledger.returns(plan, name) for name in ([round_id] if round_id else ledger.rounds())}
    if round_id is None:
        if out:
            raise click.UsageError("催报单针对一个轮次，请加 --round")
        print_table(_by_round({name: roster_of(returns, plan) for name, returns in rounds.items()}))
        return
    returns = rounds[round_id]
    frame = roster_of(returns, plan)
    shown = frame.assign(files=frame["files"].map("、".join)).rename(columns=_ROSTER_TITLES)
    print_table(shown[list(_ROSTER_TITLES.values())])
    _tell_roster(returns, plan)
    if out:
        from kepu_eval.report.reminders import write_reminder

        write_reminder(frame, plan, round_id, out, organisation=organisation, simulated=returns.simulated)
        click.echo(out)


_ROSTER_TITLES = {
    "unit_name": "单位", "status": "状态", "received": "报送日期", "files": "文件", "questions": "待核", "rejected": "退回",
}  # fmt: skip


def _by_round(rosters: dict) -> object:
    """Status and date of every unit, one column a round."""
    import pandas as pd

    columns = {
        name: frame.set_index("unit_name").apply(
            lambda row: f"{row['status']} {row['received']}".strip(), axis=1
        )
        for name, frame in rosters.items()
    }
    return pd.DataFrame(columns).rename_axis("单位").reset_index()


@click.command(help="生成退回单：每个有待核或退回事项的单位一份Word和一份Excel。")
@round_option
@ledger_option
@plan_option
@out_option("reports/退回单")
@click.option("--organisation", default="", metavar="单位", help="落款单位")
@date_option("落款日期")
@in_chinese
def slips(
    round_id: str,
    ledger_file: Path,
    plan_file: Path | None,
    out: Path,
    organisation: str,
    day: dt.date,
) -> None:
    """Write what has to be corrected, unit by unit."""
    from kepu_eval.plan import load_plan
    from kepu_eval.report.slips import write_slips
    from kepu_eval.returns import Ledger

    plan = load_plan(plan_file)
    with Ledger(ledger_file) as ledger:
        returns = ledger.returns(plan, round_id)
    _, effects = evaluated(plan, returns)
    files = write_slips(returns, plan, out, issued=day, organisation=organisation, effects=effects)
    for path in files:
        click.echo(path)
    click.echo(f"已生成{len(files)}个文件" if files else "没有需要退回或确认的事项")


@click.group(help="台账：报送记录、单位现状、两次报送的差异、备份、检查。")
def ledger() -> None:
    """The ledger."""


@ledger.command("log", help="按入账顺序列出全部报送。")
@click.option("--round", "round_id", metavar="轮次", help="只看一个轮次")
@ledger_option
@in_chinese
def ledger_log(round_id: str | None, ledger_file: Path) -> None:
    """Every submission ever."""
    from kepu_eval.returns import Ledger

    with Ledger(ledger_file) as book:
        rows = book.log(round_id)
    rows = rows.astype(object).where(rows.notna(), "")
    for column in ("入账时间", "失效时间"):
        rows[column] = rows[column].map(_local)
    print_table(rows)


def _local(moment: str) -> str:
    """A stored moment as clocks here show it, with their offset; nothing for nothing."""
    return dt.datetime.fromisoformat(moment).astimezone().isoformat(" ", "seconds") if moment else ""


@ledger.command("show", help="一个单位现在的报送：数据、待核和退回。")
@click.argument("unit", metavar="单位")
@round_option
@ledger_option
@plan_option
@in_chinese
def ledger_show(unit: str, round_id: str, ledger_file: Path, plan_file: Path | None) -> None:
    """A unit's figures and findings."""
    from kepu_eval.plan import load_plan
    from kepu_eval.returns import Ledger

    plan = load_plan(plan_file)
    wanted = plan.unit(unit)
    with Ledger(ledger_file) as book:
        returns = book.returns(plan, round_id)
    for row in returns.submissions[returns.submissions["unit"].eq(wanted.id)].itertuples():
        click.echo(f"{row.unit_name}　{row.status}　{row.file}　{row.received}　{row.sha256[:12]}")
    figures = returns.observations[returns.observations["unit"].eq(wanted.id)]
    shown = figures[["indicator", "measure", "period", "entity", "value", "state", "raw", "sheet", "cell"]]
    states = {
        "accepted": "采用",
        "note": "采用（有说明）",
        "question": "待核",
        "rejected": "退回",
        "missing": "缺失",
    }
    shown = shown.assign(
        state=shown["state"].map(states), value=shown["value"].map(lambda v: "" if v != v else number_text(v))
    )
    shown.columns = ["指标", "项目", "期间", "对象", "采用值", "状态", "原值", "工作表", "单元格"]
    print_table(shown)
    for row in returns.findings[returns.findings["unit"].eq(wanted.id)].itertuples():
        answer = f"　答复：{row.answer}" if row.answer else ""
        click.echo(f"{row.code}　{row.sheet}　{row.message}　{row.remedy}{answer}")


@ledger.command("diff", help="一个单位最近两次报送之间，逐格有何变化。")
@click.argument("unit", metavar="单位")
@round_option
@ledger_option
@plan_option
@in_chinese
def ledger_diff(unit: str, round_id: str, ledger_file: Path, plan_file: Path | None) -> None:
    """What changed between a unit's last two submissions."""
    from kepu_eval.plan import load_plan
    from kepu_eval.returns import Ledger
    from kepu_eval.returns.differences import differences

    wanted = load_plan(plan_file).unit(unit)
    with Ledger(ledger_file) as book:
        history = book.history(round_id, wanted.id)
        if len(history) < 2:
            click.echo(f"{wanted.name}在本轮只有{len(history)}次可读的报送，没有可比的")
            return
        before, after = (book.submission(number) for number in history[-2:])
    changed = differences(before, after)
    click.echo(
        f"{wanted.name}：{before.file}（{before.sha256[:12]}）→ {after.file}（{after.sha256[:12]}），{len(changed)}格不同"
    )
    print_table(changed)


@ledger.command("backup", help="备份台账：在别人使用时也可以备份，得到一个完整的文件，不覆盖已有的文件。")
@ledger_option
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="文件", help="写到哪里（默认在台账旁，文件名带时间）"
)
@in_chinese
def ledger_backup(ledger_file: Path, out: Path | None) -> None:
    """Copy the ledger into one file."""
    from kepu_eval.returns.ledger_file import back_up

    moment = dt.datetime.now().strftime("%Y%m%d-%H%M%S")
    target = out or ledger_file.with_name(f"{ledger_file.stem}-备份-{moment}{ledger_file.suffix}")
    back_up(ledger_file, target)
    click.echo(f"已备份：{target}。恢复时，在没有程序使用台账的时候用它替换原文件（并删去 -wal、-shm）")


@ledger.command("check", help="检查台账：逐页核对，查有无损坏、被其他程序改动。")
@ledger_option
@in_chinese
def ledger_check(ledger_file: Path) -> None:
    """Say whether the ledger is sound."""
    from kepu_eval.returns import Ledger, LedgerError
    from kepu_eval.returns.ledger_file import problems_of

    problems = problems_of(ledger_file)
    if problems:
        raise LedgerError("\n".join(problems))
    with Ledger(ledger_file) as book:
        count = len(book.log())
        click.echo(f"台账完好：{ledger_file}（报送{count}次，轮次：{'、'.join(book.rounds()) or '无'}）")


def _progress(what: str) -> Callable[[Iterable], Iterable]:
    from tqdm import tqdm

    return lambda items: tqdm(items, desc=what, unit="个", disable=None)


def _tell_roster(returns: Returns, plan: Plan) -> None:
    missing = returns.submissions[returns.submissions["status"].eq("未报送")]
    click.echo(
        f"应报{len(plan.units)}个单位，未报送{len(missing)}个"
        + (f"：{'、'.join(missing['unit_name'])}" if len(missing) else "")
    )
