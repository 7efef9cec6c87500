"""`kepu-eval decide`: open questions out to the evaluator, and the answers back into the ledger."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kepu_eval.cli.common import (
    in_chinese,
    ledger_option,
    out_option,
    plan_option,
    round_option,
)

if TYPE_CHECKING:
    from kepu_eval.evaluation import Evaluation
    from kepu_eval.plan import Plan
    from kepu_eval.returns import Returns


def evaluated(plan: Plan, returns: Returns) -> tuple[Evaluation, dict[int, int]]:
    """The round evaluated as it stands, and how many ratings each open question could change."""
    from kepu_eval.evaluation import evaluate
    from kepu_eval.evaluation.questions import rank_questions

    rnd = plan.round(returns.round_id)
    evaluation = evaluate(plan, returns, rnd.as_of, "final" if rnd.stage == "final" else "midterm")
    ranked = rank_questions(plan, evaluation)
    return evaluation, dict(zip(ranked["finding"], ranked["ratings"], strict=True))


@click.group(help="复核意见：导出待核问题，读回评估人员的答复。")
def decide() -> None:
    """Decisions."""


@decide.command("export", help="导出待核问题、退回事项和单位的更正，供逐条答复；能改变评级最多的在最前。")
@round_option
@ledger_option
@plan_option
@out_option("reports/复核意见表.xlsx", "复核意见表写到哪里")
@in_chinese
def decide_export(round_id: str, ledger_file: Path, plan_file: Path | None, out: Path) -> None:
    """Write the workbook of open questions."""
    from kepu_eval.evaluation.questions import next_calls
    from kepu_eval.plan import load_plan
    from kepu_eval.returns import Ledger, export_decisions
    from kepu_eval.returns.slips import accepted

    plan = load_plan(plan_file)
    with Ledger(ledger_file) as ledger:
        returns, earlier = ledger.returns(plan, round_id), ledger.decisions(round_id)
    evaluation, effects = evaluated(plan, returns)
    out.parent.mkdir(parents=True, exist_ok=True)
    export_decisions(returns, plan, out, earlier, effects)
    click.echo(f"待答复{len(returns.open_questions)}处，退回待更正{len(returns.open_rejections)}处：{out}")
    calls = next_calls(plan, returns, evaluation)
    if len(calls) and calls.loc[0, "ratings"]:
        best = calls.iloc[0]
        click.echo(f"先问{best['unit_name']}：其答复可能改变{best['ratings']}项评级")
    offered = len(accepted(returns, earlier).answers)
    if offered:
        click.echo(
            f"单位在退回单中更正、说明了{offered}处，全部采纳：kepu-eval decide accept --round {round_id}"
        )


@decide.command("accept", help="一次采纳单位在退回单中填写的更正，每处都记下出自哪份退回单的哪一格。")
@round_option
@click.option("--unit", metavar="单位", help="只采纳一个单位的更正")
@click.option("--by", default="", metavar="姓名", help="采纳人")
@ledger_option
@plan_option
@in_chinese
def decide_accept(
    round_id: str, unit: str | None, by: str, ledger_file: Path, plan_file: Path | None
) -> None:
    """Accept what units proposed."""
    import hashlib

    from kepu_eval.plan import load_plan
    from kepu_eval.returns import Ledger
    from kepu_eval.returns.slips import accepted

    plan = load_plan(plan_file)
    now = dt.datetime.now().astimezone()
    with Ledger(ledger_file) as ledger:
        returns, earlier = ledger.returns(plan, round_id), ledger.decisions(round_id)
        wanted = plan.unit(unit).id if unit else ""
        decisions = accepted(returns, earlier, unit=wanted, by=by, on=now.date().isoformat())
        if not decisions.answers:
            click.echo("没有可以采纳的更正")
            return
        digest = hashlib.sha256(repr(sorted(decisions.answers.items())).encode()).hexdigest()
        ledger.keep_decisions(round_id, decisions, "退回单中的更正", digest, now)
        returns = ledger.returns(plan, round_id)
    for (_, sheet, cell, _), decision in decisions.answers.items():
        click.echo(f"{sheet}　{cell}　“{decision.value}”→“{decision.answer}”　{decision.source}")
    click.echo(
        f"采纳{len(decisions.answers)}处；仍待答复{len(returns.open_questions)}处，退回{len(returns.open_rejections)}处"
    )


@decide.command("import", help="读回填好的复核意见表，记入台账。")
@click.argument("file", type=click.Path(path_type=Path), metavar="复核意见表")
@round_option
@ledger_option
@plan_option
@in_chinese
def decide_import(file: Path, round_id: str, ledger_file: Path, plan_file: Path | None) -> None:
    """Read the answers back."""
    from kepu_eval.plan import load_plan
    from kepu_eval.returns import Ledger, read_decisions

    plan = load_plan(plan_file)
    decisions = read_decisions(file, plan)
    with Ledger(ledger_file) as ledger:
        now = dt.datetime.now().astimezone()
        kept = ledger.keep_decisions(round_id, decisions, file.name, decisions.sha256, now)
        returns = ledger.returns(plan, round_id)
    click.echo(f"读入答复{len(decisions.answers)}条" if kept else "与上次读入的相同，台账未变")
    click.echo(f"仍待答复{len(returns.open_questions)}处")
    for row in returns.findings[returns.findings["message"].str.contains("答复失效")].itertuples():
        click.echo(f"{row.file}　{row.sheet}　{row.message}")
