"""Where a title on the cover breaks."""

import pytest

from kepu_eval.report.word.titles import broken_title


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("中期自查评估报告（示例）", "中期自查评估报告（示例）"),
        ("2025年昆都仑区公民科学素质抽样调查（示例）数据分析报告", "2025年昆都仑区公民科学素质抽样调查\n（示例）数据分析报告"),
        ("甲" * 30 + "（示例）", "甲" * 30 + "（示例）"),
        ("甲" * 38 + "（示例）报告", "甲" * 38 + "\n（示例）报告"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_parenthesis_that_the_end_of_a_line_would_cut_begins_the_next_line(title, shown):
    assert broken_title(title) == shown
