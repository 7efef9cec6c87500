"""Numbers of one text that cannot all be true: parts and wholes, products, rates, what came in and what was settled."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from kepu_eval.returns.text_amounts import amounts_apart, totals_apart
from kepu_eval.returns.text_claims import words_apart
from kepu_eval.returns.text_figures import HEADS, SENTENCE
from kepu_eval.returns.text_products import products_apart

_RATE = re.compile(
    r"((?:覆盖|参与|参训|参加|合格|及格|知晓|满意|普及|到课|到场|出勤|办结|通过|达标|回收|使用|完好|就业|优秀|掌握|签约|受益|培训)率)[^\d,，。;；]{0,6}(\d+(?:\.\d+)?)\s*[%％]"
)
_SHARE = re.compile(r"(\d+(?:\.\d+)?)\s*[%％](?:以上)?的(?!增|涨|提)")
_COUNTS = re.compile(r"(\d+)\s*(人次|人|名|场次|场|期|次|件|个|所|家|篇|条|项|户|份|支|幅)")
_PAIRS = (("男", "女"), ("线上", "线下"), ("城镇", "农村"), ("城区", "农牧区"), ("区内", "区外"))
_ATTENDED = re.compile(
    r"(\d+)\s*(?:场次|场|期|次|班)[^。;；\d]{0,8}?(?:共|累计|参加|参与|培训|受众|惠及|到场|受益)[^。;；\d]{0,6}(\d+)\s*(?:人|名)"
    r"|(\d+)\s*(?:场次|场|期|次|班)[、,，]\s*(\d+)\s*(?:人次|人|名)(?:次)?(?:参加|参与|受益|到场)"
)
_YEARLY = re.compile(r"20\d\d\s*年\D{0,8}?(\d+)\s*(人次|人|名|场|期|次|件|个)")
_ALTOGETHER = re.compile(r"(?:累计|合计|总计|共计?)[^\d,，。;；]{0,8}(\d+)\s*(人次|人|名|场|期|次|件|个)")


READ = 2000
"""Characters that are read of a text, four times what the form has room for; what is longer was not written by a clerk."""


@lru_cache(maxsize=4096)  # many rows say the same, and a round is read again and again
def contradiction(text: str, now: int = 0) -> str:
    """What numbers of one text cannot be together, in words; empty where there is nothing.

    A rate above 100 %; a part (其中) above its whole, more settled than came in; men and women that are not all; fewer
    persons than sessions, or not as many as each had; years that do not add up to the total named beside them.
    ``now``: the year that the text was written for, where it is known.
    """
    text = text[:READ]
    for name, number in (*_RATE.findall(text), *((f"{n}%", n) for n in _SHARE.findall(text))):
        if float(number) > 100:
            return f"{name}{'' if name.endswith('%') else f'{number}%'}超过100%"
    for sentence in SENTENCE.split(text):
        if not _NUMBER.search(sentence):
            continue
        told = (
            _more_than_came(sentence)
            or _not_the_product(sentence)
            or _not_each_year(sentence)
            or _not_the_rate(sentence)
            or _not_the_way(sentence)
            or _not_the_sum(sentence)
            or _short_of_plan(sentence)
            or _beyond_a_week(sentence)
            or _part_above(sentence)
            or _pair_apart(sentence)
            or _fewer_heads(sentence)
            or _years_apart(sentence)
            or amounts_apart(sentence)
            or products_apart(sentence)
        )
        if told:
            return told
    return totals_apart(text) or words_apart(text, now)


_WITHIN = (
    ("应训|应到|应参训|应参加", "实训|实到|实参训|实际参[训加]"),
    ("收集|受理|接到", "办结|采纳|答复"),
    ("征集|收到|报送|推荐|选送", "采用|采纳|获奖|入选|入围|刊发"),
    ("报名", "参赛|获奖|录取|合格|到场"),
    ("印制|编印|印刷|采购|购置|制作", "发放|配发|赠送|投放|安装"),
    ("发放|发出", "回收|收回"),
    ("提出", "采纳|采用"),
    ("供稿|投稿", "采用|刊发"),
    ("申报", "获批|立项|通过"),
    ("摸排|发现|排查", "整改|消除"),
    ("培训", "结业|取证|取得证书"),
    ("参赛", "获奖"),
    ("参加(?:考试|测试|考核)|参考|应考", "合格|通过|优秀"),
    ("回访|调查|受访|测评", "满意"),
)
_DONE_UNIT = "[件条篇份人个项名册本台套块户处幅]"
_CAME_AND_WENT = [
    (
        re.compile(rf"(?:{came})[^\d,，。;；]{{0,10}}(?P<number>\d+)\s*(?P<unit>{_DONE_UNIT})"),
        (
            re.compile(rf"(?:{went})[^\d,，。;；]{{0,6}}(?P<number>\d+)\s*(?P<unit>{_DONE_UNIT})"),
            re.compile(rf"(?P<number>\d+)\s*(?P<unit>{_DONE_UNIT})(?:作品)?(?:{went})"),
        ),
    )
    for came, went in _WITHIN
]
_OF_OTHERS = ("满意", "知晓", "受益", "普及", "使用", "就业", "参与")
_NUMBER = re.compile(r"\d")
_EACH = re.compile(
    r"(\d+)\s*(?:场次|场|期|次|班)[,，、]?(?:平均)?每[场期次班](?:平均)?(?:约)?(\d+)\s*(?:人|名)[^。;；]{0,60}?(?:共(?:有|计)?|总计|合计|累计)[^\d,，。;；]{0,6}(\d+)\s*(?:人|名)"
)


def _came_and_went(sentence: str) -> Iterator[tuple[re.Match[str], re.Match[str]]]:
    """What there was to do (受理, 征集) and what of it was done (办结, 采用), of the same unit and one year."""
    if len(set(re.findall(r"20\d\d(?=年)", sentence))) > 1:
        return
    for first, then in _CAME_AND_WENT:
        came = first.search(sentence)
        went = next((m for word in then if came and (m := word.search(sentence, came.end()))), None)
        if came and went and came["unit"] == went["unit"]:
            yield came, went


def _more_than_came(sentence: str) -> str:
    return next(
        (
            f"{went[0]}多于{came[0]}"
            for came, went in _came_and_went(sentence)
            if int(went["number"]) > int(came["number"])
        ),
        "",
    )


def _not_the_rate(sentence: str) -> str:
    """A rate beside the two numbers that it is the ratio of, and is not."""
    for came, went in _came_and_went(sentence):
        rates = [r for r in _RATE.findall(sentence) if not r[0].startswith(_OF_OTHERS) or r[0][:2] in went[0]]
        share = 100 * int(went["number"]) / max(int(came["number"]), 1)
        if len(rates) == 1 and abs(share - float(rates[0][1])) > 3:
            return f"{came[0]}、{went[0]}，{rates[0][0]}应约{share:.0f}%，不是{rates[0][1]}%"
    return ""


def _not_the_product(sentence: str) -> str:
    """Sessions times persons a session that are not the persons told; an average may be rounded."""
    averages = ((sessions, heads, total) for sessions, total, heads in _AVERAGE.findall(sentence))
    told = [*_EACH.findall(sentence), *averages]
    slack = 0.3 if re.search("平均|约|左右|余", sentence) else 0.1
    for sessions, heads, total in told:
        product = int(sessions) * int(heads)
        if abs(product - int(total)) > slack * max(product, int(total)):
            return f"{sessions}场（次）每场{heads}人应有约{product}人，不是{total}人"
    return ""


_AVERAGE = re.compile(
    r"(\d+)\s*(?:场次|场|期|次|班)[^\d。;；]{0,6}(\d+)\s*(?:人|名)[^\d。;；]{0,8}[场期次班]均[^\d,，。;；]{0,4}(\d+)\s*(?:人|名)"
)
_WAY = re.compile(
    r"由\D{0,2}(?:20\d\d年\D{0,4})?(\d+)\D{0,6}?(增|升|提高|扩大|发展|壮大|减|降|缩)[^\d,，。;；]{0,3}[到至]\D{0,2}(?:20\d\d年\D{0,4})?(\d+)"
)
_MOST = (
    ("每周", "天", 7),
    ("每天", "小时", 24),
    ("每日", "小时", 24),
    ("每月", "天", 31),
    ("每年", "个月", 12),
)


_THINGS = "人次|人|名|场|期|次|件|个|条|篇|幅|部|份|套|册"
_ONE = rf"[^,，。;；、\d]{{0,12}}\d+\s*(?:{_THINGS})"
_LISTED = re.compile(
    rf"((?:{_ONE}、)+{_ONE})[,，]?(?:合计|共计?|总计)[^\d,，。;；]{{0,8}}(\d+)\s*({_THINGS})"
)
_THING = re.compile(rf"(\d+)\s*({_THINGS})")
_PLANNED = re.compile(
    r"(?:计划|目标|任务)[^\d,，。;；]{0,8}(\d+)[^\d]{0,12}实际[^\d,，。;；]{0,8}(\d+)[^。;；]{0,60}?(?:超额|提前)"
)


def _not_the_sum(sentence: str) -> str:
    """Things listed one by one that do not add up to the total named behind them."""
    for listed, total, unit in _LISTED.findall(sentence):
        parts = _THING.findall(listed)
        alike = {part for _, part in parts} <= ({unit} | set("条篇幅部套册" if unit == "件" else ""))
        if alike and sum(int(number) for number, _ in parts) != int(total):
            return f"{'、'.join(number for number, _ in parts)}之和不是{total}{unit}"
    return ""


def _short_of_plan(sentence: str) -> str:
    found = _PLANNED.search(sentence)
    return f"实际{found[2]}少于计划{found[1]}，不是超额" if found and int(found[2]) < int(found[1]) else ""


def _not_the_way(sentence: str) -> str:
    """A growth to less (由120人增至80人), or a fall to more."""
    for before, way, after in _WAY.findall(sentence):
        if (int(after) < int(before)) is (way not in "减降缩") and before != after:
            return f"由{before}{way}至{after}，方向相反"
    return ""


def _beyond_a_week(sentence: str) -> str:
    for each, unit, most in _MOST:
        found = re.search(rf"{each}[^\d,，。;；]{{0,6}}(\d+)\s*{unit}", sentence)
        if found and int(found[1]) > most:
            return f"“{found[0]}”，没有那么多"
    return ""


_EVERY_YEAR = re.compile(
    r"(?:(20\d\d)\s*年?\s*[-—–~至到]+\s*(20\d\d)\s*年|([三四五])年(?:来|间)?)[^。;；\d]{0,8}每年[^\d,，。;；]{0,6}(\d+)\s*([期场次])"
    r"[^。;；]{0,60}?共[^\d,，。;；]{0,6}(\d+)\s*\5"
)


def _not_each_year(sentence: str) -> str:
    """Years times sessions a year that are not the sessions told in all."""
    for first, last, years, each, unit, total in _EVERY_YEAR.findall(sentence):
        number = int(last) - int(first) + 1 if first else "三四五".index(years) + 3
        if number * int(each) != int(total):
            return f"{number}年每年{each}{unit}应为{number * int(each)}{unit}，不是{total}{unit}"
    return ""


def _kind(unit: str) -> str:
    return "人" if unit in HEADS else unit


def _part_above(sentence: str) -> str:
    whole, found, part = sentence.partition("其中")
    if not found:
        return ""
    wholes = {_kind(unit): (int(number), unit) for number, unit in _COUNTS.findall(whole)}
    for number, unit in _COUNTS.findall(part):
        most = wholes.get(_kind(unit))
        if most and int(number) > most[0]:
            return f"其中{number}{unit}多于总数{most[0]}{most[1]}"
    return ""


def _pair_apart(sentence: str) -> str:
    for one, other in _PAIRS:
        found = [
            re.search(rf"{word}[^\d,，、。;；]{{0,6}}{_COUNTS.pattern}", sentence) for word in (one, other)
        ]
        shares = [re.search(rf"{word}[^\d,，、。;；]{{0,6}}(\d+)\s*[%％]", sentence) for word in (one, other)]
        if shares[0] and shares[1] and abs(int(shares[0][1]) + int(shares[1][1]) - 100) > 2:
            return f"{one}{shares[0][1]}%、{other}{shares[1][1]}%合计不是100%"
        parts = [match for match in found if match]
        if len({_kind(match[2]) for match in parts}) != 1 or len(parts) < 2:
            continue
        shown = [int(match[1]) for match in parts]
        rest = _COUNTS.findall(sentence[: min(match.start() for match in parts)])
        wholes = [int(number) for number, unit in rest if _kind(unit) == _kind(parts[0][2])]
        if wholes and wholes[-1] != sum(shown):
            return f"{one}{shown[0]}、{other}{shown[1]}合计{sum(shown)}，不是{wholes[-1]}"
    return ""


def _fewer_heads(sentence: str) -> str:
    for first, heads, other, others in _ATTENDED.findall(sentence):
        sessions, persons = int(first or other), int(heads or others)
        if sessions >= 3 and persons < sessions:
            return f"{sessions}场（次）只有{persons}人"
    return ""


def _years_apart(sentence: str) -> str:
    yearly: dict[str, list[int]] = {}
    for number, unit in _YEARLY.findall(sentence):
        yearly.setdefault(_kind(unit), []).append(int(number))
    for number, unit in _ALTOGETHER.findall(sentence):
        parts = yearly.get(_kind(unit), [])
        untold = len(parts) == 2 and sum(parts) < int(number) <= 3 * sum(parts)  # of a year that is not named
        if len(parts) >= 2 and int(number) not in (sum(parts), *parts) and not untold:
            return f"各年{'、'.join(map(str, parts))}之和是{sum(parts)}，不是{number}{unit}"
    return ""
