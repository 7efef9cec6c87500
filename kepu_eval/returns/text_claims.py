"""What a text says in words against what else it says: all done and some left, for the first time and for the third."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from kepu_eval.number_text import number_text
from kepu_eval.returns.cells import counted
from kepu_eval.returns.text_grammar import CLAUSE, SENTENCE

_ALL = re.compile(
    r"(?:全部|全面|均已|都已|已全部|已全)(?:[^,，。;；\d]{0,4})(?:完成|覆盖|建成|开展|落实|到位|整改|合格|通过|结业|办结|配齐|达标|验收|安装|上线|发放)"
    r"|(?:覆盖|走遍|完成|建成)了?全[部区]\d+[个所家户处项]|全覆盖|无一(?:遗漏|缺席|掉队)|(?:覆盖|完成|合格|通过|整改|办结|达标|结业|到课|出勤|参训)率[^\d,，。;；]{0,4}100\s*[%％]"
)
_LEFT = re.compile(
    r"(?:尚|还|仍|另)有\d+\s*[个所家户人名项处件场期][^,，。;；]{0,12}?(?:未|没有|不)(?:能)?(?:开展|完成|覆盖|建成|到位|启动|落实|整改|合格|参加|达标|安装|配备|验收|结业|通过|办结|到课|参训)"
    r"|(?:目前|现|尚)?(?:在建|待建|未建|待办|未完成|未办结|未整改|未覆盖)的?\d+\s*[个所家户人名项处件场期]"
    r"|(?:其余|余下|剩余)的?\d+\s*[个所家户人名项处件场期][^,，。;；]{0,6}?(?:未|正在|计划|将|尚|待|没有)"
    r"|(?:缺[勤课席考]|旷课)\d+\s*[人名]|\d+\s*[人名](?:考核|考试|测试)?(?:不合格|未通过|未结业|缺课|缺勤|缺考)"
)
_NONE_OF = re.compile(
    r"(?:零|无|没有|未发生|未出现|未接到)(?:一起|任何)?(投诉|事故|伤亡|缺勤|缺席|空课|停课|差评|违规|举报|舆情|中断|溺水|诈骗)"
)
_STAGES = re.compile(r"第[一二三四五]批|首批|[一二三]期(?:工程|项目|建设)?|其中|(?<!后)第[一二三四]阶段")
_FIRST = re.compile(r"(?:(20\d\d)年[^,，。;；]{0,10})?首(?:次(?:举办|开展|组织|承办|举行)|届)")
_NTH = re.compile(
    r"连续(?:举办|开展|组织)?(?:了|第)?([二三四五六七八九十\d])年|第([二三四五六七八九十\d]+)届(?!全国|亚)"
)
_LESS = re.compile(
    r"(覆盖|完成|整改|办结|合格|达标|参训|配备|建成)率[^\d,，。;；]{0,4}(\d+(?:\.\d+)?)\s*[%％]"
)
_IN_A_ROW = re.compile(r"((?:20\d\d年?[、和,，]){1,4}20\d\d年)[^\d,，。;；]{0,4}连续([两二三四五\d])年")
_SAME_YEAR = re.compile(r"(20\d\d)年?[、和](\1)年(?!\d{1,2}月)")
_FOUNDED = re.compile(
    r"(?:成立|组建|设立|揭牌|挂牌|建成|启用|投入使用)于(20\d\d)年|(20\d\d)年(?:\d{1,2}月)?[^,，。;；\d]{0,8}(?:正式)?(?:成立|组建|设立|揭牌|挂牌|建成|启用|首次[举开][办展])"
)
_ACTED = re.compile(r"(20\d\d)年(?!以?前)[^,，。;；\d]{0,6}(召开|开展|举办|接待|服务|运行|授课|培训|参加)")
_BEFORE = re.compile(
    r"前身|原[有来为]|此前|以前|之前|后来|随后|重新|后[^,，。;；]{0,6}(?:落实|解决|补|追加|协调)|改由|转而|其他"
)
_NOT_AT_ALL = re.compile(r"(?:没有|未能?)(?:举办|开展|组织)(?:活动)?$")
_JOINED = re.compile(
    r"(?:吸引|参加|参与|受益)[^\d]{0,6}\d+\s*(?:人|名)|\d+\s*(?:人次?|名)(?:群众|学生|居民)?(?:参加|参与)"
)
_INSTEAD = re.compile(r"改[为在到由]|其他|其余|恢复|补办|另[外有行]?|以外|外[,，]|线上|按期|计划")
_MONTHLY = re.compile(
    r"(?<!\d)(\d{1,2})[场期次][^,，。;；\d]{0,4}[,，](?:分别[于在])?((?:\d{1,2}月[、和]){1,11}\d{1,2}月)(各一?[场期次])?"
)
_GOT = "安排|落实|聘请到?|请到|建立|出台|制定|组建|配备|设立|印发|使用"
_HAVING = (
    *(
        (
            rf"(?:未|没有?|尚未|无)(?:能)?(?:{_GOT})?[^,，。;；]{{0,4}}{noun}(?!不|紧)|{noun}(?:尚|还|仍)?(?:未|没有)(?:能)?(?:到位|{_GOT})",
            rf"(?:支出|投入|邀请|聘请|{_GOT})了?[^,，。;；未没无]{{0,8}}{noun}|{noun}(?:已|全部|足额)[^,，。;；未没无]{{0,4}}(?:到位|{_GOT})",
        )
        for noun in ("经费", "专家", "场地", "制度", "实施方案", "志愿服务队", "台账")
    ),
    (
        r"未(?:能)?(?:获批|获得?批准|通过(?:评审|验收|审核)|验收)",
        r"(?:已|正式|顺利)[^,，。;；]{0,4}(?:挂牌|授牌|获批|通过验收|通过评审|投入使用)",
    ),
    (
        r"(?:尚未|还未|还没有?|至今未)(?:正式)?(?:出台|印发|制定|建立|施行)",
        r"已按[^,，。;；]{0,8}(?:办法|方案|制度|规定|细则)|(?:办法|方案|制度|规定|细则)(?:已|自)[^,，。;；]{0,10}(?:施行|执行|印发)",
    ),
    (r"停办|取消|未举办|未开展|暂停", r"从未(?:间断|中断|停办)"),
)
"""What says that something was not there, and what says that it was."""
_QUARTER = re.compile(
    r"(第?[一二三四]季度|[上下]半年)(?:末|初)?\s*[(（,，]?\s*(?:20\d\d年)?(\d{1,2})月(?!度?(?:前|底前))"
)
_MONTHS = {"一": (1, 3), "二": (4, 6), "三": (7, 9), "四": (10, 12), "上": (1, 6), "下": (7, 12)}
_WEEKDAY = re.compile(r"(20\d\d)年(\d{1,2})月(\d{1,2})[日号]\s*[(（]?(?:星期|周|礼拜)([一二三四五六日天])")
_SESSION = re.compile(
    r"(20\d\d)年(?:\d{1,2}月)?(?:\d{1,2}日)?[^,，。;；\d]{0,8}第([一二三四五六七八九十\d]+)(届)([一-鿿]{2})?"
)
_CROWD = re.compile(r"(\d+(?:\.\d+)?)\s*万[余多]?(?:人次|人|名)")
_AFAR = re.compile(
    r"线上|网络|直播|浏览|点击|阅读|播放|观看|传播|推送|曝光|转发|收视|收听|覆盖|关注|粉丝|短信|公众号|平台|注册|常住人口|人口"
)
OWN = 9
"""Sessions beyond which a series (第十五届) is not of a district's own."""
CROWD = 100
"""Ten thousands of persons that no activity of a district brings together."""


def words_apart(text: str, now: int = 0) -> str:
    """What a text, written for the year ``now``, says twice and differently; empty where there is nothing."""
    checks = (_all_and_some, _none_and_some, _all_and_less, _in_another_order, _years_in_a_row, _before_it_was,
              _without_and_with, _not_held_and_joined, _other_days, _other_months, _crowd)  # fmt: skip
    return next(filter(None, (check(text) for check in checks)), "") or _first_and_third(text, now)


def _all_and_some(text: str) -> str:
    """All done, and some still left: of the same year, and not of two stages of one work."""
    done, left = _ALL.search(text), _LEFT.search(text)
    if done is None or left is None or _STAGES.search(text):
        return ""
    if left.end() <= done.start() and re.search("后|其余|其他", text[left.end() : done.start()]):
        return ""
    years = [re.findall(r"20\d\d", _sentence_of(text, found)) for found in (done, left)]
    apart = years[0] and years[1] and years[0] != years[1]
    return "" if apart else f"写“{done[0]}”，又写“{left[0]}”"


def _sentence_of(text: str, found: re.Match[str]) -> str:
    start = max((m.end() for m in SENTENCE.finditer(text, 0, found.start())), default=0)
    end = SENTENCE.search(text, found.end())
    return text[start : end.start() if end else len(text)]


def _none_and_some(text: str) -> str:
    """零投诉 beside 投诉3件, of one year."""
    none = _NONE_OF.search(text)
    some = none and re.search(
        rf"{none[1]}[^,，。;；\d零无没]{{0,6}}[1-9]\d*\s*[件起例次人名场]|[1-9]\d*\s*[件起例次人名场][^,，。;；\d]{{0,2}}{none[1]}",
        text,
    )
    if not none or not some or len(set(re.findall(r"20\d\d", text))) > 1:
        return ""
    return f"写“{none[0]}”，又写“{some[0]}”"


def _all_and_less(text: str) -> str:
    """全覆盖 beside a 覆盖率 of less than 100 %, 全部完成 beside such a 完成率."""
    for word, percent in _LESS.findall(text):
        every = re.search(rf"(?:全部|全面|均已|都已|全){word}(?!率)", text)
        years = set(re.findall(r"20\d\d", text))
        if every and float(percent) < 95 and len(years) < 2 and not _STAGES.search(text):
            return f"写“{every[0]}”，又写{word}率{percent}%"
    return ""


def _years_in_a_row(text: str) -> str:
    """Years listed one by one that are not as many as 连续两年 says, or one of them twice."""
    if again := _SAME_YEAR.search(text):
        return f"“{again[0]}”是同一年"
    for listed, count in _IN_A_ROW.findall(text):
        years = len(set(re.findall(r"20\d\d", listed)))
        if years != counted(count):
            return f"列了{years}年，又写连续{count}年"
    return ""


def _before_it_was(text: str) -> str:
    """What was done in a year before that was founded which did it."""
    for sentence in SENTENCE.split(text):
        founded = _FOUNDED.search(sentence)
        if founded is None or _BEFORE.search(sentence):
            continue
        for year, what in _ACTED.findall(sentence[founded.end() :]):
            if "首次" in founded[0] and what != "参加":
                continue  # of something else, it may be
            if int(year) < int(founded[1] or founded[2]):
                return f"“{founded[0]}”，却写{year}年已{what}"
    return ""


def _without_and_with(text: str) -> str:
    """没有安排经费 beside 支出经费9.6万元: a thing that was not there, and was used."""
    clauses = [clause for clause in CLAUSE.split(text) if clause]
    for without, having in _HAVING:
        lacked = next((c for c in clauses if re.search(without, c) and "前" not in c), "")
        had = next((c for c in clauses if re.search(having, c) and not re.search(without, c)), "")
        years = [set(re.findall(r"20\d\d", clause)) for clause in (lacked, had)]
        as_of_now = not years[0] and re.search("尚未|还未|至今", lacked)
        another_time = bool(years[1]) and not (years[0] & years[1]) and not as_of_now
        if lacked and had and not another_time and not _BEFORE.search(text):
            return f"写“{lacked}”，又写“{had}”"
    return ""


def _first_and_third(text: str, now: int) -> str:
    """For the first time, and for the third: of years that leave no room for both."""
    first, nth = _FIRST.search(text), _NTH.search(text)
    if first is None or nth is None:
        return ""
    last = max(now, *(int(year) for year in re.findall(r"20\d\d", text)), 0)
    count = counted(nth[1] or nth[2])
    of_others = nth[2] and (count > OWN or not first[0].endswith(("举办", "举行", "首届")))
    if count < 2 or of_others or (first[1] and int(first[1]) + count - 1 <= last):
        return ""
    return f"写“{first[0]}”，又写“{nth[0]}”"


def _in_another_order(text: str) -> str:
    """A later year with an earlier, or the same, session (第三届) of one series."""
    known: list[tuple[int, int, str]] = []
    for year, session, _, name in _SESSION.findall(text):
        now = (int(year), counted(session), name)
        for before in known:
            alike = name == before[2]
            if alike and (now[0] > before[0]) is not (now[1] > before[1]) and now[:2] != before[:2]:
                return f"{before[0]}年第{before[1]}届、{now[0]}年第{now[1]}届，先后不符"
        known.append(now)
    return ""


def _not_held_and_joined(text: str) -> str:
    """没有举办 beside 800人次参加, of one year and without another act in its place."""
    clauses = CLAUSE.split(text)
    lacked = next((clause for clause in clauses if _NOT_AT_ALL.search(clause)), "")
    joined = next((clause for clause in clauses if _JOINED.search(clause)), "") if lacked else ""
    if not joined or _INSTEAD.search(text) or len(set(re.findall(r"20\d\d", text))) > 1:
        return ""
    return f"写“{lacked}”，又写“{joined}”"


def _other_months(text: str) -> str:
    """More months with a session each than there were sessions."""
    for number, listed, each in _MONTHLY.findall(text):
        months = len(re.findall(r"\d+月", listed))
        if months > int(number) or (each and months != int(number)):
            return f"写{number}次（场、期），列了{months}个月"
    return ""


def _other_days(text: str) -> str:
    """A month outside the quarter (half) that it is told of, a date that was another day of the week."""
    for name, month in _QUARTER.findall(text):
        first, last = _MONTHS[name.removeprefix("第")[0]]
        if 1 <= int(month) <= 12 and not first <= int(month) <= last:
            return f"{name}没有{month}月"
    for year, month, day, weekday in _WEEKDAY.findall(text):
        try:
            date = dt.date(int(year), int(month), int(day))
        except ValueError:
            continue
        if "一二三四五六日".index(weekday.replace("天", "日")) != date.weekday():
            return f"{date.isoformat()}是星期{'一二三四五六日'[date.weekday()]}，不是星期{weekday}"
    return ""


def _crowd(text: str) -> str:
    """A crowd larger than a district: not where it was reached from afar."""
    return next((f"{number_text(float(n))}万人，区县的活动到不了" for n in _crowds(text)), "")


def _crowds(text: str) -> Iterator[str]:
    for clause in CLAUSE.split(text):
        if not _AFAR.search(clause):
            yield from (n for n in _CROWD.findall(clause) if float(n) >= CROWD)
