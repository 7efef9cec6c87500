"""`kepu-eval rectify`, `spotcheck`, `inquiry`: supervision between and after evaluations."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import click

from kepu_eval.cli.common import in_chinese, ledger_option, out_option, plan_option, round_option

_SIMULATED = "示例数据"


@click.group(help="整改台账：由评估提出整改事项，导出填写，读回销号。")
def rectify() -> None:
    """Rectification."""


@rectify.command("raise", help="由台账中一个轮次的评估提出整改事项。重复运行不会重复提出。")
@round_option
@ledger_option
@plan_option
@in_chinese
def rectify_raise(round_id: str, ledger_file: Path, plan_file: Path | None) -> None:
    """Raise the items of a round."""
    from kepu_eval.evaluation import evaluate
    from kepu_eval.plan import load_plan
    from kepu_eval.returns import Ledger
    from kepu_eval.supervision import raise_items
    from kepu_eval.supervision.records import keep_items

    plan = load_plan(plan_file)
    rnd = plan.round(round_id)
    with Ledger(ledger_file) as ledger:
        returns, rulings = ledger.returns(plan, round_id), ledger.decisions(round_id)
        plan = plan.in_round(round_id)
        found = evaluate(plan, returns, rnd.as_of, rnd.stage, exceptions=rulings.exceptions)
        items = raise_items(found, plan, round_id)
        done = keep_items(ledger, round_id, items, _now(), simulated=returns.simulated)
    click.echo(f"新提出{len(done.new)}项，已在台账{len(done.known)}项：{ledger_file}")
    for name in done.gone:
        click.echo(f"{name}按现有数据已不再列为问题，请复核后销号或撤销")


@rectify.command("export", help="导出整改台账工作簿，供填写状态、措施、时限、佐证和复核人。")
@round_option
@ledger_option
@plan_option
@out_option("reports/整改台账.xlsx", "整改台账写到哪里")
@in_chinese
def rectify_export(round_id: str, ledger_file: Path, plan_file: Path | None, out: Path) -> None:
    """Write the workbook of a round's items and of those carried from earlier rounds."""
    from kepu_eval.files import write_whole
    from kepu_eval.plan import load_plan
    from kepu_eval.returns import Ledger
    from kepu_eval.supervision.records import recorded, simulated
    from kepu_eval.supervision.rectification_book import rectification_book

    plan = load_plan(plan_file)
    day = plan.round(round_id).as_of
    rounds = {rnd.id for rnd in plan.rounds if rnd.as_of <= day}
    with Ledger(ledger_file) as ledger:
        items = [known for known in recorded(ledger) if known.item.round in rounds]
        notice = _SIMULATED if simulated(ledger) else ""
    out.parent.mkdir(parents=True, exist_ok=True)
    write_whole(out, rectification_book(items, plan, _now().isoformat(timespec="microseconds"), notice, day))
    click.echo(f"整改事项{len(items)}项：{out}")


@rectify.command("import", help="读回填好的整改台账。不合规则的行不入账并说明原因，其余照常。")
@click.argument("file", type=click.Path(path_type=Path), metavar="整改台账")
@ledger_option
@plan_option
@click.option("--attachments", type=click.Path(path_type=Path), metavar="文件夹",
              help="其中有“佐证”文件夹的位置（默认为整改台账所在文件夹）")  # fmt: skip
@in_chinese
def rectify_import(file: Path, ledger_file: Path, plan_file: Path | None, attachments: Path | None) -> None:
    """Read a filled workbook back."""
    from kepu_eval.plan import load_plan
    from kepu_eval.returns import Ledger
    from kepu_eval.supervision.records import keep_read
    from kepu_eval.supervision.rectification_book import read_rectification_book

    plan = load_plan(plan_file)
    with Ledger(ledger_file) as ledger:
        done = keep_read(
            ledger, lambda known: read_rectification_book(file, known, plan, attachments), _now()
        )
    click.echo(f"记入{len(done.events)}项变动" if done.events else "台账未变")
    _tell_refused(done.refused)


@rectify.command("list", help="整改事项现状；加 --item 列出一项的全部经过。")
@round_option
@ledger_option
@plan_option
@click.option("--item", metavar="编号", help="只看一项的经过")
@in_chinese
def rectify_list(round_id: str, ledger_file: Path, plan_file: Path | None, item: str | None) -> None:
    """Where the items stand, or one item's history."""
    from kepu_eval.cli.common import print_table
    from kepu_eval.plan import load_plan
    from kepu_eval.returns import Ledger
    from kepu_eval.supervision import read_rectification
    from kepu_eval.supervision.records import history

    plan = load_plan(plan_file)
    with Ledger(ledger_file) as ledger:
        if item:
            rows = history(ledger, item)[
                ["recorded_at", "state", "measure", "due", "reached", "reviewer", "note"]
            ]
            print_table(
                rows.set_axis(["时间", "状态", "整改措施", "时限", "现值或落实", "复核人", "说明"], axis=1)
            )
            return
        rows = read_rectification(ledger, plan, round_id)
    shown = rows[["item", "task", "unit_name", "rating", "state", "due", "reviewer"]]
    print_table(shown.set_axis(["编号", "任务", "责任单位", "提出时评级", "状态", "时限", "复核人"], axis=1))


@click.group(help="抽查：随机抽取填报事项供实地核查，读回核查结果。")
def spotcheck() -> None:
    """Spot checks."""


@spotcheck.command("draw", help="抽取事项，生成抽查表并记入台账。同一台账、同一种子抽出的相同。")
@round_option
@click.option("--n", "n", type=click.IntRange(min=1), required=True, metavar="数", help="抽查事项数")
@click.option("--seed", type=int, required=True, metavar="数", help="随机种子，应事先公开确定，如会议日期")
@ledger_option
@plan_option
@out_option("reports/抽查表.xlsx", "抽查表写到哪里")
@in_chinese
def spotcheck_draw(
    round_id: str, n: int, seed: int, ledger_file: Path, plan_file: Path | None, out: Path
) -> None:
    """Draw a sample of claims."""
    from kepu_eval.files import write_whole
    from kepu_eval.plan import load_plan
    from kepu_eval.returns import Ledger
    from kepu_eval.supervision.claims import claims
    from kepu_eval.supervision.drawing import draw
    from kepu_eval.supervision.spot_check_book import Draw, keep_draw, spot_check_book

    plan = load_plan(plan_file)
    plan.round(round_id)
    with Ledger(ledger_file) as ledger:
        returns = ledger.returns(plan, round_id)
        population = claims(plan.in_round(round_id), returns)
        sample = Draw(round_id, seed, n, len(population), returns.simulated, draw(population, n, seed))
        new = keep_draw(ledger, sample, _now())
    out.parent.mkdir(parents=True, exist_ok=True)
    write_whole(
        out, spot_check_book(sample, plan.in_round(round_id), _SIMULATED if returns.simulated else "")
    )
    told = "" if new else "（与台账中已有的一次抽查相同）"
    click.echo(f"由{len(population)}项抽取{len(sample.claims)}项{told}：{out}")


@spotcheck.command("import", help="读回填好的抽查表。有问题的格逐一说明，其余照常记入。")
@click.argument("file", type=click.Path(path_type=Path), metavar="抽查表")
@ledger_option
@in_chinese
def spotcheck_import(file: Path, ledger_file: Path) -> None:
    """Read the results back."""
    from kepu_eval.returns import Ledger
    from kepu_eval.supervision.spot_check_book import keep_results, read_spot_check

    with Ledger(ledger_file) as ledger:
        done = read_spot_check(file, ledger)
        kept = keep_results(ledger, done, _now())
    click.echo(f"记入{kept}项核查结果" if kept else "台账未变")
    _tell_refused(done.refused)


@click.group(help="专题调研：由YAML问卷生成填写表，读回并汇总。")
def inquiry() -> None:
    """Special investigations."""


@inquiry.command("template", help="生成问卷填写表；调研单位的，每个单位一份。")
@click.argument("questionnaire", type=click.Path(path_type=Path), metavar="问卷.yaml")
@plan_option
@out_option("reports/调研")
@in_chinese
def inquiry_template(questionnaire: Path, plan_file: Path | None, out: Path) -> None:
    """Write the forms."""
    from kepu_eval.files import write_whole
    from kepu_eval.plan import load_plan
    from kepu_eval.supervision.inquiry import inquiry_form
    from kepu_eval.supervision.questionnaire import load_questionnaire

    asked, plan = load_questionnaire(questionnaire), load_plan(plan_file)
    out.mkdir(parents=True, exist_ok=True)
    names = [unit.name for unit in plan.units] if asked.population == "units" else ["问卷"]
    for name in names:
        write_whole(out / f"{name}.xlsx", inquiry_form(asked, [name]))
    click.echo(f"已生成{len(names)}份：{out}")


@inquiry.command("summarise", help="读回填好的问卷（文件或文件夹），汇总各题。")
@click.argument("questionnaire", type=click.Path(path_type=Path), metavar="问卷.yaml")
@click.argument("answers", type=click.Path(path_type=Path, exists=True), metavar="填好的问卷")
@plan_option
@in_chinese
def inquiry_summarise(questionnaire: Path, answers: Path, plan_file: Path | None) -> None:
    """Summarise the answers."""
    import pandas as pd

    from kepu_eval.cli.common import print_table
    from kepu_eval.plan import load_plan
    from kepu_eval.supervision.inquiry import SHARES, answers_in, summarise
    from kepu_eval.supervision.questionnaire import load_questionnaire

    plan = load_plan(plan_file)
    found = answers_in(answers, load_questionnaire(questionnaire), plan)
    rows = summarise(found, plan.rating.confidence)
    shown = rows.astype(object).where(rows.notna(), "—")
    shown["times"] = ["—" if pd.isna(times) else int(times) for times in rows["times"]]
    for name in ("estimate", "ci_low", "ci_high"):
        shown[name] = [
            "—" if pd.isna(value) else f"{value:.1%}" if kind in SHARES else f"{value:.1f}"
            for value, kind in zip(rows[name], rows["kind"], strict=True)
        ]
    shown = shown.drop(columns=["question", "kind"])
    click.echo(f"回收{len(found.rows)}份" + (f"，应调研{found.population}" if found.population else ""))
    print_table(shown.set_axis(["题目", "答案", "应答", "缺失", "选择数", "估计", "下限", "上限"], axis=1))
    _tell_refused(list(found.refused))


def _now() -> dt.datetime:
    return dt.datetime.now().astimezone()


def _tell_refused(lines: list[str]) -> None:
    """Say what was left out; exit code 1, so that a script notices."""
    for line in lines:
        click.secho(line, fg="red", err=True)
    if lines:
        sys.exit(1)
