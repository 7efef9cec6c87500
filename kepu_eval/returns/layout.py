"""The unit's workbook: its sheets, columns and rows. The template is written from it, the reader finds by it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from kepu_eval.safe_text import plain_title, tidy

TEMPLATE_VERSION = "2"
TITLE_ROW, UNIT_ROW, GUIDANCE_ROW, HEADER_ROW, EXAMPLE_ROW, FIRST_ROW = 1, 2, 3, 4, 5, 6
EXAMPLE_MARK = "示例"

COVER, NUMBERS, TASKS, EVENTS, EVIDENCE, SCHOOLS = (
    "填表说明",
    "指标数据",
    "任务自查",
    "活动台账",
    "佐证目录",
    "学校明细",
)
HIDDEN, SELF_CHECK = "_kepu", "自查"

UNIT_FIELD, ROUND_FIELD, AS_OF_FIELD, DUE_FIELD = "填报单位", "填报轮次", "数据截止日", "报送期限"
PERSON_FIELD, DATE_FIELD = "填报人", "报送日期"
ISSUER_FIELD, HEAD_FIELD, REVIEWER_FIELD = "制表机关", "单位负责人", "审核人"
SIGNED = "单位负责人（签字）："
"""How the line for signatures begins that is printed under the figures; it is no row of the table."""

REQUIRED, OPTIONAL = "必报", "选报"
YES_NO = ("有", "无")
OPERATING = ("已运行", "未运行")
SELF_RATINGS = ("完成", "基本完成", "正在推进", "滞后", "未启动")
RURAL = ("是", "否")
EVIDENCE_TYPES = ("文件", "通知或方案", "签到或名册", "照片", "信息报道", "数据导出", "其他")
COUNTED_UNITS = frozenset({"人", "人次", "次", "名", "名/校", "场", "个", "所", "件", "部", "支", "项", "家"})


_OTHER_THAN = re.compile(
    r"计划|目标|[上去前]年|往年|历年|原(?!因)|拟|应|未|旧|其[他它]|上级|审核|专家|复核|变化|\d"
)
_AND_MORE = re.compile(r"(?<=.{2})(?:[及和与、].{1,8}|名称)$")
PAIR = "两年"


def is_example(first: str) -> bool:
    """Whether a row that begins so is the template's example; a school may be called 示例小学."""
    return first.startswith(EXAMPLE_MARK) and "忽略" in first


def counts_whole(unit: str, decimals: int | None = None) -> bool:
    """Whether a figure in this unit is a whole number: what is counted is, 岁, ‰, 元 are not; ``decimals`` of the plan decide."""
    return (not unit or unit in COUNTED_UNITS) if decimals is None else decimals == 0


@dataclass(frozen=True)
class Column:
    """A column of a sheet, recognised by its title or one of its aliases, wherever it stands.

    ``period``, ``indicator`` and ``measure`` say which observation a number of this column is; ``unit`` counts it.
    """

    key: str
    title: str
    kind: Literal["label", "text", "number", "choice", "date"]
    width: float
    choices: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    period: str = ""
    indicator: str = ""
    measure: str = ""
    unit: str = ""

    def is_called(self, plain: str) -> bool:
        """Whether a plain title only says more than this column's own: 目前运行情况, 佐证材料名称, 存在问题及原因.

        Not of numbers and days: 女性参与人次 and 报名日期 are something else.
        """
        names = [plain_title(tidy(name)) for name in (self.title, *self.aliases)]
        longer = any(
            len(name) > 1 and (plain.endswith(name) or plain_title(_AND_MORE.sub("", plain)) == name)
            for name in names
        )
        return longer and self.kind in ("label", "text", "choice") and not _OTHER_THAN.search(plain)


@dataclass(frozen=True)
class Row:
    """A prepared row: its printed labels, which columns the unit fills, and which of them it must fill.

    ``part``: the part of a year that it is about (1月, 一季度, 两年), where its columns are years.
    """

    labels: dict[str, Any]
    open: frozenset[str]
    required: frozenset[str] = frozenset()
    unit: str = ""
    part: str = ""

    def period(self, column: Column) -> str:
        """Label of the period that one of its cells is about."""
        if not self.part or not column.period.isdigit():
            return column.period
        year = int(column.period)
        return f"{year - 1}—{year}年" if self.part == PAIR else f"{year}年{self.part}"


@dataclass(frozen=True)
class Sheet:
    """A sheet: prepared ``rows``, or ``free_rows`` empty ones; ``identity`` are the columns that name a row."""

    name: str
    title: str
    guidance: str
    columns: tuple[Column, ...]
    identity: tuple[str, ...]
    example: dict[str, object]
    rows: tuple[Row, ...] = ()
    free_rows: int = 0
    freeze: str = ""
    keys: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "keys", frozenset(column.key for column in self.columns))

    @cached_property
    def labels(self) -> frozenset[str]:
        """Keys of the columns that we print ourselves."""
        return frozenset(column.key for column in self.columns if column.kind == "label")

    @cached_property
    def filled(self) -> tuple[Column, ...]:
        """The columns that the unit fills."""
        return tuple(column for column in self.columns if column.kind != "label")

    @cached_property
    def titles(self) -> dict[str, str]:
        """Keys of the columns by title."""
        return {tidy(column.title): column.key for column in self.columns}

    @cached_property
    def names(self) -> dict[str, str]:
        """Keys of the columns by title or alias."""
        return {tidy(name): c.key for c in self.columns for name in (c.title, *c.aliases)}

    @cached_property
    def plain_names(self) -> dict[str, str]:
        """Keys of the columns by title or alias as :func:`plain_title` gives it."""
        return {plain_title(name): key for name, key in self.names.items()}

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word by which a column is known."""
        return frozenset((*self.titles, *self.names, *self.plain_names))

    def column(self, key: str) -> Column:
        """Column by key; ``KeyError`` when there is none."""
        for column in self.columns:
            if column.key == key:
                return column
        raise KeyError(key)
