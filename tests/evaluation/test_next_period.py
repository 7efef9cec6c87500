"""What a final says to the next plan: the class of each target, its evidence, the advice."""

import pytest

from kepu_eval.evaluation.next_period import EARLY, MISSED, REACHED, UNKNOWN, final_text, outlooks


def row(rating="完成", earlier="", value=None, low=None, high=None, **more):
    bounds = {"rating_low": rating, "rating_high": rating, "earlier_rating": earlier, "unstable": False}
    shown = {"value": value, "low": low, "high": high, "value_unit": "场", "value_label": "现值"}
    return {"id": "Q06", "key": "", "name": "培训", "rating": rating, **bounds, **shown, **more}


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        ({"value": 1210.0, "low": 1210.0, "high": 1210.0}, "期末1210场"),
        ({"value": 15.257, "low": 14.1, "high": 16.4, "value_unit": "%"}, "期末15.26%（14.1至16.4%）"),
        ({"value": 3.0, "value_label": "合计"}, "期末合计3场"),
        ({"value": 3.0, "value_label": "估计值"}, "期末3场"),
        ({"low": 290.0, "high": 330.0}, "期末值不能确定，290至330场"),
        ({"low": 290.0}, "期末值不能确定，不少于290场"),
        ({}, "期末值不能确定"),
    ],
)
def test_the_value_at_the_end_with_its_bounds(figures, said):
    assert final_text(row(**figures)) == said


def test_what_was_reached_early_missed_or_is_not_known():
    found = outlooks(
        [
            row("完成", "完成", 5.0, 5.0, 5.0),
            row("完成", "滞后", 5.0, 5.0, 5.0),
            row("未完成", "滞后", 5.0, 5.0, 5.0),
            row("数据不足", "", rating_low="未完成", rating_high="完成", unstable=True),
        ]
    )
    assert [one.found for one in found] == [EARLY, REACHED, MISSED, UNKNOWN]
    assert found[0].evidence == "中期评完成；期末评完成；期末5场"
    assert found[3].evidence == "期末评数据不足（未完成至完成）；期末值不能确定；换一种口径或界限，评级会变"
    assert [one.unclear for one in found] == [False, False, False, True]
    assert found[3].advice != outlooks([row("数据不足")])[0].advice  # to be defined more clearly, too
