"""What so many of so many each come to in one text, and whether a series goes the way that the text says."""

from __future__ import annotations

import datetime as dt
import re

from kepu_eval.returns.text_amounts import amounts
from kepu_eval.returns.text_figures import HEADS

_THINGS = "人次|人|名|场次|场|期|次|册|份|套|件|本|课时|学时|小时|天|元|家|户|个|所"
_EACH = re.compile(
    rf"每(?:一?)(人|名|户|家|所|校|期|场|班|次|天|日|个?社区|个?村|个?学校)[^\d,，。;；]{{0,8}}?(\d+(?:\.\d+)?)\s*({_THINGS})"
)
_COUNTED = {
    "校": "所",
    "日": "天",
    "名": "人",
    "社区": "个",
    "个社区": "个",
    "村": "个",
    "个村": "个",
    "个学校": "所",
}
"""What a thing is counted in that each of it has so much."""
_TOTAL = re.compile(rf"(?:共计?|合计|总计|累计)[^\d,，。;；]{{0,8}}(\d+)\s*({_THINGS})")
_LASTING = re.compile(r"(?:为期|历时|连续|共)(\d+)\s*天")
_DAYS = re.compile(
    r"(20\d\d)年(\d{1,2})月(\d{1,2})日(?:至|到|[-—–~]+)(?:20\d\d年)?(?:(\d{1,2})月)?(\d{1,2})日"
)
_ROUGH = re.compile("平均|约|左右|余|不少于|至少|以上|不等|最多")
_GROWING = re.compile(r"(?:逐年|持续|稳步|连年|不断)(增长|增加|上升|递增|提升|扩大|攀升|下降|减少|递减)")
_YEARLY = re.compile(r"(20\d\d)年[^\d,，。;；]{0,8}?(\d+)\s*(人次|人|名|场|期|次|件|个|所|家)")


def products_apart(sentence: str) -> str:
    """A total that is not so many times so much; a growth year by year whose years fall. Empty where there is nothing."""
    return _not_so_many_times(sentence) or _against_the_series(sentence)


def _not_so_many_times(sentence: str) -> str:
    counts = {
        ("人" if a.unit == "名" else a.unit): a.number
        for a in reversed(list(amounts(_TOTAL.sub("", _EACH.sub("", sentence)))))
    }
    if days := _days(sentence):
        counts["天"] = days
    if _ROUGH.search(sentence):
        return ""
    for thing, each, unit in _EACH.findall(sentence):
        number = counts.get(_COUNTED.get(thing, thing))
        if number is None or unit in HEADS:  # persons come more or fewer; how many sessions had is told apart
            continue
        expected = number * float(each)
        for total in (int(n) for n, of in _TOTAL.findall(sentence) if of == unit):
            if total not in (expected, number, float(each)):
                return f"{number:.10g}{_COUNTED.get(thing, thing)}、每{thing}{each}{unit}应是{expected:.10g}{unit}，不是{total}{unit}"
        counts.setdefault(unit, expected)
    return ""


def _days(sentence: str) -> int:
    """Days that something lasted, as told or by its first and last day; 0 where neither is told."""
    if told := _LASTING.search(sentence):
        return int(told[1])
    found = _DAYS.search(sentence)
    if not found:
        return 0
    year, month, day, last_month, last = found.groups()
    try:
        start = dt.date(int(year), int(month), int(day))
        return (dt.date(int(year), int(last_month or month), int(last)) - start).days + 1
    except ValueError:
        return 0


def _against_the_series(sentence: str) -> str:
    """Years that fall where the text says that they grow, or grow where it says that they fall."""
    way = _GROWING.search(sentence)
    if way is None:
        return ""
    falls = way[1] in ("下降", "减少", "递减")
    series: dict[str, dict[int, int]] = {}
    for year, number, unit in _YEARLY.findall(sentence):
        series.setdefault(unit, {})[int(year)] = int(number)
    for unit, told in series.items():
        values = [told[year] for year in sorted(told)]
        if len(values) > 1 and (values[-1] > values[0] if falls else values[-1] < values[0]):
            return f"写“{way[0]}”，而{'、'.join(map(str, values))}{unit}"
    return ""
