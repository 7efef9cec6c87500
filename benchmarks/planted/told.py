"""Defects that an evaluator sees at a glance: texts against themselves, activities against their titles and evidence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np

from benchmarks.planted.figures import note
from benchmarks.planted.lists import event, put, school
from benchmarks.planted.pages import Pages, Planted
from benchmarks.planted.statements import all_say, in_text, statement
from kepu_eval.returns import layout

_T, _A, _R, _P, _S = "陈述", "活动", "引用", "数值", "学校"
_COUNTS = ("区教育局", "区农牧局", "区妇联", "区科协", "区总工会")
_TEXTS = {
    "其中之和大于总数": "2023年投入经费50万元，其中设备购置30万元、人员培训35万元。",
    "括号各项之和不等": "选派5名科技特派员（种植2名、养殖1名、农机1名）驻村服务。",
    "列举多于所写家数": "联合区教育局、区卫健委、团区委等2家单位开展。",
    "上下半年之和不等": "2023年上半年办班3期、下半年办班4期，全年共办班6期。",
    "满意人数多于调查": "2023年共调查150人，满意98人、基本满意47人、不满意21人。",
    "占比之和超过百": "学员中专科以上占45%、高中占40%、初中及以下占35%。",
    "覆盖多于总数": "全区共有社区36个，目前已覆盖41个社区。",
    "覆盖率与两数不符": "辖区学校20所，已开展活动12所，覆盖率85%。",
    "发放多于印制": "2023年编印手册3000册，发放4200册。",
    "第七场共五场": "2023年计划举办5场，目前已举办第7场。",
    "每人几册与总数": "2023年培训80人，每人发放教材2册，共发放教材480册。",
    "每天几场与总数": "2023年5月1日至5月3日每天举办2场，共举办15场。",
    "每月几期与全年": "2023年每月举办2期，全年共举办30期。",
    "人均与总额": "2023年培训80人，共支出12万元，人均500元。",
    "前后两个总数": "2023年先后举办6期专题培训，邀请专家授课。全年共4期，培训人员215人次。",
    "增幅与两数": "参加人次由120人次增加到180人次，增长25%。",
    "逐年增长而减少": "2022年参加640人次，2023年参加380人次，参与人数逐年增长。",
    "全部完成而尚有": "全区12所学校已全部完成建设任务，目前尚有3所学校未开展。",
    "全覆盖而覆盖率七成": "已实现社区全覆盖，目前覆盖率72%。",
    "首次而第三年": "2023年首次举办该活动，这已是连续第三年举办。",
    "届次与年份颠倒": "2023年9月举办第三届科技节；2022年9月举办第四届科技节。",
    "成立以前已召开": "工作专班成立于2023年4月，2022年已召开联席会议3次。",
    "历时与起止月": "2023年11月开始，历时8个月，于2023年12月结束。",
    "没有经费而有支出": "2023年未安排经费；当年支出科普经费9.6万元。",
    "季度与月份": "2023年第三季度（12月5日）举办讲座1场，90人参加。",
    "日期与星期": "2023年5月20日（星期三）在广场开展活动，接待180人次。",
    "多于全区人口": "2023年现场参加群众386万人次。",
}  # fmt: skip


def _room(pages: Pages, rng: np.random.Generator) -> Planted | None:
    """A room of eighteen thousand square metres."""
    running = statement(
        lambda told: told["运行情况"] == "已运行" and told["类型"] == "阵地",
        lambda told, rng: {"进展说明": f"2023年5月建成科普活动室1间并投入使用，面积{int(rng.integers(120, 190)) * 100}平方米。"},
        "面积",
    )  # fmt: skip
    return running(pages, rng)


def _titled(what: str, change: Callable[[str], str], **cells: object) -> Callable:
    def spoil(pages: Pages, row: int, rng: np.random.Generator) -> str:  # noqa: ARG001 - as the others
        title = pages.cell(layout.EVENTS, row, "活动名称")
        title.value = change(str(title.value))
        for name, value in cells.items():
            day = pages.cell(layout.EVENTS, row, name)
            day.value = day.value.replace(**value) if isinstance(value, dict) else value
        return title.value

    return event(what, spoil)


def _other_task(pages: Pages, row: int, rng: np.random.Generator) -> str | None:
    """Another of the unit's own tasks."""
    cell = pages.cell(layout.EVENTS, row, "任务号")
    own = sorted({task.number for task, _ in pages.plan.duties(pages.unit)} - {cell.value})
    if not own or pages.cell(layout.EVENTS, row, "关联指标").value:
        return None
    was, cell.value = cell.value, int(rng.choice(own))
    return f"{was}→{cell.value}"


def _unlisted(pages: Pages, rng: np.random.Generator) -> Planted | None:
    rows = pages.rows(layout.EVENTS)
    if not rows:
        return None
    row = int(rng.choice(rows))
    pages.cell(layout.EVENTS, row, "佐证编号").value = f"P{int(rng.integers(700, 999))}"
    return pages.planted("活动佐证", {layout.EVENTS: row, layout.EVIDENCE: frozenset()})


def _listed(what: str, title: str, fits: Callable[[str], bool], **cells: object) -> Callable:
    """Type into one row of the catalogue whose ``title`` fits."""

    def spoil(pages: Pages, rng: np.random.Generator) -> Planted | None:
        rows = [
            r for r in pages.rows(layout.EVIDENCE) if fits(str(pages.cell(layout.EVIDENCE, r, title).value))
        ]
        if not rows:
            return None
        row = int(rng.choice(rows))
        for name, value in cells.items():
            pages.cell(layout.EVIDENCE, row, name).value = value
        return pages.planted(what, {layout.EVIDENCE: row})

    return spoil


def _one_day(pages: Pages, rng: np.random.Generator) -> Planted | None:  # noqa: ARG001 - as the others
    rows = pages.rows(layout.EVENTS)
    if len(rows) < 6:
        return None
    for row in rows:
        cell = pages.cell(layout.EVENTS, row, "日期")
        cell.value = dt.datetime(cell.value.year, 12, 31)
    return pages.planted("都在12月31日", {layout.EVENTS: frozenset()})


def _idle(pages: Pages, row: int, rng: np.random.Generator) -> str:  # noqa: ARG001 - as the others
    for title in pages.titles(layout.SCHOOLS):
        if title.endswith(("讲座次数", "研学次数")):
            pages.cell(layout.SCHOOLS, row, title).value = 0
    return "各期为0"


TOLD: tuple[tuple[str, str, Callable, tuple[str, ...]], ...] = (
    *((_T, name, in_text(text), ()) for name, text in _TEXTS.items()),
    (_T, "活动室面积多两位", _room, ()),
    (_T, "问题与进展相反", statement(all_say("有"), lambda told, rng: {"进展说明": "2023年举办活动6场，240人次参加。", "存在问题": "活动一直没有举办"}, "问题"), ()),
    (_T, "完成而不足一半", statement(all_say("有"), lambda told, rng: {"自评": "完成", "进展说明": "进度滞后，目前完成不足一半。"}, "滞后"), ()),
    (_T, "计划投用而已运行", statement(lambda told: told["运行情况"] == "已运行", lambda told, rng: {"进展说明": "正在装修，计划2024年8月投入使用。"}, "计划"), ()),
    (_A, "名称与日期不同月", _titled("月份", lambda title: f"{title}（11月专场）", 日期={"month": 4, "day": 8}), ()),
    (_A, "名称写的人数不同", _titled("人数", lambda title: f"{title}（1500人参加）"), ()),
    (_A, "归错本单位的任务", event("任务", _other_task), ()),
    (_A, "没有日期", event("日期", put("日期", lambda v, rng: None)), ()),
    (_A, "日期都是年末", _one_day, ("区教育局", "区农牧局", "区科协", "区总工会")),
    (_R, "活动的佐证不在目录", _unlisted, ()),
    (_R, "照片而名称是通知", _listed("类型", "名称", lambda title: title.startswith("关于"), 类型="照片"), ()),
    (_R, "名称年份晚于日期", _listed("年份", "文号或日期", lambda day: "年" in day, 名称="2023年度工作总结（示例）", 文号或日期="2022年3月6日", 文件名=None), ()),
    (_P, "说明没有统计", note("统计", lambda v, rng: (v, "2022年机构改革，没有统计该项数据")), _COUNTS),
    (_P, "说明缺一个季度", note("季度", lambda v, rng: (v, "2022年第四季度数据未报送")), _COUNTS),
    (_P, "说明分季之和不等", note("分季", lambda v, rng: (v, f"2023年上半年{v[2] // 2 + 40}人次、下半年{v[2] // 2 + 40}人次")), _COUNTS),
    (_S, "没有举办而有参与", school("没有举办", _idle), ("区教育局",)),
)  # fmt: skip
"""Class, kind, how it is planted, and the units that have something to plant it in (none: any)."""
