"""`kepu-eval survey`: a district's sample plan, and the sample size that confirms a target."""

from __future__ import annotations

from pathlib import Path

import click

from kepu_eval.cli.common import in_chinese


@click.group(help="抽样调查：抽取样本单位、计算样本量。")
def survey() -> None:
    """The citizens' survey."""


@survey.command("plan", help="由抽样框（层、编号、名称、规模）抽取社区、村，写出样本单位名单。")
@click.argument("frame_file", type=click.Path(path_type=Path), metavar="抽样框")
@click.option("--psus", type=click.IntRange(min=1), required=True, metavar="个", help="抽取多少个社区、村")
@click.option("--persons", type=click.IntRange(min=1), required=True, metavar="人", help="每个单位调查多少人")
@click.option(
    "--seed", type=click.IntRange(min=0), required=True, metavar="整数", help="随机种子，写入方案备查"
)
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="文件", help="名单（.xlsx）")
@in_chinese
def survey_plan(frame_file: Path, psus: int, persons: int, seed: int, out: Path) -> None:
    """Draw a sample and write its list."""
    from kepu_eval.report.sample_list import write_sample_list
    from kepu_eval.survey.sampling import draw_plan, read_frame

    if out.suffix.lower() != ".xlsx":
        raise click.UsageError("名单只能写成 .xlsx 文件，请修改 --out")
    drawn = draw_plan(read_frame(frame_file), psus, persons, seed)
    write_sample_list(drawn, frame_file, out)
    for row in drawn.strata.itertuples():
        certain = f"，其中必选{row.certain}个" if row.certain else ""
        click.echo(f"{row.stratum}：{row.population}个单位中抽{row.units}个{certain}，调查{row.persons}人")
    click.echo(f"共{len(drawn.units)}个单位，{drawn.units['persons'].sum()}人：{out}")


@survey.command("size", help="确认目标所需的样本量。比例均以百分数填写，如 15 表示15%。")
@click.option("--target", type=float, required=True, metavar="百分数", help="目标")
@click.option("--expected", type=float, required=True, metavar="百分数", help="预期的真实比例，须高于目标")
@click.option("--deff", type=float, required=True, metavar="倍数", help="设计效应，可用上一轮调查的")
@click.option("--confidence", type=float, default=95.0, show_default=True, metavar="百分数", help="置信水平")
@in_chinese
def survey_size(target: float, expected: float, deff: float, confidence: float) -> None:
    """Say which sample sizes confirm a target."""
    from kepu_eval.survey.power import half_width, size_to_confirm

    share, goal, level = expected / 100, target / 100, confidence / 100
    sizes = {power: size_to_confirm(share, goal, deff, level, power) for power in _MEANING}
    click.echo(f"目标{target:g}%，预期{expected:g}%，设计效应{deff:g}，置信水平{confidence:g}%：")
    for power, n in sizes.items():
        width = half_width(share, n, deff, level) * 100
        click.echo(f"  需{n}份有效样本，置信区间半宽{width:.2f}个百分点（{_MEANING[power]}）")


_MEANING = {0.5: "估计值恰为预期值时刚好确认，约一半机会", 0.8: "八成把握", 0.9: "九成把握"}
