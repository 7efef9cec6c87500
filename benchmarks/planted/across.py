"""Defects that a third author wrote down: texts in other words, evidence of something else, tables that leave each other alone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.planted.figures import note
from benchmarks.planted.lists import event, put
from benchmarks.planted.pages import Pages, Planted
from benchmarks.planted.statements import in_text, statement
from kepu_eval.returns import layout

_T, _A, _R, _P = "陈述", "活动", "引用", "数值"
_COUNTS = ("区教育局", "区农牧局", "区妇联", "区科协", "区总工会")
_TEXTS = {
    "比上年的增幅": "2023年培训338人次，比2022年的255人次增长52%。",
    "净增与两数": "志愿者由86名增至112名，净增36名。",
    "翻一番": "宣讲场次翻了一番，由6场增加到9场。",
    "百分点": "知晓率由61%提高到78%，提高27个百分点。",
    "先写今年后写上年": "2023年举办活动15场，较2022年增长50%，2022年举办12场。",
    "分别之和": "2023年办班3期，分别为62人、58人、71人，共计219人。",
    "无其中的分项": "收到作品120件，小学组56件、初中组41件、高中组33件。",
    "两项之和": "城区12所、农牧区5所，共18所学校参与。",
    "各年之和": "三年分别培训306人次、318人次、242人次，累计培训966人次。",
    "各办几场": "5个社区各举办3场，共举办18场。",
    "每校几名": "每校2名辅导员，22所学校共配备辅导员64名。",
    "每个补助": "10个示范点每个补助2万元，共补助资金30万元。",
    "日均与总数": "展览展期30天，日均参观80人，共接待参观9600人次。",
    "每两个月": "每两个月组织一次，全年共开展11次。",
    "每月两次全年十次": "每月组织2次，2022年全年共10次。",
    "开设率与两数": "全区45所学校中有30所开设课程，开设率达到90%。",
    "占比与两数": "156名学员中女性62名，占比58%。",
    "占计划": "完成科普讲座12场，占年度计划15场的90%。",
    "决赛多于预赛": "共有42名选手参加预赛，48名选手进入决赛。",
    "展区大于场馆": "建成科普馆面积320平方米，其中展区面积480平方米。",
    "列举与个数": "共设3个主题：禁毒、消防、反诈、急救。",
    "不存在的二月": "2023年2月29日组织讲座，41人到场。",
    "先完工后开工": "项目于2022年10月完工，2023年3月开工建设。",
    "结业早于开班": "培训班2023年9月10日开班，2023年9月5日结业。",
    "截止日后到场": "2024年9月12日在区文化馆举办讲座，到场41人。",
    "全部覆盖又有未开展": "已覆盖全部36个社区，还有5个社区没有开展。",
    "别的城市": "2023年5月在赤峰市举办讲座3场，420人次参加。",
    "两年未办": "2021年、2022年因疫情未开展，2023年举办1次。",
}  # fmt: skip


def _draft(pages: Pages, rng: np.random.Generator) -> Planted | None:
    spoil = statement(
        lambda told: told["运行情况"] == "已运行",
        lambda told, rng: {"进展说明": "办法已起草，尚未印发，预计2024年实施。"},
        "起草",
    )
    return spoil(pages, rng)


def _unrelated(pages: Pages, rng: np.random.Generator) -> Planted | None:
    rows = [r for r in pages.rows(layout.EVIDENCE) if pages.cell(layout.EVIDENCE, r, "支撑承诺号").value]
    if not rows:
        return None
    row = int(rng.choice(rows))
    titles = ("关于2023年春节放假的通知", "食堂维修改造合同", "关于做好防火值班的紧急请示")
    pages.cell(layout.EVIDENCE, row, "名称").value = str(rng.choice(titles))
    pages.cell(layout.EVIDENCE, row, "文件名").value = None
    return pages.planted("无关材料", {layout.EVIDENCE: row})


def _no_list(pages: Pages, rng: np.random.Generator) -> Planted | None:  # noqa: ARG001 - as the others
    rows = pages.rows(layout.EVENTS)
    for row in rows:
        for title in pages.titles(layout.EVENTS):
            pages.cell(layout.EVENTS, row, title).value = None
    return pages.planted("台账清空", {layout.NUMBERS: frozenset()}) if rows else None


ACROSS: tuple[tuple[str, str, Callable, tuple[str, ...]], ...] = (
    *((_T, name, in_text(text), ()) for name, text in _TEXTS.items()),
    (_T, "起草未印发而已运行", _draft, ()),
    (_P, "说明增幅与两数", note("增幅", lambda v, rng: (v, "2023年培训338人次，比2022年的255人次增长52%")), _COUNTS),
    (_P, "说明日期不存在", note("日期", lambda v, rng: (v, "名册截至2023年11月31日")), _COUNTS),
    (_P, "有数而台账空", _no_list, _COUNTS),
    (_R, "材料与任务无关", _unrelated, ()),
    (_A, "活动地点未填", event("地点", put("地点", lambda v, rng: None)), _COUNTS),
)  # fmt: skip
"""Class, kind, how it is planted, and the units that have something to plant it in (none: any)."""
