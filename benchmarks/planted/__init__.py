"""The defects that :mod:`benchmarks.plausibility` plants: each spoils one unit's workbook and says where it stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import accumulate

from benchmarks.planted.across import ACROSS
from benchmarks.planted.copies import copy
from benchmarks.planted.figures import copied_row, declining, note, one, raw, scale, series, times, wider
from benchmarks.planted.lists import (
    again,
    event,
    evidence,
    full_name,
    private,
    put,
    school,
    school_again,
    school_cell,
    short_name,
    task_of_others,
)
from benchmarks.planted.pages import YEARS, Pages, Planted
from benchmarks.planted.statements import HELD, NOTHING, all_say, pick, statement, yearly
from benchmarks.planted.told import TOLD
from benchmarks.planted.words import WORDS
from kepu_eval.returns import layout

__all__ = ["KINDS", "Pages", "Planted"]

P, S, A, R, U, X, N, D = "数值", "学校", "活动", "引用", "单位", "单位换算", "难读", "个人信息"
T = "陈述"
LEVELS = ("区科协",)
COUNTS = ("区教育局", "区农牧局", "区妇联", "区科协", "区总工会")
SCHOOLS = ("区教育局",)
_KINDS: tuple[tuple[str, str, Callable, tuple[str, ...]], ...] = (
    (P, "累计数", series("累计", lambda v, rng: list(accumulate(v))), COUNTS),
    (P, "累计数，增量递减", series("累计", declining), COUNTS),
    (P, "末年填合计", series("末年合计", lambda v, rng: one(v, 2, sum(v))), COUNTS),
    (P, "多一位", series("多一位", lambda v, rng: times(10, rng, v)), COUNTS),
    (P, "少一位", series("少一位", lambda v, rng: times(0.1, rng, v)), COUNTS),
    (P, "与台账差一截", series("改大", lambda v, rng: times(rng.uniform(1.5, 3), rng, v)), COUNTS),
    (P, "比台账少", series("改小", lambda v, rng: times(rng.uniform(0.3, 0.7), rng, v)), COUNTS),
    (P, "各年同一数", series("同一数", lambda v, rng: [v[0]] * 3), COUNTS),
    (P, "范围小的多于范围大的", wider(1.2), ("区科协",)),
    (P, "一行抄他单位", copied_row("区农牧局"), ("区科协", "区妇联")),
    (P, "存量各年相加", series("存量相加", lambda v, rng: one(v, 2, sum(v)), summed=False), LEVELS),
    (P, "存量逐年累加", series("存量累加", lambda v, rng: list(accumulate(v)), summed=False), LEVELS),
    (P, "存量多一位", series("存量多一位", lambda v, rng: times(10, rng, v), summed=False), LEVELS),
    (P, "存量少一位", series("存量少一位", lambda v, rng: times(0.1, rng, v), summed=False), LEVELS),
    (P, "0而说明写办班", note("0", lambda v, rng: (one(v, 2, 0), pick("2023年办6期", "2023年举办培训班4期，培训180人次", "本年办班六期")(rng))), COUNTS),
    (P, "说明另有一数", note("另一数", lambda v, rng: (v, f"2023年共培训{round(v[2] * rng.uniform(1.3, 2.5))}人次")), COUNTS),
    (P, "说明合计不符", note("合计", lambda v, rng: (v, f"三年累计培训{round(sum(v) * rng.uniform(1.4, 3))}人次")), COUNTS),
    (S, "在校生×10", school("在校生×10", school_cell("在校生数", lambda v, rng: v * 10)), SCHOOLS),
    (S, "在校生÷10", school("在校生÷10", school_cell("在校生数", lambda v, rng: v // 10)), SCHOOLS),
    (S, "参与学生÷10", school("参与÷10", school_cell("参与学生数", lambda v, rng: v // 10)), SCHOOLS),
    (S, "参与学生×10", school("参与×10", school_cell("参与学生数", lambda v, rng: v * 10)), SCHOOLS),
    (S, "讲座几十次", school("讲座", school_cell("讲座次数", lambda v, rng: int(rng.choice([42, 55, 420, 36, 60])))), SCHOOLS),
    (S, "研学几十次", school("研学", school_cell("研学次数", lambda v, rng: int(rng.choice([30, 48, 120])))), SCHOOLS),
    (S, "同校简称", school("简称", school_again(short_name, 0)), SCHOOLS),
    (S, "同校全称，数有出入", school("全称", school_again(full_name, 2)), SCHOOLS),
    (T, "有而未开展", statement(all_say("有"), lambda t, rng: {"进展说明": NOTHING(rng)}, "有"), ()),
    (T, "某年有而该年未开展", statement(all_say("有"), lambda t, rng: {"进展说明": pick("2022年受疫情影响未开展，其他年度正常举办。", "2022年未举办，2023年已恢复。")(rng)}, "有"), ()),
    (T, "无而举办", statement(lambda t: t["2022年"] == "无", lambda t, rng: {"进展说明": HELD(rng).format(y=2022)}, "无"), ()),
    (T, "无无无自评完成", statement(yearly, lambda t, rng: dict.fromkeys(YEARS, "无") | {"自评": str(rng.choice(["完成", "基本完成"]))}, "无无无"), ()),
    (T, "有有有自评未启动", statement(all_say("有"), lambda t, rng: {"自评": "未启动"}, "未启动"), ()),
    (T, "未运行自评完成", statement(lambda t: t["运行情况"] == "未运行", lambda t, rng: {"自评": "完成"}, "未运行"), ()),
    (T, "已运行而未建立", statement(lambda t: t["运行情况"] == "已运行", lambda t, rng: {"进展说明": pick("尚未建立，正在起草方案。", "该机制尚未启动。", "还没有建成。")(rng)}, "已运行"), ()),
    (T, "规模下降自评完成", statement(lambda t: isinstance(t["基期规模"], int), lambda t, rng: {"基期规模": 9 + int(rng.integers(0, 40)), "现有规模": 2 + int(rng.integers(0, 5)), "自评": "完成"}, "规模"), ()),
    (T, "规模多一位", statement(lambda t: isinstance(t["现有规模"], int), lambda t, rng: {"现有规模": t["现有规模"] * 10}, "规模"), ()),
    (T, "完成而未开展", statement(lambda t: t["自评"] == "完成", lambda t, rng: {"进展说明": NOTHING(rng)}, "完成"), ()),
    (A, "人次为0", event("0", put("参与人次", lambda v, rng: 0)), ()),
    (A, "人次未填", event("空", put("参与人次", lambda v, rng: None)), ()),
    (A, "人次×10", event("×10", put("参与人次", lambda v, rng: v * 10)), COUNTS),
    (A, "人次×30", event("×30", put("参与人次", lambda v, rng: v * 30)), ()),
    (A, "名称与日期不同年", event("年份", put("日期", lambda v, rng: v.replace(year=v.year + (1 if v.year < 2023 else -1)))), ()),
    (R, "其他单位的任务", event("任务", task_of_others), ()),
    (R, "同一活动两次", event("两次", again(lambda t, rng: {})), ()),
    (R, "同一活动两次，略改", event("略改", again(lambda t, rng: {"活动名称": f"{t['活动名称']}活动"})), ()),
    (R, "同一活动两次，次日", event("次日", again(lambda t, rng: {"日期": t["日期"] + dt.timedelta(days=1)})), ()),
    (R, "佐证编号重复", evidence("number"), ()),
    (R, "同一材料两个编号", evidence("piece"), ()),
    (R, "引用别处的编号", evidence("cited"), ()),
    (R, "编号不在目录", evidence("unlisted"), ()),
    (U, "整份抄他单位", copy(layout.TASKS, layout.NUMBERS, layout.EVENTS), ()),
    (U, "活动抄他单位", copy(layout.EVENTS), ()),
    (U, "自查抄他单位", copy(layout.TASKS), ()),
    (U, "自查抄一半", copy(layout.TASKS, share=0.6), ()),
    (X, "格式加万", scale("format"), COUNTS),
    (X, "单位格改万", scale("unit"), COUNTS),
    (X, "说明写单位万", scale("note"), COUNTS),
    (X, "列名写万", scale("title"), COUNTS),
    (X, "表头写单位万", scale("heading"), COUNTS),
    *((N, text, raw(text), COUNTS) for text in ("约{n}", "{n}余人", "/", "#REF!", "三百五", "-{n}", "{n}.5", "{n}-400", "2.5w", "见附件")),
    (D, "手机号", private("联系人13912345678"), ()),
    (D, "身份证号", private("150203198001011234"), ()),
)  # fmt: skip
KINDS = (*_KINDS, *WORDS, *TOLD, *ACROSS)
"""Class, kind, how it is planted, and the units that have something to plant it in (none: any)."""
