"""`kepu-eval template` and `kepu-eval plan check`: what needs a plan and nothing else."""

from click.testing import CliRunner

from kepu_eval.cli import main


def test_templates_come_from_the_command_line(tmp_path):
    result = CliRunner().invoke(
        main, ["template", "--round", "2023-midterm", "--unit", "区卫健局", "--out", str(tmp_path)]
    )
    assert result.exit_code == 0, result.output
    assert [p.name for p in tmp_path.iterdir()] == ["区卫健委.xlsx"]
    wrong = CliRunner().invoke(
        main, ["template", "--round", "2023-midterm", "--unit", "区气象局", "--out", str(tmp_path)]
    )
    assert wrong.exit_code == 2
    assert "没有单位“区气象局”" in wrong.output


def test_the_plan_is_checked_from_the_command_line(tmp_path):
    good = CliRunner().invoke(main, ["plan", "check"])
    assert "31项任务" in good.output
    (tmp_path / "p.yaml").write_text("meta: 1\n", encoding="utf-8")
    bad = CliRunner().invoke(main, ["plan", "check", str(tmp_path / "p.yaml")])
    assert bad.exit_code == 2
    assert "p.yaml：meta" in bad.output
