"""Amounts in one text that cannot all be true: parts above their whole, more covered than there are, two totals of one thing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from kepu_eval.returns.cells import SCALES, counted
from kepu_eval.returns.text_figures import CLAUSE, HEADS

_UNITS = "人次|人|名|场次|场|期|次|班|件|个|所|家|篇|条|项|户|份|支|幅|处|间|块|台|套|册|部|张|本|平方米|元|课时|学时"
AMOUNT = re.compile(rf"(\d+(?:\.\d+)?)\s*(万?)[余多]?({_UNITS})(?![级员际])")
_LIST = re.compile(rf"(?:[^,，。;；、:：\d()（）]{{0,12}}\d+(?:\.\d+)?万?(?:{_UNITS})[、,，和及]?){{2,}}")
_SHARED = re.compile(
    r"女|男|岁|以上|以下|党员|族|残疾|低保|脱贫|高级|中级|首次|新增|优秀|获奖|线上|线下|兼|重复|其他"
)
"""What an amount may share with the next in a list: of 80 persons 45 are women and 50 are above sixty."""
_LEVEL = re.compile(
    r"(?:专科|本科|高中|初中|大专)(?:及其?)?以[上下]"
)  # of one scale: levels of schooling exclude each other
_ALL_TOLD = re.compile(r"其中(?:包括|有)?[:：]?|分别[为是]|包括")
_ALTOGETHER = re.compile(
    rf"^(?:全年|年内|三年|五年|全区|期间|截至目前)?(?:累计|共计?|合计|总计|总共)(举办|开展|组织|完成|办班|覆盖|发放|培训|服务|惠及|参与|参加)?(?:了)?(\d+(?:\.\d+)?)(万?)[余多]?({_UNITS})(?![级员际])([一-鿿]?)"
)
_SESSIONS = {"期", "场", "次", "班", "场次"}
_YEAR = re.compile(r"20\d\d(?=\s*年)")
_WHOLE_YEAR = re.compile(r"全年|年内")
_PART_OF_YEAR = re.compile(
    r"\d{1,2}月|[上下]半年|[一二三四]季度|第[一二三四五六七八九十\d]+[期场次批]|[首另]"
)
_SEASONS = ("上半年", "下半年"), ("春季", "秋季"), ("一季度", "二季度", "三季度", "四季度")
_TOTAL = re.compile(rf"(?:全年|年内|全学年)?(?:共计?|合计|总计|累计|总共)[^\d,，。;；]{{0,6}}(\d+)({_UNITS})")
_NOUNS = "社区|嘎查村|村|学校|中小学|小学|中学|幼儿园|企业|单位|街道|镇|家庭|医院|机构|场馆|基地|站点|农户|住户|商户|项目|任务|问题|隐患"
_THERE_ARE = re.compile(
    rf"(?:共有|现有|总数|辖区|全区|全镇|全市|应(?:建|办|训|查)|涉及|辖|计划|确定)[^\d,，。;；]{{0,8}}?({_NOUNS})?[^\d,，。;；]{{0,3}}(\d+)\s*([个所家户处项名])({_NOUNS})?"
    rf"|^[^\d,，。;；]{{0,4}}(\d+)\s*([个所家户处项])({_NOUNS})中"
)
_REACHED = re.compile(
    rf"(?:入户(?:宣传|走访)?|(?:已|其中|实际|现已|目前|累计)[^\d,，。;；]{{0,4}}?(?:覆盖|开展|完成|建成|落实|参与|配备|达标|整改|走访|进入|开设|培训|有))[^\d,，。;；]{{0,6}}(\d+)\s*([个所家户处项名])({_NOUNS})?"
)
_RATE = re.compile(
    r"(?:覆盖|完成|达标|参与|整改|建成|开课|开设|配备|普及|入户|培训)(?:率|比例)[^\d,，。;；]{0,6}(\d+(?:\.\d+)?)\s*[%％]|占比?[^\d,，。;；]{0,6}(\d+(?:\.\d+)?)\s*[%％]"
)
_ASKED = re.compile(
    r"(?:调查|测评|参评|回访|抽查|问卷|访问|考核|参考|应考|测试|受访)[^\d,，。;；]{0,8}(\d+)\s*(?:人|名|份|户)"
)
_GRADES = (
    re.compile(r"(非常满意|很满意|十分满意|比较满意|基本满意|不太满意|不满意|满意|一般)的?[^\d,，。;；、率]{0,2}(\d+)\s*(?:人|名|份|户)"),
    re.compile(r"(优秀|良好|不合格|不及格|合格|及格)的?[^\d,，。;；、率]{0,2}(\d+)\s*(?:人|名|份|户)"),
)  # fmt: skip
_GROWN = re.compile(
    r"(?:由|从)[^\d,，。;；]{0,6}(?:20\d\d年[^\d,，。;；]{0,4})?(\d+)[^\d,，。;；]{0,8}(?:(?:增|升|提高|扩大|发展|减|降|缩)[^\d,，。;；]{0,3}[到至为]|变为|[到至])\D{0,2}(?:20\d\d年[^\d,，。;；]{0,4})?(\d+)[^\d,，。;；]{0,4}[,，]?(?:同比|共|净)?(增长|增幅|提高|上升|增加|下降|减少|降幅)[^\d,，。;；]{0,4}(\d+(?:\.\d+)?)\s*[%％]"
    r"|20\d\d年[^\d,，。;；]{0,8}(\d+)[^\d,，。;；]{1,6}[,，、]20\d\d年[^\d,，。;；]{0,8}(\d+)[^\d,，。;；]{1,6}[,，](?:同比|比上年|较上年)?(增长|上升|增加|下降|减少)[^\d,，。;；]{0,4}(\d+(?:\.\d+)?)\s*[%％]"
)
_THAN_BEFORE = re.compile(
    r"(\d+)\s*([期场次人个件])[^。;；\d]{0,8}(?:比|较)(?:上年|去年|20\d\d年)的?(\d+)\s*\2[^,，。;；\d]{0,4}(增|多|上升|提高|减|少|下降)"
)
_SHARES = re.compile(r"([^,，。;；、\d]{1,10})占(?:比)?(?:约)?(\d+(?:\.\d+)?)\s*[%％]")
_NAMED = re.compile(
    r"(\d+|[二两三四五六七八九十])([个所家场期类项支种])([^,，。;；()（）、\d]{0,8})[(（]([^()（）]+)[)）]"
)
_SO_MANY = re.compile(r"((?:[一-鿿]{2,12}、)+[一-鿿]{2,12})等(\d+|[二两三四五六七八九十])([个所家支])")
_BREAKDOWN = re.compile(
    rf"(\d+)\s*({_UNITS})([^,，。;；:：()（）\d]{{0,10}})(?:[(（]([^()（）]+)[)）]|[:：]([^。;；:：()（）]+))"
)
_SHARE_OF = re.compile(
    rf"(\d+)\s*({_UNITS})[^\d。;；]{{0,8}}其中([^\d,，。;；]{{1,8}})(\d+)\s*(?:{_UNITS})[^\d。;；]{{0,4}}[,，]?([^\d,，。;；]{{0,8}})占(?:比)?[^\d,，。;；]{{0,3}}(\d+(?:\.\d+)?)\s*[%％]"
)
_EACH_HEAD = re.compile(
    r"(?:(\d+)\s*[人户名][^。;；]{0,60}?)(?:支出|投入|发放|花费|补助|补贴|使用)[^\d,，。;；]{0,8}(\d+(?:\.\d+)?)\s*(万?)元[^。;；]{0,60}?(?:人均|每人|户均|每户)[^\d,，。;；]{0,6}(\d+(?:\.\d+)?)\s*元"
)
_PLANNED_LAST = re.compile(
    r"(?:计划|全年|共|拟)[^\d,，。;；第]{0,6}(\d+)\s*([场期次届讲])[^。;；]{0,60}?第(\d+)\s*\2"
)
_RANKED = re.compile(r"(\d+)\s*([支个所名家])[^,，。;；\d]{0,10}(?:排名?|位列|位居|名列)第?(\d+)")
_REGULAR = re.compile(
    r"每(月|季度?|周)[^\d,，。;；]{0,6}(\d+|一)\s*([期场次天])[^。;；]{0,60}?(?:全年|年内)(?:累计|共计?|合计|总计)?[^\d,，。;；]{0,6}(\d+)\s*\3"
)
_TIMES = {"月": 12, "季度": 4, "季": 4, "周": 53}


class _Amount(NamedTuple):
    number: float
    unit: str
    label: str
    at: int


def amounts(text: str) -> Iterator[_Amount]:
    """Amounts of a text with what stands before each, in their order."""
    last = 0
    for found in AMOUNT.finditer(text):
        label = re.split(r"[,，。;；、:：(（和及]", text[last : found.start()])[-1]
        yield _Amount(float(found[1]) * SCALES.get(found[2], 1), found[3], label, found.start())
        last = found.end()


def amounts_apart(sentence: str) -> str:
    """What amounts of one sentence cannot be together, in words; empty where there is nothing."""
    return (
        _above_whole(sentence)
        or _seasons_apart(sentence)
        or _sessions_apart(sentence)
        or _more_than_there_are(sentence)
        or _grades_apart(sentence)
        or _other_growth(sentence)
        or _above_hundred(sentence)
        or _not_as_many_named(sentence)
        or _not_so_often(sentence)
        or _brackets_apart(sentence)
        or _other_share(sentence)
        or _not_a_head(sentence)
        or _beyond_the_last(sentence)
    )


def _shown(number: float) -> str:
    return f"{number:.10g}"


def _above_whole(sentence: str) -> str:
    """Parts listed behind 其中 that are together more than the whole named before it."""
    for told in _ALL_TOLD.finditer(sentence):
        listed = _LIST.match(sentence, told.end())
        parts = list(amounts(listed[0])) if listed else []
        if len(parts) < 2 or len({part.unit for part in parts}) > 1:
            continue
        wholes = [a.number for a in amounts(sentence[: told.start()]) if a.unit == parts[0].unit]
        alike = len({part.label[-1:] for part in parts}) == 1 or parts[0].unit not in HEADS
        if not wholes or not alike or any(_SHARED.search(part.label) for part in parts):
            continue
        whole, total = wholes[-1], sum(part.number for part in parts)
        if total > 1.01 * whole and max(part.number for part in parts) <= whole:
            shown = "、".join(_shown(part.number) for part in parts)
            return f"其中{shown}之和是{_shown(total)}，多于总数{_shown(whole)}{parts[0].unit}"
    return ""


def _seasons_apart(sentence: str) -> str:
    """Halves or quarters of a year that do not add up to the year."""
    for seasons in _SEASONS:
        parts = [re.search(rf"{name}[^\d,，、。;；]{{0,8}}(\d+)\s*({_UNITS})", sentence) for name in seasons]
        known = [part for part in parts if part]
        totals = _TOTAL.findall(sentence[known[-1].end() :]) if len(known) > 1 else []
        if len({part[2] for part in known}) != 1 or not totals or totals[0][1] != known[0][2]:
            continue
        total, added = int(totals[0][0]), sum(int(part[1]) for part in known)
        if added > total or (added < total and len(known) == len(seasons)):
            return f"{'、'.join(part[0] for part in known)}之和是{added}，不是{total}{known[0][2]}"
    return ""


def _sessions_apart(sentence: str) -> str:
    """Persons of the first, second, third session that are not those of all."""
    for unit in ("人次", "人", "名"):
        told = re.findall(
            rf"第([一二三四五六七八九十])[期场班批次][^\d,，。;；]{{0,6}}(\d+)\s*{unit}(?!次)", sentence
        )
        totals = [number for number, of in _TOTAL.findall(sentence) if of == unit]
        if len(told) < 2 or len(totals) != 1 or "".join(n for n, _ in told) not in "一二三四五六七八九十":
            continue
        added = sum(int(number) for _, number in told)
        if added != int(totals[0]):
            return f"各期{'、'.join(number for _, number in told)}{unit}之和是{added}，不是{totals[0]}{unit}"
    return ""


def _more_than_there_are(sentence: str) -> str:
    """More (schools, communities) reached than there are, or another share of them than the two numbers give."""
    whole = _THERE_ARE.search(sentence)
    reached = _REACHED.search(sentence, whole.end()) if whole else None
    if whole is None or reached is None or (whole[3] or whole[6]) != reached[2]:
        return ""
    noun = whole[1] or whole[4] or whole[7]
    if reached[3] and noun and reached[3] not in noun and noun not in reached[3]:
        return ""
    there, share = int(whole[2] or whole[5]), _RATE.findall(sentence)
    if int(reached[1]) > there:
        return f"“{reached[0]}”多于“{whole[0]}”"
    ratio = 100 * int(reached[1]) / max(there, 1)
    stated = float(share[0][0] or share[0][1]) if len(share) == 1 else ratio
    return (
        f"{there}{reached[2]}中{reached[1]}{reached[2]}应约{ratio:.0f}%，不是{_shown(stated)}%"
        if abs(stated - ratio) > 3
        else ""
    )


def _grades_apart(sentence: str) -> str:
    """Persons by grade (满意、基本满意、不满意) that are more than were asked, or not all of them where every grade is told."""
    asked = _ASKED.search(sentence)
    if not asked:
        return ""
    for grades in _GRADES:
        told = grades.findall(sentence[asked.end() :])
        added, whole = sum(int(number) for _, number in told), int(asked[1])
        every = len(told) > 2 and any(name.startswith("不") for name, _ in told)
        if len(told) > 1 and (added > whole or (every and added != whole)):
            return f"{'、'.join(f'{name}{number}' for name, number in told)}合计{added}，不是{whole}"
    return ""


def _other_growth(sentence: str) -> str:
    """A growth in per cent that is not that of the two numbers beside it."""
    for told in _GROWN.findall(sentence):
        before, after, way, percent = told[:4] if told[0] else told[4:]
        change = 100 * (int(after) / int(before) - 1) if int(before) else 0.0
        stated = float(percent) * (-1 if way[0] in "下减降" else 1)
        if int(before) and abs(change - stated) > max(3, abs(stated) / 10):
            return f"由{before}到{after}是{change:+.0f}%，不是{way}{percent}%"
    for after, unit, before, way in _THAN_BEFORE.findall(sentence):
        if before != after and (int(after) > int(before)) is (way in "减少下降"):
            return f"由{before}{unit}到{after}{unit}，方向相反"
    return ""


def _above_hundred(sentence: str) -> str:
    """Three or more shares of one whole that are together more than all of it."""
    told = _SHARES.findall(sentence)
    if len(told) < 3 or any(_SHARED.search(_LEVEL.sub("", label)) for label, _ in told):
        return ""
    added = sum(float(percent) for _, percent in told)
    return f"{'、'.join(f'{percent}%' for _, percent in told)}合计{_shown(added)}%" if added > 101 else ""


def _not_as_many_named(sentence: str) -> str:
    """Things named in brackets, one by one and without 等, that are not as many as the number before them."""
    for number, unit, noun, names in _NAMED.findall(sentence):
        items = names.split("、")
        if (
            len(items) < 2
            or re.search(r"[等含如\d和及与,，:：;；]|包括|其中|第.期", names)
            or max(map(len, items)) > 12
        ):
            continue
        if len(items) != counted(number):
            return f"“{number}{unit}{noun}”，括号中列了{len(items)}{unit}"
    for names, number, unit in _SO_MANY.findall(sentence):
        if len(names.split("、")) > counted(number):
            return f"“{names}等{number}{unit}”，列了{len(names.split('、'))}{unit}"
    return ""


def _not_so_often(sentence: str) -> str:
    """More in a year than every month (quarter, week) gives, or less than half of it."""
    for each, number, unit, total in _REGULAR.findall(sentence):
        expected = _TIMES[each] * (1 if number == "一" else int(number))
        if int(total) > expected + max(1, expected / 10) or 2.5 * int(total) < expected:
            return f"每{each}{number}{unit}，全年应约{expected}{unit}，不是{total}{unit}"
    return ""


def _brackets_apart(sentence: str) -> str:
    """A number whose parts stand behind it in brackets or a colon, all of one unit, and do not add up to it."""
    for whole, unit, _, inside, behind in _BREAKDOWN.findall(sentence):
        names = inside or behind
        parts = list(amounts(names))
        overlapping = re.search("等|其中|包括|主要", names) or any(
            _SHARED.search(part.label) for part in parts
        )
        if len(parts) < 2 or {part.unit for part in parts} != {unit} or overlapping:
            continue
        added = sum(part.number for part in parts)
        if added != int(whole):
            return (
                f"{'、'.join(_shown(part.number) for part in parts)}之和是{_shown(added)}，不是{whole}{unit}"
            )
    return ""


def _other_share(sentence: str) -> str:
    """A share (女性占45%) that is not that of the part named just before it (其中女学员90人)."""
    for whole, _, part, number, what, percent in _SHARE_OF.findall(sentence):
        alike = not what or set(part) & set(what) - set("人员学生工等")
        share = 100 * int(number) / max(int(whole), 1)
        if alike and abs(share - float(percent)) > 3:
            return f"{whole}中{number}应占{share:.0f}%，不是{percent}%"
    return ""


def _not_a_head(sentence: str) -> str:
    """Money a head that is not the money through the heads."""
    for heads, money, scale, each in _EACH_HEAD.findall(sentence):
        total, expected = float(money) * SCALES.get(scale, 1), int(heads) * float(each)
        if abs(total - expected) > 0.2 * max(total, expected):
            return f"{heads}人（户）、共{_shown(total)}元，人（户）均应约{total / max(int(heads), 1):.0f}元，不是{each}元"
    return ""


def _beyond_the_last(sentence: str) -> str:
    """The seventh of five: a session beyond those planned, a rank beyond those that took part."""
    for number, unit, last in (*_PLANNED_LAST.findall(sentence), *_RANKED.findall(sentence)):
        if int(last) > int(number):
            return f"共{number}{unit}，却有第{last}"
    return ""


def totals_apart(text: str) -> str:
    """A total of sessions that is less than was told before of that year, or two totals of one thing at one time."""
    told: dict[tuple[str, str, str], float] = {}
    known: dict[tuple[str, str], list[float]] = {}
    year = when = ""
    for clause in filter(None, CLAUSE.split(text)):
        years = _YEAR.findall(clause)
        year = "-".join(dict.fromkeys(years)) if years else year
        when = year if years or _WHOLE_YEAR.match(clause) else when
        when += "".join(_PART_OF_YEAR.findall(clause))
        total = _ALTOGETHER.match(clause.removeprefix(f"{year}年") if year else clause)
        if total and not total[5]:
            number, unit = float(total[2]) * SCALES.get(total[3], 1), total[4]
            first = told.setdefault((when, total[1] or "", unit), number)
            more = (
                [n for n in known.get((year, unit), ()) if n > number]
                if unit in _SESSIONS and when == year
                else []
            )
            if first != number or more:
                return f"前面写{_shown((more or [first])[0])}{unit}，后面写共{_shown(number)}{unit}"
        for amount in amounts(clause):
            known.setdefault((year, amount.unit), []).append(amount.number)
    return ""
