"""`kepu-eval calendar`: whom to remind today, with drafts, and a round's dates for the office's calendar."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

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


@click.command(
    help="日程：今天提醒谁。期限前7天、前1天，期限后1天、7天，逐单位起草提醒（Word函、邮件、企业微信文字），只起草，不发送；"
    "另写出一轮的日历文件（.ics）。已起草的不再起草，一天运行几次都一样。请先收表（kepu-eval collect）。"
)
@round_option
@ledger_option
@plan_option
@date_option("哪一天的提醒")
@out_option("reports/日程")
@click.option("--organisation", default="", metavar="单位", help="落款单位（默认为方案中的办公室）")
@in_chinese
def calendar(
    round_id: str,
    ledger_file: Path,
    plan_file: Path | None,
    day: dt.date,
    out: Path,
    organisation: str,
) -> None:
    """Draft the day's reminders."""
    from kepu_eval.plan import load_plan
    from kepu_eval.report.round_calendar import draft_day, situation
    from kepu_eval.returns import Ledger
    from kepu_eval.returns.reminding import STEPS, step_of

    plan = load_plan(plan_file)
    rnd = plan.round(round_id)
    with Ledger(ledger_file) as ledger:  # a wrong path must not look like a round nobody has reported in
        found = draft_day(ledger, plan, round_id, day, out, organisation or plan.meta.office)
    step = step_of(rnd.due, day)
    click.echo(f"{rnd.name}：报送期限{rnd.due}，{day}{f'，{step.name}' if step else '没有要发的提醒'}")
    if found:
        import pandas as pd

        rows = [[r.row["unit_name"], r.kind.value, situation(r)] for r in found]
        print_table(pd.DataFrame(rows, columns=["单位", "内容", "情况"]))
        click.echo(f"草稿和名单：{out / day.isoformat()}（请核对后由人发出）")
    elif step:
        click.echo("没有要提醒的单位，或已提醒过")
    coming = [each for each in STEPS if each.day(rnd.due) > day]
    if coming:
        click.echo(f"下一次：{coming[0].name}，{coming[0].day(rnd.due)}")
    click.echo(f"日历文件：{out / f'{rnd.name}日程.ics'}")
