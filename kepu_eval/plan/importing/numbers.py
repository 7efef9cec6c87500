"""Sentences with a number that somebody must reach, as draft indicators: what they ask, guessed, for a person to confirm."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from kepu_eval.plan.importing.sentences import clauses

_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_UNITS = (
    "个百分点|百分点|个工作日|工作日|万人次|亿人次|人次|万人|亿人|户次|场次|课时|学时|小时|平方米|平方公里|公里|万元|亿元|元|万亩|亩|万册|册|万株|吨|公顷|立方米"
    "|/10万|/万|‰|%|％|岁|年|天|个月|名|人|场|次|个|所|家|套|部|件|支|项|处|座|只|门|台|辆|篇|条|期|本|例|户|株|头|张|份|村|位|批|片|幅|集|种|间|栋|对|床|千克|公斤|毫克|克|分钟|度|架次|架|艘|节课|节|周|米|千米|万千瓦|千瓦|兆瓦|TB|斤|枚|盏|套次|栏|道|队|班|届|人日|元|吨标准煤|微克|层|排|幢|块|盘|宗|员|万"
)
_NUMBER = re.compile(
    rf"(?P<number>\d[\d,，]*(?:\.\d+)?|[一二两三四五六七八九十])(?:\s*(?:-|—|–|~|～|至|到)\s*(?P<top>\d+(?:\.\d+)?))?\s*(?P<many>万|亿|千|百)?\s*(?P<over>多|余)?(?P<unit>{_UNITS})?(?:（[^）]*）)?(?P<after>以上|以下|以内|之内|左右|及以上|及以下)?"
)
_FRACTION = re.compile(
    r"(?P<verb>下降|降低|减少|提高|增长|增加|上升)(?:了|到|至)?(?P<part>\d+\s*/\s*\d+|[一二三四五]分之[一二三四五])"
)
_AT_MOST = re.compile(
    "控制在|压缩[至到]|缩短[至到]|缩减[至到]|不超过|不高于|不多于|不大于|低于|小于|≤|＜|<|压到|压减到|压降到|降到|降至|下降到|下降至|降低到|降低至|减少到|减少至|以下|以内|之内"
)
_AT_LEAST = re.compile(
    "达到|达|不低于|不少于|不小于|至少|≥|＞|>|超过|高于|大于|多于|突破|力争|提高到|提高至|增加到|增至|上升到|保持|稳定在|实现|以上|不低|全覆盖|达标"
)
_STRICT = re.compile("超过|高于|大于|多于|突破|＞|>|低于|小于|＜|<")
_DOES = re.compile(
    "累计|服务|惠及|培训|完成|建成|建设|建立|新建|改建|举办|开展|组织|培育|培养|新增|配备|打造|创建|选树|评选|命名|认定|发展|覆盖|编写|印发|推出|制作|开发|注册|招募|设立|安排|培优|扶持|选派|派出|引进|发放|解决|救助|资助|投放|增长|增加|增设|下降|降低|减少|提高|提升|为|各|每"
)
_FIGURE = re.compile(
    r"《[^》]*》|〔[^〕]*〕\d*号?|“[^”]{1,8}”|20\d\d(?:年)?\s*(?:-|—|–|至|到|~)+\s*20\d\d\s*年?|20\d\d\s*年(?:\d+月(?:\d+日)?)?(?:底|末|前|起)?|\d+月\d*日?|\d+\s*(?:-|—|–|~|至)\s*\d+\s*(?:周?岁|年)|(?:^|(?<=[对向为在的]))\d+(?:户|人|名|亩|万元|张|平方米)(?:及?以[上下])(?=[\u4e00-\u9fff]{2})|\d+\s*(?:周?岁|年|日|天|个月|周)(?:及?以[下上])(?=[\u4e00-\u9fff])|第?[一二三四五六七八九十]+(?:是|届|批|轮|类|期|级|大|批次)|\d+\.0(?!\d)|[A-Za-z]+\d+|(?<=[\u4e00-\u9fff])\d+(?:年|日)(?=[\u4e00-\u9fff]{0,8}率)|十[三四五六]五"
)
_AS_IS = re.compile("现有|原有|目前|已|总投资|投资|占地|总面积|截至|其中|共有|设有")
_EACH = re.compile(
    "(?:每一?(?:个|所|家)?|各)(中小学|学校|校|中学|小学|高校|行政村|村|社区|街道|乡镇|苏木|镇|企业|基地|嘎查|县|旗|园区|班|幼儿园)"
)
_SPANS = {"年": "year", "季度": "quarter", "月": "month", "半年": "half_year"}
_TREND = re.compile(
    "(持续|逐年|逐步|稳步|不断|连年|稳中)(较?快)?(增长|提高|上升|增加|改善|下降|降低|减少|向好|提升|扩大)"
)
_WISH = re.compile(
    "^(提高|提升|增加|扩大|降低|减少|下降|压减)(.{2,30}?(?:率|比例|占比|数量|次数|人数|事故))$"
)


@dataclass(frozen=True)
class Proposal:
    """A draft indicator: the words it stands in, and what they seem to ask."""

    wording: str
    name: str
    kind: str
    operator: str
    target: float | None
    top: float | None
    unit: str
    period: str | None
    year: int | None
    doubt: str = ""
    reference: str = ""
    entity: str = ""
    milestones: tuple[tuple[int, float], ...] = ()


def proposals(text: str) -> Iterator[Proposal]:
    """Draft indicators in a text, one for each number that is to be reached and each trend."""
    for block in re.split(r"[。\n]+", text):
        name, told = "", []
        for sentence in re.split("[；;]+", block):
            for clause in clauses(sentence):
                found = list(_in_clause(clause, sentence, name))
                told += found
                name = found[-1].name if found else _subject(clause) or name
        yield from _by_year(told)


def _by_year(told: list[Proposal]) -> list[Proposal]:
    """Proposals with those that say the same of an earlier year (到2027年12个，2028年达到15个) as milestones of the last."""
    kept: list[Proposal] = []
    for said in told:
        last = kept[-1] if kept else said
        same = (last.name, last.kind, last.unit, last.operator) == (
            said.name,
            said.kind,
            said.unit,
            said.operator,
        )
        level = said.kind in ("stock_at_horizon", "level_at_horizon")
        if (
            kept
            and same
            and level
            and said.year
            and last.year
            and last.year < said.year
            and last.target is not None
        ):
            kept[-1] = replace(said, milestones=(*last.milestones, (last.year, last.target)))
        else:
            kept.append(said)
    return kept


_NUMERAL = "(?P<n>\\d{1,3}|[一二三四五六七八九十])"
_RANK = re.compile(
    f"(?:进入|位居|位列|排名|排位|排在|跻身|名次|位次|保持|稳定|居|力争|进至|[全同][国省区市州盟县旗类])[^，。]{{0,12}}?前{_NUMERAL}(?:名|位|强)?(?:以内|行列|方阵|水平|左右)?$"
)
_OTHERS = re.compile(
    r"(?P<sign>高于|不低于|超过|优于|达到|好于|低于|不高于|优于或等于)(?P<name>(?:全国|全省|全区|全市|全盟|全州|国家|自治区|省|市|盟|上级|同期)[^，。\d]{0,4}平均)(?:水平|值|数)?(?:(?P<margin>\d+(?:\.\d+)?)个?百分点(?:以上)?)?"
)


def rank_in(text: str) -> float | None:
    """The rank that a text wants to be among (进入全省前三 → 3)."""
    found = _RANK.search(text.strip("。；; "))
    return None if found is None else float(_DIGITS.get(found["n"]) or int(found["n"]))


def compared_in(text: str) -> tuple[str, str, float] | None:
    """Operator, name of the reference and margin of a text that compares (高于全国平均2个百分点)."""
    found = _OTHERS.search(text)
    if found is None:
        return None
    below = found["sign"] in ("低于", "不高于")
    sign = {"高于": ">", "超过": ">", "优于": ">", "好于": ">", "低于": "<", "不高于": "<="}.get(
        found["sign"], ">="
    )
    margin = float(found["margin"] or 0)
    return (">=" if margin and not below else sign), found["name"], -margin if below else margin


def _in_clause(clause: str, sentence: str, before: str) -> Iterator[Proposal]:
    year = _horizon(clause) or _horizon(sentence)
    fraction = _FRACTION.search(clause)
    if fraction:
        part = _fraction(fraction["part"])
        yield _proposed(clause, clause[: fraction.start()], before, "rate_of_change", "<=" if fraction["verb"][0] in "下降减" else ">=",
                        int(part * 1_000_000) / 10_000 * (-1 if fraction["verb"][0] in "下降减" else 1), None, "%", None, year,
                        "按基数的变化率计，请写明基期值")  # fmt: skip
        return
    if (rank := rank_in(clause)) is not None:
        yield _proposed(clause, re.split("进入|位居|位列|排在|跻身|保持|稳定|力争|居", clause)[0], before, "stock_at_horizon", "rank", rank,
                        None, "位", "year", year, "按名次判定，请核对")  # fmt: skip
        return
    if (compared := compared_in(clause)) is not None:
        sign, name, margin = compared
        lead = _name(_OTHERS.split(clause)[0]) or before
        kind = (
            _kind(clause, sentence, lead, "%")[0]
            if re.search("素[质养]", lead + before)
            else "stock_at_horizon"
        )
        said = _proposed(clause, lead, before, kind, sign, margin, None, "%" if re.search("率|比例|占比|水平|度", lead + before) else "", "year",
                         year, f"{name}各年的数请写入reference.values")  # fmt: skip
        yield replace(said, reference=name)
        return
    told = [*_figures_in(clause, sentence, before, year)]
    yield from told or _directions(clause, before, year)


def _figures_in(clause: str, sentence: str, before: str, year: int | None) -> Iterator[Proposal]:
    """Every figure of a clause, with the words before it as its name."""
    masked = _FIGURE.sub(lambda found: "□" * len(found[0]), clause)
    start = 0
    for found in _NUMBER.finditer(masked):
        figure = _figure(masked, found, start)
        if figure is None:
            continue
        operator, value, top, unit = figure
        lead = clause[start : found.start()]
        when = _horizon(lead) or year
        kind, period, doubt = _kind(clause, sentence, lead, unit)
        lead += _object(clause[found.end() :], unit)
        said = _proposed(clause, lead, before, kind, operator, value, top, unit, period, when, doubt)
        roster = _EACH.search(clause) if kind in ("every_entity", "per_entity_per_period") else None
        yield replace(said, entity=roster[1] if roster else "")
        start = found.end()


def _directions(clause: str, before: str, year: int | None) -> Iterator[Proposal]:
    """A rise or fall that is wanted without a figure."""
    trend = _TREND.search(clause)
    if trend and re.search("率|数|量|水平|人次|面积|比例|占比|规模|收入|指标|人数", clause[: trend.start()]):
        falls = trend[3] in ("下降", "降低", "减少")
        yield _proposed(clause, clause[: trend.start()], before, "trend", "decreasing" if falls else "increasing", None, None, "",
                        "year", year, "方向请核对" if trend[3] in ("改善", "向好") else "")  # fmt: skip
    elif wish := _WISH.match(clause.strip("—–- ")):
        falls = wish[1] not in ("提高", "提升", "增加", "扩大")
        yield _proposed(clause, wish[2], before, "trend", "decreasing" if falls else "increasing", None, None, "", "year", year,
                        "原文没有数值，是否作为逐年增减的指标请核对")  # fmt: skip


def _figure(masked: str, found: re.Match, start: int) -> tuple[str, float, float | None, str] | None:
    """Operator, number, upper end and unit of a figure; ``None`` when it is no target."""
    lead, unit = masked[start : found.start()], (found["unit"] or "").replace("％", "%")
    number = found["number"].replace(",", "").replace("，", "")
    chinese = number in _DIGITS
    after = found["after"] or ""
    near = lead[-12:]
    rate = bool(re.search("率|比例|占比|比重|指数|树龄|年龄|寿命", masked[: found.start()]))
    most, least = _AT_MOST.search(near + after), _AT_LEAST.search(near + after)
    if not unit and not rate and not (most or least):
        return None
    if unit in ("年", "天", "个月", "岁") and not rate and (unit == "年" or not (most or least)):
        return None
    if chinese and not (
        re.search("至少|不少于|配备|建成|建设|组织|举办|开展|各|每", lead)
        and unit
        and re.search("至少|不少于|各|每", lead)
    ):
        return None
    alone = (
        not masked[found.end() :].strip()
        and re.fullmatch("[\u4e00-\u9fff（）、]{2,24}", lead)
        and unit
        and not _AS_IS.search(lead)
    )
    if not (most or least or alone or _DOES.search(masked[max(start - 14, 0) : found.start()])):
        return None
    scale = {"万": 10_000, "亿": 100_000_000, "千": 1_000, "百": 100}
    times = scale.get(found["many"] or "", 1)
    if unit[:1] in ("万", "亿") and len(unit) > 1:
        times, unit = scale[unit[0]], unit[1:]
    elif unit == "万":
        times, unit = 10_000, ""
    value = (_DIGITS[number] if chinese else float(number)) * times
    top = float(found["top"]) * times if found["top"] else None
    if top is not None and not chinese:
        return "range", value, top, unit
    falls = bool(re.search("下降|降低|减少", near)) and not re.search("(下降|降低|减少)(到|至)", near)
    strict = bool(_STRICT.search(near)) and not re.search("不(超过|高于|大于|多于|低于|小于)", near)
    if falls and unit in ("%", "个百分点", "百分点"):
        return "<=", -value, None, unit
    if most and not re.search("不(低于|小于|少于)", near):
        return ("<" if strict and not after else "<="), value, None, unit
    return (">" if strict and least else ">="), value, top, unit


def _kind(clause: str, sentence: str, lead: str, unit: str) -> tuple[str, str | None, str]:
    """Kind of target, its period, and what is doubtful about the guess."""
    around = sentence if "其中" in clause else clause
    if re.search(
        "年均(增长|递增|下降|增速)|(增长|增幅|增速|下降|降低|减少|提高|递增)(了)?$", lead
    ) and unit in ("%", "个百分点", "百分点"):
        return "rate_of_change", "year", "按变化率计，请写明基期值"
    if re.search("每(个)?学期", around):
        return "per_entity_per_period", "semester", ""
    if re.search("每(两|2|二)年", around):
        return "annual", "two_years", ""
    if re.search("(科学素质|健康素养|科学素养).*(比例|水平|率)|具备.*素[质养]的?比例", clause):
        return "level_at_horizon", None, "请写明由哪项调查、哪个人群判定"
    if unit == "%" and re.search("学生|在校", clause) and re.search("参与|参加|覆盖", clause):
        return "pooled_ratio", "school_year", ""
    if _EACH.search(clause) and unit not in ("%", "‰"):
        said = re.search("每个?(年|季度|月|半年)", around)
        if said:
            return "per_entity_per_period", _SPANS[said[1]], ""
        return "every_entity", None, ""
    if said := re.search("每个?(月|季度|半年)", around):
        return "annual", _SPANS[said[1]], ""
    if re.search("每年|年均|每年度|逐年|每一年|年度", around):
        return "annual", "year", ""
    if unit in ("%", "‰", "岁", "/10万", "/万") or re.search(
        "率|比例|占比|总数|总量|存量|拥有|注册|达到|保有", lead
    ):
        return "stock_at_horizon", "year", ""
    if unit in (
        "人次",
        "场",
        "场次",
        "次",
        "期",
        "名",
        "人",
        "课时",
        "学时",
        "件",
        "篇",
        "部",
        "万元",
        "元",
        "户",
    ) or re.search("累计|期间|五年|新增|培训", around):
        return "cumulative", "year", ""
    return "stock_at_horizon", "year", ""


def _proposed(clause: str, lead: str, before: str, kind: str, operator: str, value: float | None, top: float | None, unit: str,
              period: str | None, year: int | None, doubt: str) -> Proposal:  # fmt: skip
    name = _name(lead) or _name(re.sub(r"\d[\d.,]*.*$", "", clause)) or before or clause[:20]
    return Proposal(clause.strip(), name, kind, operator, value, top, unit, period, year, doubt)


_TRIM = re.compile(
    "^(到|至|力争|确保|其中|并|且|使|将|实现|推动|努力|争取|每年|每学期|年均|全区|全县|全市|全旗|累计|□|，|、|：|——|—|\\d+[.、．]|[（(]\\d+[）)]|期间|时期|末|底|前|起)+"
    "|(控制在|不超过|不低于|不少于|不高于|达到|应达到|至少|超过|高于|低于|提高到|提高至|压到|压降到|降到|降至|下降到|增长到|增长|为|达|在|到|至|应|年均|数量|突破|≥|≤|＞|＜|>|<|稳定|保持|以|约|下降|降低|提高|力争|完成|不|以\\d{4}年(实绩)?为基数[,，]?|以□+(实绩)?为基数[,，]?|[,，:：])+$"
)


def _name(lead: str) -> str:
    text = re.sub(
        r"以[^，,]{0,10}为基[数期准]|以[^，,]{1,3}为单位|20\d\d年?(底|末|前)?|〔[^〕]*〕|“?十[三四五六七]五”?(时期|期间|末)?",
        "",
        lead,
    )
    for _ in range(4):
        text = _TRIM.sub("", text.strip(" ,，、。；：:（）()"))
    return text[-40:] if len(text) > 1 else ""


def _object(after: str, unit: str) -> str:
    """What is counted, where it follows the figure: ``1次研学活动``."""
    said = re.match("(?:以上)?的?([\u4e00-\u9fff（）“”]{2,16})$", after)
    return said[1] if said and unit not in ("%", "‰", "") else ""


def _subject(clause: str) -> str:
    return _name(clause) if len(clause) <= 20 else ""


def _horizon(text: str) -> int | None:
    plain = re.sub(
        r"《[^》]*》|〔[^〕]*〕|以20\d\d年[^，,]{0,6}为基[数期准]|20\d\d年?\s*[-—–至到~]+(?=\s*20\d\d)",
        "",
        text,
    )
    found = re.search(r"(20\d\d)年", plain)
    return int(found[1]) if found else None


def _fraction(text: str) -> float:
    if "/" in text:
        above, below = text.split("/")
        return int(above) / int(below)
    below, above = text.split("分之")
    return _DIGITS[above] / _DIGITS[below]
