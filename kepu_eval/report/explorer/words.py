"""What the survey report's words may name, all by Chinese names; groups are made when a text first asks for them."""

from __future__ import annotations

from kepu_eval.report.explorer.ability import ability_words
from kepu_eval.report.explorer.gaps import gap_words
from kepu_eval.report.explorer.items import item_words
from kepu_eval.report.explorer.level import level_words, verdict_words
from kepu_eval.report.explorer.planning import planning_words
from kepu_eval.report.explorer.profile import missing_words, sample_words
from kepu_eval.report.explorer.small_areas import area_words
from kepu_eval.report.explorer.study import Study
from kepu_eval.report.explorer.trend import change_words
from kepu_eval.report.explorer.weights import weight_words
from kepu_eval.report.vocabulary import Vocabulary


def words(study: Study) -> Vocabulary:
    """The names of a survey's report."""
    outcome = study.outcome
    return Vocabulary({
        "结果": lambda: {"标题": outcome.title, "名称": outcome.name, "科学素质": outcome.literacy},
        "样本": lambda: sample_words(study),
        "缺失": lambda: missing_words(study),
        "权数": lambda: weight_words(study),
        "题目": lambda: item_words(study),
        "反应": lambda: ability_words(study),
        "估计": lambda: level_words(study),
        "判定": lambda: verdict_words(study),
        "差距": lambda: gap_words(study),
        "街镇": lambda: area_words(study),
        "变化": lambda: change_words(study),
        "规划": lambda: planning_words(study),
    })  # fmt: skip
