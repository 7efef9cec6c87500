"""Defects told in words, in notes and in the catalogue, as a second author wrote them down: a table of what is typed where."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from benchmarks.planted.figures import note
from benchmarks.planted.lists import event, put, school
from benchmarks.planted.pages import Pages, Planted
from benchmarks.planted.statements import all_say, statement
from kepu_eval.returns import layout

_T, _A, _R, _P, _S = "陈述", "活动", "引用", "数值", "学校"
_COUNTS = ("区教育局", "区农牧局", "区妇联", "区科协", "区总工会")


def _typed(what: str, **cells: object) -> Callable:
    """Type into a statement all of whose years say 有."""
    return statement(all_say("有"), lambda told, rng: cells, what)


def _sized(what: str, change: Callable[[int, int], Mapping[str, object]]) -> Callable:
    return statement(
        lambda told: isinstance(told["现有规模"], int),
        lambda told, rng: dict(change(told["基期规模"], told["现有规模"])),
        what,
    )


def _listed(what: str, **cells: object) -> Callable:
    """Type into one row of the catalogue."""

    def spoil(pages: Pages, rng: np.random.Generator) -> Planted | None:
        rows = [
            r
            for r in pages.rows(layout.EVIDENCE)
            if "年" in str(pages.cell(layout.EVIDENCE, r, "文号或日期").value)
        ]
        if not rows:
            return None
        row = int(rng.choice(rows))
        for title, value in cells.items():
            pages.cell(layout.EVIDENCE, row, title).value = value
        return pages.planted(what, {layout.EVIDENCE: row})

    return spoil


def _pasted(pages: Pages, rng: np.random.Generator) -> Planted | None:
    """One text in four rows."""
    rows = pages.rows(layout.TASKS)
    if len(rows) < 4:
        return None
    chosen = sorted(int(row) for row in rng.choice(rows, 4, replace=False))
    for row in chosen:
        pages.cell(layout.TASKS, row, "进展说明").value = "2023年6月组织志愿者进社区宣传3场，发放资料800份。"
    return pages.planted("四行同文", {layout.TASKS: frozenset(chosen)})


def _everybody(pages: Pages, row: int, rng: np.random.Generator) -> str:  # noqa: ARG001 - as the others
    for year in ("2021—2022学年", "2022—2023学年"):
        pages.cell(layout.SCHOOLS, row, f"{year} 参与学生数").value = pages.cell(
            layout.SCHOOLS, row, f"{year} 在校生数"
        ).value
    return "全体参与"


def _changed_over(pages: Pages, row: int, rng: np.random.Generator) -> str:  # noqa: ARG001 - as the others
    for term in ("2021春", "2021秋", "2022春", "2022秋", "2023春"):
        one, other = (pages.cell(layout.SCHOOLS, row, f"{term} {what}") for what in ("讲座次数", "研学次数"))
        one.value, other.value = other.value, one.value
    return "讲座与研学填反"


WORDS: tuple[tuple[str, str, Callable, tuple[str, ...]], ...] = (
    (_P, "说明写停办", note("停办", lambda v, rng: (v, "2022年因疫情未举办，其余年份正常开展")), _COUNTS),
    (_P, "说明写半年数", note("半年", lambda v, rng: (v, "2023年仅为上半年数")), _COUNTS),
    (_P, "说明期数与台账不符", note("期数", lambda v, rng: (v, "2023年共举办19期培训班")), ("区农牧局", "区教育局", "区妇联")),
    (_P, "说明为全市数", note("全市", lambda v, rng: (v, "以上为全市合计数")), _COUNTS),
    (_P, "说明其中大于总数", note("其中", lambda v, rng: (v, f"2023年其中女性{v[2] + 14}人")), _COUNTS),
    (_P, "说明逐年另有一数", note("逐年", lambda v, rng: (v, f"2022年{round(v[1] * 1.4) + 20}人次、2023年{v[2]}人次")), _COUNTS),
    (_P, "照抄上年", note("照抄", lambda v, rng: ([v[0], v[0], v[2]], None)), ("区农牧局", "区教育局")),
    (_T, "将来的活动", _typed("将来", 进展说明="2024年5月18日在区文化馆举办宣讲，320名群众参加。"), ()),
    (_T, "方案期以前的活动", _typed("以前", 进展说明="2018年9月组织专题讲座2场，160人参加。"), ()),
    (_T, "日期不存在", _typed("日期", 进展说明="2023年6月31日在区政务中心开展咨询，接待190人次。"), ()),
    (_T, "起止颠倒", _typed("起止", 进展说明="2023年9月10日至2023年9月3日举办科普展，1200人参观。"), ()),
    (_T, "男女之和不等", _typed("男女", 进展说明="2023年8月办班，共培训68人，其中男性31人、女性47人。"), ()),
    (_T, "人数少于场次", _typed("场次", 进展说明="2023年开展宣讲24场，共18人次参加。"), ()),
    (_T, "百分率超过百", _typed("率", 进展说明="2023年办班4期，参训率112%。"), ()),
    (_T, "其中大于总数", _typed("其中", 进展说明="2023年征集作品45件，其中获奖63件。"), ()),
    (_T, "办结多于受理", _typed("办结", 进展说明="2023年受理群众咨询85件，办结126件。"), ()),
    (_T, "一段文字贴四行", _pasted, ()),
    (_T, "还有XX没填", _typed("XX", 进展说明="XX年举办XX活动X场，参加人数XX人。"), ()),
    (_T, "自称不是本单位", _typed("自称", 进展说明="我院2023年组织骨干进社区宣讲5场，420人到场。"), ()),
    (_T, "下一步期限已过", _typed("期限", 下一步措施="2022年6月底前补齐通知、签到和照片"), ()),
    (_T, "完成而问题写未开展", _typed("问题", 自评="完成", 存在问题="该项活动尚未开展，缺少经费"), ()),
    (_T, "规模下降而写新增", _sized("新增", lambda b, n: {"基期规模": 60, "现有规模": 52, "自评": "正在推进", "进展说明": "队伍不断壮大，三年新增骨干15人。"}), ()),
    (_T, "规模填成年份", _sized("年份", lambda b, n: {"基期规模": 2020, "现有规模": 2023}), ()),
    (_T, "规模与文字不同", _sized("文字", lambda b, n: {"进展说明": f"现有志愿者{3 * n + 20}人，常年参加服务。"}), ()),
    (_T, "计划办而填有", _typed("计划", 进展说明="计划2024年6月举办首期培训班，预计培训60人。"), ()),
    (_T, "写的是别的区", _typed("别区", 进展说明="2023年5月在青山区8个社区开展宣传，服务居民420人次。"), ()),
    (_T, "线上线下之和不等", _typed("线上", 进展说明="2023年开展讲座5场，其中线上3场、线下4场，210人次参加。"), ()),
    (_T, "每年几期与总数不符", _typed("每年", 进展说明="2021—2023年每年举办2期，三年共举办9期。"), ()),
    (_T, "完成而一直没有启动", _typed("一直", 自评="完成", 存在问题="因经费没有落实，该项工作一直没有启动。"), ()),
    (_T, "仅两年而各年填有", _typed("仅", 进展说明="仅2021年、2022年各举办一次，其后没有安排。"), ()),
    (_T, "新增多于规模之差", _sized("新增", lambda b, n: {"进展说明": f"自2021年以来新增骨干{3 * n + 40}人。"}), ()),
    (_A, "没有任务号", event("任务号", put("任务号", lambda v, rng: None)), ()),
    (_A, "没有名称", event("名称", put("活动名称", lambda v, rng: None)), ()),
    (_A, "拟举办", event("拟", put("活动名称", lambda v, rng: f"拟举办{v}")), ()),
    (_A, "别区的活动", event("别区", put("地点", lambda v, rng: "东河区文化广场")), ()),
    (_A, "主办是别的单位", event("主办", put("主办单位", lambda v, rng: "区财政局")), ("区教育局", "区农牧局", "区妇联")),
    (_A, "写明已取消", event("取消", put("活动名称", lambda v, rng: f"{v}（因疫情取消）")), ()),
    (_R, "佐证晚于截止日", _listed("晚", 文号或日期="2024年4月11日"), ()),
    (_R, "佐证早于方案期", _listed("早", 文号或日期="2016年4月11日"), ()),
    (_R, "支撑的承诺不存在", _listed("承诺", 支撑承诺号="T99.03"), ()),
    (_R, "材料没有编号", _listed("编号", 佐证编号=None), ()),
    (_R, "文件名是别的编号", _listed("文件", 文件名="P977另一份材料.pdf"), ()),
    (_R, "材料没有名称", _listed("名称", 名称=None, 文件名=None), ()),
    (_S, "参与数照抄在校生", school("全体", _everybody), ("区教育局",)),
    (_S, "讲座与研学填反", school("填反", _changed_over), ("区教育局",)),
)  # fmt: skip
