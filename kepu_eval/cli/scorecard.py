"""`kepu-eval scorecard`: units' points for target management, for the office itself."""

from __future__ import annotations

from pathlib import Path

import click

from kepu_eval.cli.common import in_chinese, plan_option, round_option
from kepu_eval.errors import KepuError


@click.command(
    help="目标管理考核评分表（内部使用）：各单位得分、上下限、名次区间和每一分的来历。对外报告不含本表。"
)
@round_option
@click.option("--returns", "folder", type=click.Path(path_type=Path), metavar="文件夹", help="填报表文件夹")
@click.option(
    "--ledger",
    "ledger_file",
    type=click.Path(path_type=Path),
    metavar="文件",
    help="收表后的台账；与 --returns 二选一",
)
@click.option(
    "--scheme",
    "scheme_file",
    type=click.Path(path_type=Path),
    metavar="文件",
    help="评分办法（默认为示例办法）",
)
@plan_option
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="文件",
    help="评分表写到哪里，如 reports/评分表.xlsx",
)
@in_chinese
def scorecard(round_id: str, folder: Path | None, ledger_file: Path | None, scheme_file: Path | None,
              plan_file: Path | None, out: Path) -> None:  # fmt: skip
    """Write the workbook of one round."""
    if (folder is None) == (ledger_file is None):
        raise click.UsageError("请用 --returns 给出填报表文件夹，或用 --ledger 给出台账，二者选一")
    from kepu_eval.evaluation import evaluate
    from kepu_eval.evaluation.scheme import load_scheme
    from kepu_eval.evaluation.scorecard import score
    from kepu_eval.files import write_whole
    from kepu_eval.plan import Stage, load_plan
    from kepu_eval.report.blocks import SIMULATED
    from kepu_eval.report.scorecard_book import scorecard_book
    from kepu_eval.returns import open_returns

    plan, scheme = load_plan(plan_file), load_scheme(scheme_file)
    rnd = plan.round(round_id)
    if rnd.stage not in (Stage.MIDTERM, Stage.FINAL):
        raise KepuError(f"轮次“{round_id}”（{rnd.name}）没有评级，不能计分；请选中期或总结评估的轮次")
    source = folder or ledger_file
    if source is None or not source.exists() or source.is_dir() != (folder is not None):
        raise KepuError(f"找不到{'填报表文件夹' if folder else '台账'}“{source}”，请检查路径")
    returns, rulings = open_returns(source, plan, round_id)
    plan = plan.in_round(round_id)
    found = evaluate(
        plan, returns, rnd.as_of, rnd.stage, mechanisms=rulings.mechanisms, exceptions=rulings.exceptions,
        record=rulings.record,
    )  # fmt: skip
    card = score(plan, returns, found, scheme)
    out.parent.mkdir(parents=True, exist_ok=True)
    write_whole(out, scorecard_book(card, plan, rnd, returns, SIMULATED if returns.simulated else ""))
    click.echo(f"{len(card.units)}个单位的评分表（内部使用）：{out}")
