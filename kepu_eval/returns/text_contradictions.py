"""What one text says that cannot all be true: its amounts sentence by sentence, its totals, its words."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise

from kepu_eval.returns.cells import counted
from kepu_eval.returns.text_claims import words_apart
from kepu_eval.returns.text_dates import dates_apart
from kepu_eval.returns.text_grammar import CLAUSE, SENTENCE, Amount, Told, read
from kepu_eval.returns.text_relations import relations_apart

READ = 2000
"""Characters that are read of a text, four times what the form has room for; what is longer was not written by a clerk."""
_NUMBER = re.compile(r"\d")


@lru_cache(maxsize=4096)  # many rows say the same, and a round is read again and again
def contradiction(text: str, now: int = 0) -> str:
    """What one text says that cannot all be true, in words; empty where there is nothing.

    Amounts by :mod:`text_relations`; here what is more than came before it (办结 than 受理, the seventh of five, names than
    their number), and two totals of one thing. ``now``: the year that the text was written for, where it is known.
    """
    text = text[:READ]
    for sentence in filter(_NUMBER.search, SENTENCE.split(text)):
        told = relations_apart(sentence) or next(filter(None, (c(read(sentence)) for c in _CHECKS)), "")
        if told:
            return told
    return dates_apart(text) or _not_as_many_named(text) or _totals_apart(text) or words_apart(text, now)


_CAME = re.compile(
    r"(?:应训|应到|应参|参加(?:考试|测试|考核|培训|[初预]赛)|参考|应考|收集|受理|接到|征集|收到|报送|选送|推荐|报名|印制|编印|印刷|采购|购置|制作|发放|发出|提出|供稿|投稿|申报|摸排|发现|排查"
    r"|培训|招收|招生|招募|参训|参赛|[初预复]赛|回访|调查|受访|测评|邀请|登记|总面积|建筑面积|建成[^,，\d]{1,8}面积)[^,，\d]{0,10}$"
)
_WENT = re.compile(
    r"实训|实到|实参|实际参|办结|采纳|答复|采用|获奖|入选|入围|刊发|录取|合格|通过|参赛|到场|进入|晋级|配发|赠送|投放|安装|回收|收回|获批|立项|整改|消除|结业|取证|取得证书|优秀|满意"
    r"|[复决]赛|出席|布展面积|展[区厅]面积|(?<!资料)发放"
)
"""What there was to do, and what of it was done: never more."""
_REPAIRED = re.compile("含|往年|库存|上年|结转|补")
_OTHERS = re.compile("另|还|累计|新增|[。;；]")
_THERE_ARE = re.compile(r"共有|现有|总数|辖区?|全[区镇市]|应(?:建|办|训|查)|涉及|计划|确定")
_REACHED = re.compile(
    r"覆盖|开展|完成|建成|落实|参与|配备|达标|整改|走访|进入|走进|走遍|开设|培训|入户|实际|已有|宣讲"
)
_BOUND = re.compile(r"(突破|超过|不低于|不足|不到)了?[^,，\d]{0,2}$")
_REACHING = re.compile(r"^[^。;；]{0,6}[,，][^,，。;；]{0,6}(?:达到?|共|实际|合计|总计|为)[^,，。;；]{0,6}$")
_PLAN = re.compile(r"(?:计划|目标|任务)")
_ABOVE_PLAN = re.compile("超额|提前")
_LAST = re.compile(
    r"(?:计划|全年|共|拟)[^\d,，。;；第]{0,6}(\d+)\s*([场期次届讲])[^。;；]{0,60}?第(\d+)\s*\2"
    r"|(?<!\d)(\d+)\s*([支个所名家])[^,，。;；\d]{0,10}(?:排名?|位列|位居|名列)第?(\d+)"
)
_MOST = re.compile(r"每(周|天|日|月|年)[^\d,，。;；]{0,6}$")
_DAYS = {"周": ("天", 7), "天": ("小时", 24), "日": ("小时", 24), "月": ("天", 31), "年": ("月", 12)}


def _more_than_came(told: Told) -> str:
    """More settled than came in, more (schools) reached than there are, or another share of it than the sentence says."""
    if len({amount.year for amount in told.amounts} - {0}) > 1 or _REPAIRED.search(told.plain):
        return ""
    for n, came in enumerate(told.amounts):
        for went in told.amounts[n + 1 :]:
            if not came.like(went) or came.unit != went.unit or went.number <= came.number:
                continue
            gap = told.gap(came, went)
            of_all = _THERE_ARE.search(came.before) and came.unit in ("个", "所", "家", "户", "处", "项")
            reached = (
                of_all
                and _REACHED.search(f"{gap}{went.after[:4]}")
                and not re.search("原|新增|达到|增|实际完成", gap)
            )
            begun = _CAME.search(came.before) or re.match("[^,，]{0,6}参加(?:[初预]赛|考试)", came.after)
            done = _WENT.search(went.before + went.after[:6])
            settled = (
                begun and done and not (begun[0].startswith(done[0]) or _OTHERS.search(gap + went.before))
            )
            if reached or settled:
                return f"“{_words(told, went)}”多于“{_words(told, came)}”"
    return ""


def _words(told: Told, amount: Amount) -> str:
    return told.text[amount.start - len(amount.before) : amount.end].strip("、，, ")


def _above_plan(told: Told) -> str:
    """Less than planned, and more than planned."""
    for one, other in pairwise(told.amounts):
        planned = one.like(other) and _PLAN.search(one.before) and "实际" in told.gap(one, other)
        above = _ABOVE_PLAN.search(told.plain[other.end :]) if planned else None
        if above and other.number < one.number:
            return f"实际{other.shown}少于计划{one.shown}，不是{above[0]}"
    return ""


def _not_beyond(told: Told) -> str:
    """突破1000人次 beside 共960人次, 不足100人 beside 达120人."""
    for one, other in pairwise(told.amounts):
        bound, gap = _BOUND.search(one.before), told.gap(one, other)
        if not bound or not one.like(other) or one.unit != other.unit or not _REACHING.search(gap):
            continue
        low = bound[1] in ("不足", "不到")
        if other.number > one.number if low else other.number < one.number:
            return f"“{bound[1]}{one.shown}”，又写{other.shown}"
    return ""


def _fewer_heads(told: Told) -> str:
    """Fewer persons than sessions."""
    for one, other in pairwise(told.amounts):
        gap = told.gap(one, other)
        sessions = one.unit in _SESSIONS and one.number >= 3 and other.kind == "人"
        joined = re.search("共|累计|参加|参与|培训|受众|惠及|到场|受益|服务|接待", gap + other.after)
        if sessions and joined and other.number < one.number and not re.search("每|其中|[。;；]", gap):
            return f"{one.shown}只有{other.shown}"
    return ""


def _beyond(told: Told) -> str:
    """The seventh of five, the fifteenth of twelve, eight days a week."""
    for one, unit, last, of, rank_unit, rank in _LAST.findall(told.text):
        if int(last or rank) > int(one or of):
            return f"共{one or of}{unit or rank_unit}，却有第{last or rank}"
    for amount in told.amounts:
        found = _MOST.search(amount.before)
        if found and (amount.unit, amount.number > _DAYS[found[1]][1]) == (_DAYS[found[1]][0], True):
            return f"“{found[0]}{amount.shown}”，没有那么多"
    return ""


_CHECKS: tuple[Callable[[Told], str], ...] = (
    _more_than_came,
    _above_plan,
    _not_beyond,
    _fewer_heads,
    _beyond,
)
_COUNT = r"(?<!\d)(\d+|[二两三四五六七八九十])([个所家支类项场期种])([^,，。;；:：()（）、\d]{0,8})"
_NAMED = re.compile(rf"{_COUNT}(?:[(（]([^()（）]+)[)）]|[:：]([^。;；:：()（），,]+))")
_SO_MANY = re.compile(
    r"(?<!\d)((?:[一-鿿]{1,12}、)+[一-鿿]{2,12}?)(等?)(\d+|[二两三四五六七八九十])([个所家支])(?!人)"
)


def _not_as_many_named(text: str) -> str:
    """Things named one by one that are not as many as the number beside them."""
    for number, unit, noun, inside, behind in _NAMED.findall(text):
        names = inside or behind
        items = names.split("、")
        vague = re.search(r"[等含如\d和及与,，:：;；]|包括|其中|第.期", names)
        if len(items) > 1 and not vague and max(map(len, items)) <= 12 and len(items) != counted(number):
            return f"“{number}{unit}{noun}”，列了{len(items)}{unit}"
    for names, vague, number, unit in _SO_MANY.findall(text):
        told = len(names.split("、"))
        if told > counted(number) or (not vague and told != counted(number) and re.search("走进|设立|设置|分为", names)):  # fmt: skip
            return f"“{names}{vague}{number}{unit}”，列了{told}{unit}"
    return ""


_ALTOGETHER = re.compile(
    r"(?:全年|年内|三年|五年|全区|期间|截至目前)?(?:累计|共计?|合计|总计|总共)(举办|开展|组织|完成|办班|覆盖|发放|培训|服务|惠及|参与|参加)?了?"
)
_PART_OF_YEAR = re.compile(
    r"\d{1,2}月|[上下]半年|[一二三四]季度|第[一二三四五六七八九十\d]+[期场次批]|[首另]"
)
_YEAR, _WHOLE_YEAR, _SESSIONS = (
    re.compile(r"20\d\d(?=\s*年)"),
    re.compile(r"全年|年内"),
    {"期", "场", "次", "班"},
)


def _totals_apart(text: str) -> str:
    """A total of sessions that is less than was told before of that year, or two totals of one thing at one time."""
    first: dict[tuple[str, str, str], Amount] = {}
    known: list[tuple[str, Amount]] = []
    year = when = ""
    for clause in filter(None, CLAUSE.split(text)):
        years = _YEAR.findall(clause)
        year = "-".join(dict.fromkeys(years)) if years else year
        when = year if years or _WHOLE_YEAR.match(clause) else when
        when += "".join(_PART_OF_YEAR.findall(clause))
        amounts = read(clause).amounts
        for total in amounts[:1]:
            found = _ALTOGETHER.fullmatch(total.before.lstrip("〇"))
            if found is None or total.after:
                continue
            before = first.setdefault((when, found[1] or "", total.unit), total)
            told = _more_before(known, year, total) if when == year else []
            if told or before.number != total.number:
                return f"前面写{(told or [before])[0].shown}，后面写共{total.shown}"
        known += ((year, amount) for amount in amounts)
    return ""


def _more_before(known: list[tuple[str, Amount]], year: str, total: Amount) -> list[Amount]:
    sessions = total.unit in _SESSIONS
    return [
        a for of, a in known if sessions and (of, a.unit) == (year, total.unit) and a.number > total.number
    ]
