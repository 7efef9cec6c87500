"""What stands around a figure: taken away where it leaves the figure what it is, kept and asked about otherwise."""

import pytest

from kepu_eval.returns.cells import nothing_here, parse_number

YEAR, LABELS = "2022年", "Q08 高素质农牧民培训人次 当年完成数 人次"


@pytest.mark.parametrize(
    "written",
    [
        "计255人次", "255人(次)", "贰佰伍拾伍", "255\n（其中线下180）", "255/人次", "255人次/年", "2022年255人次", "2022年：255",
        "全年共255人次", "255人次，见P01", "255（数据来源：台账）", "200+55=255", "51×5=255人次", "255（较上年下降30%）", "【255】",
        "“255”", "255人次整", "255（截至2022年底）", "255人次(全区)", "255人次(名册附后)", "255 人 次", "农牧民培训255人次",
        "255（其中：妇女100人，残疾人5人）", "255（同比减少110人次）", "255（据实）",
        "255（男135，女120）", "255（线上155，线下100）", "155（线下）+100（线上）=255", "3期，共255人次", "举办培训班3期，培训255人次", "255（2期）",
        "255√", "总数255", "255（当年完成数）", "截至2022年底255人次", "255人·次", "255（区科技馆）",
    ],
)  # fmt: skip
def test_what_says_nothing_new_is_taken_away(written):
    read = parse_number(written, unit="人次", title=YEAR, labels=LABELS)
    assert (read.value, read.state) == (255, "note")


@pytest.mark.parametrize(
    "written",
    [
        "255（预计）", "预计255", "2021年255人次", "255（截至2023年6月）", "255（含外区）", "255（其中外单位100）", "255（其中线下300）",
        "255（去年同期280）", "去年255", "255（据估计）", "255（按场次计）", "255（以报名数为准）", "255（实际未完成）", "255（含去年）",
        "200+55=265", "255、其中线上30、260", "255①", "255*", "家庭255", "不足255", "255户", "6期255人次", "255（上半年）", "（255）",
        "255（观看数）", "设计255", "统计255", "255（男135，女110）", "3期，每期255人次", "255（报名300，到场255）", "2022年以来255", "累计255",
        "255（含幼儿100）", "8期255",
    ],
)  # fmt: skip
def test_what_may_make_another_figure_of_it_is_asked_about(written):
    assert not parse_number(written, unit="人次", title=YEAR, labels=LABELS).counted


def test_a_figure_of_nought_may_say_why_it_is_one():
    for written in ("0（因疫情未举办）", "0人次（未开展）", "未开展（0）", "0（停办）"):
        read = parse_number(written, unit="人次")
        assert (read.value, read.counted) == (0, True)
    for written in ("0（未统计）", "0（未上报）", "未统计（0）", "255（未开展）"):
        assert not parse_number(written, unit="人次").counted


def test_what_a_size_counts_may_stand_behind_it():
    read = parse_number("56个社团", title="现有规模", labels="学校科技社团/兴趣小组")
    assert (read.value, read.state) == (56, "note")
    assert not parse_number("56个教师", title="现有规模", labels="学校科技社团/兴趣小组").counted


def test_having_nothing_to_report_is_said_in_several_ways():
    assert all(
        map(
            nothing_here, ("无此项", "无该项工作", "没有此项工作", "本单位无此项", "不涉及此项", "“无此项”。")
        )
    )
    assert not any(map(nothing_here, ("无", "没有", "无此数据", "不详", "", "无此项数据")))


def test_a_figure_of_a_year_s_end_may_be_called_a_total_up_to_then():
    for written in ("累计10856", "2022年末10856", "10856（年末数）", "1万0856", "1万零856人"):
        read = parse_number(written, unit="人", title=YEAR, labels="Q10 注册人数 年末数 人")
        assert (read.value, read.counted) == (10856, True)
    assert not parse_number("1万8", unit="人", title=YEAR, labels="Q10 年末数 人").counted
