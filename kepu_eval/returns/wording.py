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
_MARKS = re.compile(r"^['‘’`＇√✓✔]+|[√✓✔]+$|^[\"“「『【<《](.*)[\"”」』】>》]$|(?:[,，;；。.、]|——)+$")
_SPLIT = re.compile(r"人(?:[(]次[)]|[/·.]次)|次[/·]人(?!次)")
_UNIT_IN_BRACKETS = re.compile(r"(?<=\d)\s*[(\[](人次?|[名位次场个所支项])[)\]]")
# Words that may make another figure of it: planned, a rate, another period, another's, counted in something else.
_TELLING = re.compile(
    r"计划|预|目标|任务数|拟|应|不|未|非|没|待|约|超|估|暂|累计|历|往|以前|上年|去年|同期|率|%|每|均|原|改|误|外|另|其[他它余]"
    r"|除|扣|退|或|重|兼|幼儿|市|省|户|折|报名|邀请|辐射|受益|惠及|浏览|观看|阅读|点击|播|场次|测|虚|目前|截|[百千万亿]"
)
MEASURES = frozenset("个支家处名人次场期部套台辆件篇条所队项间座块幅册本份组")  # where no unit is asked for
_LONGEST = 60
_SHORTEST = 2  # 个社团 counts 社团, 人次 does not count 次
VERBS = "完成|培训|参训|受训|轮训|举办|开展|组织|参加|参与|参会|到场"
PERSONS = "农牧民|农民|牧民|村民|群众|居民|学生|教师|职工|妇女|干部|党员|学员|人员|家长|老年人|观众|听众|青少年|儿童"
_DOING = re.compile(rf"(?<=人次)(?:{VERBS})$")
_LEAD = re.compile(
    r"(?:总共|一共|共计|合计|总计|总数|数据|共|计|已|实际|实有|现有|共有|全年|当年|本年度?|全部|全体|人数|人次|数量|完成数|为|是|有"
    rf"|{VERBS}|{PERSONS}|[:=+])"
)
PROOF = re.compile(
    r"(?:(?:培训|活动|会议|工作|登记|统计)?(?:名册|名单|台账|簿|表|册)|签到(?:表|册)?|照片|材料|佐证|附件|附表|清单|明细|目录|通知|文件|资料|详?见|可见|已附?|附后?|后附|另附|上传|备查|[A-Za-z]{1,2}-?\d{1,3}|[、和及])++"
)
_SAME = re.compile(
    r"全[区旗县]|全年|全部|当年|本年度?|合计|实际数?|实数|属实|准确|(?:已|经)?核实|已核|线上线下(?:合计)?|线[上下]"
    r"|[一-鿿]{1,12}(?:馆|基地|公园|中心|大学|农场|实验室)"
    r"|(?:含|包括|包含|线[上下]|全年|当年|本年|实际|据|按|以|由|(?:数据|资料)?来源[于:]?).{0,20}"
)
_ALL_ONE_WAY = re.compile(rf"(?:全部|均|都)[为是]?(?:线[上下]|{PERSONS})")
_OWN_PERIOD = re.compile(
    r"(?:截至|截止|至|到)?(?:(\d{4})|[当本])?全?年(?:度|[年]?底|末|12月(?:31日|底)?)?(?:止|实际数?)?"
)
_PERIOD_BEFORE = re.compile(rf"{_OWN_PERIOD.pattern}[:,]?\s*")
_SESSIONS = r"共?(?:\d+|[一二两三四五六七八九十]+)(?:期|场次?|批次?|轮|次|个?班)"
_SESSIONS_BEFORE = re.compile(  # 6期255人次 may be 255 each
    rf"(?:共|培训班|{VERBS}|讲座|活动|[班了])*+{_SESSIONS}(?:班|讲座|活动)?(?:[,:;、]\s*|(?=共|合计|总计|培训|参训))(?=\D*\d+\s*[人名])"
)
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
_RESULT, _FACTOR = re.compile(r"\d+(?:\.\d+)?"), re.compile(r"[^\d=]{0,8}?(\d+(?:\.\d+)?)[^\d=]{0,8}")
_NAUGHT = re.compile(r"(\D+)[(,:](0)[)]?")

NOT_FINAL = re.compile(
    r"(?<![于过到成超])(?:计划|目标|任务)(?:完成)?[数值](?!的)|预计数|预计完成|[暂预]估|为(?:计划|拟)(?:举办|开展)|[含括]外[区县市地]|估算|估计|回忆|未经?核实|数据?暂缺|(?:为|是)[^,，。;；]{0,12}累计数?(?![^,，。;；])|累计数据?(?![^,，。;；])|(?<!已)待统计|(?:尚未|未作|未做|没有|未)统计|结转|含20\d\d年|含(?:上年|去年|往年)"
    r"|(?:上半年|半年|前三季度|[一二三]季度)的?(?:数|数据|统计数?)(?![\d])|按(?:户|家|场次?|村|天|人天|课时)(?:数)?(?:统计|计算?|填报)|(?:不是|并?非)人次"
    r"|(?:截[至止]|(?:统计|填报|计算|数据)[到至])(?:20\d\d年)?(?:[1-9]|1[01])月|(?:季度|\d月份?|半年)[^,，。;；]{0,10}(?:未报送?|未计入|未含|未纳入|缺报)|指标数填|按下达|按[^,，。;；]{0,6}(?:目标|计划|任务)[^,，。;；]{0,4}填|报名数|同一批"
    r"|(?<![\d])为(?:培训)?(?:班次|场次|期数|户数|人天数?|天数|课时数?)|含(?:已)?(?:注销|退出|离[职退]|调[出离]|重复|未参加)|未去重|(?:含|包括|包含)线上|(?:均|都)为线上|单位[为是:：](?:户|家|课时|[百千万])|以(?:户|家|课时)为单位|线上(?:观看|浏览|播放)"
)
"""What a note says where a figure is not what it is asked for: planned, estimated, of a part of the year, counted in something else."""
CALLED_OFF = re.compile(r"(?:未|没有)(?:能)?(?:举办|开展|组织)|取消|延期|改期|(?:计划|拟)(?:举办|开展)")
"""What a note says of rows that were not held."""


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
    about = f"{title} {labels}"
    if (period := _PERIOD_BEFORE.match(text)) and _is_of(period, title):
        text = text[period.end() :] or text
    text = text.removeprefix("累计" if "年末" in about else "")
    text = _SESSIONS_BEFORE.sub("", text, count=1) if _SESSIONS_BEFORE.match(text) else text
    for parts in _PARTS:
        found = parts.fullmatch(text)
        if not found:
            continue
        lead, figure, unit, rest = found.group("lead", "figure", "unit", "rest")
        if _says_nothing(lead, about) and _leaves(rest, float(figure.replace(",", "")), about):
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
        rf"^(?:{_LEAD.pattern})+|(?:{_LEAD.pattern})++$",
        "",
        re.sub(r"^[(](\D+)[)]$", r"\1", lead.replace(" ", "")),
    )
    return not rest or (len(rest) > 1 and rest in about)


def _is_of(period: re.Match[str], about: str) -> bool:
    """Whether a period named beside a figure is the one that its column asks about."""
    return not period[1] or f"{period[1]}年" in about


def _leaves(rest: str, figure: float, about: str) -> bool:
    """Whether a remark behind a figure leaves it what it is: parts of it, all of them adding up, or no other figure."""
    pieces = [
        piece.strip()
        for piece in re.split(r"[()\[\],;:。、]+", rest.replace("其中:", "其中"))
        if piece.strip()
    ]
    parts = [found for piece in pieces if (found := _PART.fullmatch(piece))]
    if parts and len(parts) == len(pieces) and not any(_TELLING.search(found[1]) for found in parts):
        whole = sum(float(found[2]) for found in parts)
        if re.match(r"其中|含|包括|包含", pieces[0]):
            return whole <= figure
        if len(parts) > 1:
            return whole == figure
    return all(_remark(piece, figure, about) for piece in pieces)


def _remark(piece: str, figure: float, about: str) -> bool:
    period = _OWN_PERIOD.fullmatch(piece)
    if period:
        return _is_of(period, about)
    if piece in about.split() or ("人" in about and re.fullmatch(_SESSIONS, piece)):
        return True
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
