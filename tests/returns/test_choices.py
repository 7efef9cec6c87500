"""The template's choices in other words; what may mean another choice, or none, is asked about."""

import pytest

from kepu_eval.returns.choices import parse_choice
from kepu_eval.returns.layout import OPERATING, RURAL, SELF_RATINGS, YES_NO

TYPES = ("小学", "初中", "高中", "中职", "幼儿园")


@pytest.mark.parametrize(
    ("choices", "choice", "written"),
    [
        (
            YES_NO,
            "有",
            "有（3次） 有，3场 开展了 已举办 是（3次） 3次 举办1期 均有 ●有 有:3次 开展3次 有（见P20） 有（√） ☑有□无 有√无□ 有（2次，线上） 有1次 1 V 已办",
        ),
        (YES_NO, "无", "□有■无 X 0 无（因疫情取消） 未举办 没做 0次 〤 没有开展过 无（缺经费）"),
        (
            OPERATING,
            "已运行",
            "已投入运行 运行良好 已建立并运行 已运行（2022年起） 已启用 在正常运行 是 已运行（正常）",
        ),
        (OPERATING, "未运行", "尚未运行 暂未运行 未启用 未运行（缺经费）"),
        (SELF_RATINGS, "完成", "已完成 全部完成 √完成 完成（100%） 已完成100% 已按要求完成"),
        (SELF_RATINGS, "基本完成", "已基本完成 基本完成（90%）"),
        (SELF_RATINGS, "正在推进", "持续推进中 正在推进（80%） 有序推进 正常推进"),
        (SELF_RATINGS, "滞后", "进度滞后 滞后（春耕影响）"),
        (SELF_RATINGS, "未启动", "还没有启动 未启动（无经费）"),
        (TYPES, "小学", "公办小学 完全小学 小学（公办） 中心小学"),
        (TYPES, "高中", "普通高中 高级中学"),
        (TYPES, "中职", "中等职业学校 职高 职业高中"),
        (RURAL, "是", "是（农村） 农村学校"),
        (RURAL, "否", "城镇 不是 否（城区）"),
    ],
)
def test_other_words_for_a_choice(choices, choice, written):
    assert {word: parse_choice(word, choices).value for word in written.split()} == dict.fromkeys(
        written.split(), choice
    )


@pytest.mark.parametrize(
    ("choices", "written"),
    [
        (YES_NO, "有待开展 有计划 有（计划） 有？ 有/无 拟开展 2次（均取消） 有（2020年） 2 ○ 有（外单位举办） 无（改为线上） 否（线上开展） 无（由科协代办）"),
        (YES_NO, "☑有☑无 □有□无 有过几次 有（线上，外单位办） 有（因疫情取消） 推迟 基本有 部分开展 未正式开展 未完成"),
        (OPERATING, "试运行 已运行（现停用） 正常（未启用） 即将运行 部分运行 已建立 未正式运行"),
        (SELF_RATINGS, "未完成 完成80% 完成（80%） 即将完成 部分完成 完成/正在推进 基本未完成 正在推进（100%） 正在推进（滞后） 未全部完成 完成（未验收）"),
        (TYPES, "完全中学 九年一贯制 初中和高中 小学（撤并） 小学（初中）"),
        (RURAL, "是/否 城乡结合部 否（农村） 镇区"),
    ],
)  # fmt: skip
def test_what_may_mean_another_choice_is_asked_about(choices, written):
    assert {word: parse_choice(word, choices).state for word in written.split()} == dict.fromkeys(
        written.split(), "question"
    )


def test_words_that_could_be_parted_in_many_ways_are_read_at_once():
    assert (
        parse_choice("正在" * 29 + "x", SELF_RATINGS).state == "question"
    )  # by halves it would take minutes
