"""What people write around a figure without changing it: 共255人次, 255（其中妇女30）, 2022年255人次, 255，见P01.

Of what is not known to leave the figure what it is, nothing is taken away: the cell is then asked about as it stands.
"""

from __future__ import annotations

import math
import re

_FIGURE = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?(?![\d.])"
# The unit ends before the first space, or else may hold spaces: 255 人 次.
_PARTS = tuple(
    re.compile(rf"(?P<lead>\D*?)(?P<figure>{_FIGURE})\s*(?P<unit>{unit}*+)(?P<rest>.*)")
    for unit in (r"[^\d\s()\[\],;:。=]", r"[^\d()\[\],;:。=]")
)
_MARKS = re.compile(r"^['‘’`＇]+|^[\"“「『【<《](.*)[\"”」』】>》]$|(?:[,，;；。.、]|——)+$")
_SPLIT = re.compile(r"人(?:[(]次[)]|/次)")
_UNIT_IN_BRACKETS = re.compile(r"(?<=\d)\s*[(\[](人次?|[名位次场个所支项])[)\]]")
# Words that may make another figure of it: planned, a rate, another period, another's, counted in something else.
_TELLING = re.compile(
    r"计划|预|目标|任务数|拟|应|不|未|非|没|待|约|超|估|暂|累计|历|往|以前|上年|去年|同期|率|%|每|均|原|改|误|外|另|其[他它余]"
    r"|除|扣|退|或|重|兼|市|省|户|折|报名|邀请|辐射|受益|惠及|浏览|观看|阅读|点击|播|场次|测|虚|目前|截|[百千万亿]"
)
MEASURES = frozenset("个支家处名人次场期部套台辆件篇条所队项间座块幅册本份组")  # where no unit is asked for
_LONGEST = 60
_SHORTEST = 2  # 个社团 counts 社团, 人次 does not count 次
VERBS = "完成|培训|参训|受训|轮训|举办|开展|组织|参加|参与|参会|到场"
PERSONS = "农牧民|农民|牧民|村民|群众|居民|学生|教师|职工|妇女|干部|党员|学员|人员|家长|老年人|观众|听众|青少年|儿童"
_DOING = re.compile(rf"(?<=人次)(?:{VERBS})$")
_LEAD = re.compile(
    r"(?:总共|一共|共计|合计|总计|共|计|已|实际|实有|现有|共有|全年|当年|本年度?|全部|全体|人数|人次|数量|完成数|为|是|有"
    rf"|{VERBS}|{PERSONS}|[:=+])"
)
_YEAR_BEFORE = re.compile(r"(\d{4})年度?[:,]?\s*")
PROOF = re.compile(
    r"(?:(?:培训|活动|会议|工作|登记|统计)?(?:名册|名单|台账|簿|表|册)|签到(?:表|册)?|照片|材料|佐证|附件|附表|清单|明细|目录|通知|文件|资料|详?见|可见|已附?|附后?|后附|另附|上传|备查|[A-Za-z]{1,2}-?\d{1,3}|[、和及])++"
)
_SAME = re.compile(
    r"全[区旗县]|全年|全部|当年|本年度?|合计|实际数?|实数|属实|准确|(?:已|经)?核实|已核|线上线下(?:合计)?|线[上下]"
    r"|(?:含|包括|包含|线[上下]|全年|当年|本年|实际|据|按|以|由|(?:数据|资料)?来源[于:]?).{0,20}"
)
_ALL_ONE_WAY = re.compile(r"(?:全部|均|都)为?线[上下]")
_OWN_PERIOD = re.compile(r"(?:截至|截止|至|到)?(\d{4})年(?:度|[年]?底|末|12月(?:31日|底)?)?(?:止|实际数?)?")
_COMPARED = re.compile(
    r"(?:较|比|同比|环比|与)(?:上年|去年|前一?年|上年度|\d{4}年)?(?:同期)?(?:相比|略有?|有所)?"
    r"(?:增长|增加|提高|上升|下降|减少|降低|持平|多|少|[+-])了?(?:\d+(?:\.\d+)?(?:%|个百分点|人次?|次)?)?"
)
_PART = re.compile(
    r"(?:其中|含|包括|包含)?[:为是有]?([一-鿿]{1,8}?)[为是有]?(\d+(?:\.\d+)?)(?:人次?|名|次|场|个|所)?"
)
_NOT_HELD = re.compile(
    r"(?:当年|本年|全年|年度内)?(?:[因受由].{1,12}?)?(?:(?:未|没有?|停止?|无|暂停)(?:能)?(?:开展|举办|组织|安排|培训|办)|取消|停办|停训|无|没有)(?:培训|活动|该?项?工作|举办)?"
)
_RESULT, _FACTOR = re.compile(r"\d+(?:\.\d+)?"), re.compile(r"\s*(\d+(?:\.\d+)?)\s*[人次名场期个]*\s*")
_NAUGHT = re.compile(r"(\D+)[(,:](0)[)]?")


def bare_figure(text: str, title: str = "", labels: str = "") -> str:
    """Figure and unit of a tidied text; the text itself where something stands there that may change the figure.

    ``title`` of its column, ``labels`` printed in its row: of what stands beside a figure, those words say nothing new.
    """
    if len(text) > _LONGEST:
        return text
    text = _UNIT_IN_BRACKETS.sub(r"\1", _SPLIT.sub("人次", _unmarked(text)))
    naught = _NAUGHT.fullmatch(text)
    if naught and _NOT_HELD.fullmatch(naught[1]):
        return naught[2]
    years = _YEAR_BEFORE.match(text)
    text = text[years.end() :] if years and f"{years[1]}年" in title and text[years.end() :] else text
    for parts in _PARTS:
        found = parts.fullmatch(text)
        if not found:
            continue
        lead, figure, unit, rest = found.group("lead", "figure", "unit", "rest")
        if _says_nothing(lead, f"{title} {labels}") and _leaves(rest, float(figure.replace(",", "")), title):
            return f"{figure}{_plain_unit(unit, title, labels)}"
    return text


def worked_out(text: str) -> str:
    """The result of a sum that is written out and right (200+55=255, 35人×2场=70人次); the text itself otherwise."""
    left, sign, right = text.rpartition("=")
    result = _RESULT.match(right)
    terms = [[_FACTOR.fullmatch(factor) for factor in re.split(r"[×xX*]", term)] for term in left.split("+")]
    factors = [[float(found[1]) for found in term if found] for term in terms]
    if not sign or not result or list(map(len, factors)) != list(map(len, terms)):
        return text
    return right if math.isclose(sum(map(math.prod, factors)), float(result[0])) else text


def _unmarked(text: str) -> str:
    """A text without the marks around it: quotes, an apostrophe that made it text, a full stop behind."""
    while (plain := _MARKS.sub(lambda found: found[1] or "", text).strip()) != text and plain:
        text = plain
    return text


def _says_nothing(lead: str, about: str) -> bool:
    """Whether words before a figure only say that it is one, or repeat what the row and its column are called."""
    if _TELLING.search(lead):
        return False
    rest = re.sub(
        rf"^(?:{_LEAD.pattern})+|(?:{_LEAD.pattern})+$",
        "",
        re.sub(r"^[(](\D+)[)]$", r"\1", lead.replace(" ", "")),
    )
    return not rest or (len(rest) > 1 and rest in about)


def _leaves(rest: str, figure: float, title: str) -> bool:
    """Whether a remark behind a figure leaves it what it is."""
    pieces = [
        piece.strip() for piece in re.split(r"[()\[\],;:。]+", rest.replace("其中:", "其中")) if piece.strip()
    ]
    parts = [_PART.fullmatch(piece) for piece in pieces]
    if pieces and re.match(r"其中|含|包括|包含", pieces[0]) and all(parts):
        told = [(found[1], float(found[2])) for found in parts if found]
        return sum(n for _, n in told) <= figure and not any(_TELLING.search(word) for word, _ in told)
    return all(_remark(piece, figure, title) for piece in pieces)


def _remark(piece: str, figure: float, title: str) -> bool:
    period = _OWN_PERIOD.fullmatch(piece)
    if period:
        return f"{period[1]}年" in title
    if figure == 0 and _NOT_HELD.fullmatch(piece):
        return True
    if _COMPARED.fullmatch(piece) or PROOF.fullmatch(piece):
        return True
    if _ALL_ONE_WAY.fullmatch(piece):
        return True
    return bool(_SAME.fullmatch(piece)) and not _TELLING.search(piece) and not any(map(str.isdigit, piece))


def _plain_unit(unit: str, title: str, labels: str) -> str:
    """A unit without what is written around it: /人次, 人 次, 人次整, 个社团; 人次/年 in the column of a year."""
    plain = unit.replace(" ", "").removeprefix("/").removesuffix("整")
    plain = _DOING.sub("", plain) if len(plain) > _SHORTEST else plain
    plain = plain.removesuffix("/年") if re.search(r"\d{4}年", title) else plain
    counted = (
        plain[:1] in MEASURES
        and plain[1:2] != "人"
        and len(plain) > _SHORTEST
        and plain[1:] in f"{title} {labels}"
    )
    return plain[:1] if counted else plain
