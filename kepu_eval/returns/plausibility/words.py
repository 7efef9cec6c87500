"""What a statement answers against what it says in words, and against its own self-rating."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kepu_eval.returns.findings import Findings, as_found
from kepu_eval.returns.layout import OPERATING, SELF_RATINGS, YES_NO
from kepu_eval.returns.plausibility.seen import Seen, ask_status
from kepu_eval.returns.text_grammar import CLAUSE, SENTENCE

YES, NO = YES_NO
RUNNING, NOT_RUNNING = OPERATING
DONE, NOT_STARTED, BEHIND = ("完成", "基本完成"), "未启动", ("滞后", "严重滞后")
_NOT_DONE = re.compile(
    r"(?:尚未|还未|暂未|从未|并未|未能|未|没有?|还没有?)(?:有效|正式|实际|组织|安排|继续|再)?(?:开展|启动|举办|实施|组织|建立|建成|运行|成立|开始|召开|做|进行|办)"
    r"|(?:尚未|还未|至今未|还没有?)(?:正式)?(?:印发|出台|签订|挂牌|上线|投入使用|完工|竣工|开工|施行|执行|落地|见效)"
    r"|(?:没有|未|不)(?:承担|涉及)|无[此这该]项"
    r"|无法开展|因故(?:取消|停办)|停[办运]|取消了?[。.]?$|没有(?:此项|这项)"
)
_HELD = re.compile(
    r"(?<!未)(?<!没有)(?<!尚未)(?:举办|开展|组织|举行|召开|开办|承办|完成|开班|培训)[^,，。;；]{0,20}?\d+\s*(?:余|多)?(?:期|场|次|班|人|名|个|所|家)"
    r"|办[了过]?\d+\s*[期场次班]|共\d+\s*(?:期|场|次|人次|人)|\d+\s*人次?参加"
)
_IN_USE = re.compile(
    r"(?<!未)(?<!尚未)(?:已?投入使用|已(?:经)?(?:正常)?运行|运行良好|正式启用|已建成|已挂牌|正常运转)"
)
_EVERY_YEAR = re.compile(
    r"(?<!做到)(?<!没有)每年[^,，。;；]{0,10}(?:举办|开展|组织|召开|举行|安排)|逐年(?:举办|开展)|年年(?:举办|开展)|从未间断"
)
_PLANNED = re.compile(
    r"(?:正在|正|尚在|还在|仍在)(?:筹建|筹备|筹划|起草|拟定|研究制定|征求意见|装修|施工|招标|申报|论证)"
    r"|拟(?:于|在|定|提交|建)|计划(?:于|在)?20\d\d年|待(?:批复|审批|挂牌|验收|印发)|待[^,，。;；]{1,10}后再?(?:开展|启动|实施|举办|组织)|[列纳]入(?:明年|下一?年)|届时|即将(?:建成|启用|开展|挂牌|印发)"
)
CORRECTED = re.compile(r"更正|订正|核实|核减|上一?轮|原报|误[填报]|改[正为]")
_CAUSE = re.compile(
    r"撤[并销]|合并|停[办运用]|关停|注销|退出|清退|调整|受.{1,8}影响|因.{1,12}[,，]|原因|减少|下降|缺|不足|不够|没有"
)
_MEANT = re.compile(
    r"(?<![模虚])拟(?![定订稿])|(?<![按照原])计划(?=于|在|20\d\d|[明下]|年[内底]|举办|开展|组织|培训|建)|预计|将[在于]|将会|打算|争取"
)
_ACTED = re.compile(
    r"了|已(?!列入|纳入|起草|草拟|拟[定出]|报送|提交|上报|初步|与[^,，。;；]{1,10}(?:沟通|对接|联系|商量))|\d+\s*(?:人|名|次|场|期|班|个|所|家|户|件|份|篇)"
)
_COUNTED = re.compile(
    r"(?:覆盖|建成|走进|完成|服务|接待|培训)(?:了|全部)?[^,，。;；\d]{0,4}\d+\s*(?:个|所|家|处|户|人|名)|到位[^,，。;；]{0,4}\d"
)
_ONLY = re.compile(
    r"[仅只](?:在|于)?((?:20\d\d\s*年?[、和及与]?)+)[^,，。;；]{0,10}(?:[举开]?办|开展|组织|实施|召开)"
)
_NEVER = re.compile(
    r"^[^,，。;；]{0,16}(?:尚未|还未|从未|一直未|一直没有|还没有|均未)(?:有效|正式|实际)?(?:开展|启动|建立|实施|建成|组织|运行)"
    r"|^(?:本单位)?(?:不涉及|无[此这该]项)"
    r"|(?:[该本此这]项[^,，。;；]{0,6}|至今|一直)(?:[没未](?:有)?|尚未|还未|还没有?)(?:有效|正式|实际)?(?:开展|启动|建立|实施|建成|组织|运行)"
)
_NOTHING_DONE = re.compile(
    r"^(?:[该本此这]项)?(?:工作|活动|培训|任务|项目)?(?:一直|至今|始终)?(?:都|均|仍|尚|还)?(?:没有|没|未能?)(?:正式|实际)?(?:举办|开展|启动|实施|组织|建立|建成|运行)(?:过|起来)?$"
)
_NOT_HELD = re.compile(r"年(?:度)?(?:均|都)?(?:没有|未能?)(?:举办|开展|组织|召开|举行)(?:过)?(?:活动|培训)?$")
_FAR_BEHIND = re.compile(
    r"进[度展](?:严重|明显)?(?:滞后|缓慢)|不足一半|不到一半|未过半|(?:三分之[一二]|一半|大部分|多数)[^,，。;；]{0,8}(?:没有|未)(?:完成|开展|启动|落实)|(?:完成率|进度)(?:仅|只有?|为|约)?[1-6]?\d(?:\.\d+)?\s*[%％]"
)
_TO_START = re.compile(r"(?:启动|开展|举办|建立|出台|制定)[该此这本]项|首[场次期届]")
_CALLED_OFF = re.compile(r"停办|取消|暂停|中止|停训")
_STOPPED = re.compile(
    r"已(?:经|于[^,，。;；]{0,10})?(?:停止(?:运行|执行|使用|实施|开放)|停用|撤销|关停|关闭|废止|解散|拆除)|不再运行"
)
_ALL_DONE = re.compile(r"(?:全部|全面|均已|都已|按期|如期|圆满|超额)[^,，。;；]{0,6}完成")
_TIMES = re.compile(
    r"(?:[三五]年[来间]?|20\d\d年?\s*[-—–~至到]+\s*20\d\d年|历年)[^,，。;；\d]{0,4}(?:累计|共|仅|只)[^,，。;；\d]{0,6}(\d+)\s*[次场期](?![,，]每)"
)
_YEARS = re.compile(r"(20\d\d)\s*年?\s*(?:[-—–~至到]+)\s*(20\d\d)\s*年")
_YEAR = re.compile(r"(20\d\d)\s*年")
_CLAUSE_OR_YEAR = re.compile(rf"{CLAUSE.pattern}|(?<!年)(?<!年度)、(?=20\d\d年)")
_SOME = re.compile(
    r"(?:有|另外?|其余|余下|剩余)的?\d+\s*[个所家户处项名人]|(?:未|没有?)建立(?:专门|单独|独立|统一|完整)|改[为由到][^,，。;；]{0,8}(?:举办|开展|直播|进行|组织|发放)"
)
"""Some of it, or something in its place: 尚有3所未开展, 未建立专门台账, 改为线上举办 do not say that nothing was done."""
_NOW = re.compile(r"今年|本年度?|当年|目前|暂时")


def denied(text: str) -> bool:
    """Whether a text as a whole says that nothing was done: it begins so, of no year alone, and tells of nothing that was."""
    first = next((s for s in SENTENCE.split(text) if s.strip()), "")
    return (
        bool(_NOT_DONE.search(first))
        and not _SOME.search(first)
        and not held(text)
        and not (_YEAR.search(text) or _NOW.search(text))
    )


def held(text: str) -> bool:
    """Whether a clause of a text tells of something that took place; 计划举办3期 does not."""
    return any(_HELD.search(clause) and not _MEANT.search(clause) for clause in CLAUSE.split(text))


def planned(text: str) -> bool:
    """Whether a text tells only of what is still to come: being drafted, being built, meant for a later year."""
    if held(text) or any(_IN_USE.search(c) and not _MEANT.search(c) for c in CLAUSE.split(text)):
        return False
    rest = [c for c in CLAUSE.split(text) if not (_MEANT.search(c) or _PLANNED.search(c))]
    if any(_COUNTED.search(clause) for clause in rest):
        return False
    meant = bool(_MEANT.search(text)) and not any(_ACTED.search(clause) for clause in rest)
    return meant or bool(_PLANNED.search(text))


def reasoned(text: str) -> bool:
    """Whether a text gives a reason for what is less or other than it was."""
    return bool(CORRECTED.search(text) or _CAUSE.search(text))


def not_done(clause: str) -> bool:
    """Whether a clause says that something was not done, and nothing that was."""
    return bool(_NOT_DONE.search(clause) or _CALLED_OFF.search(clause)) and not (
        held(clause) or _SOME.search(clause)
    )


def by_year(text: str, now: str) -> Iterator[tuple[str, str]]:
    """Clauses with the years that they are about; a year holds on to the end of its sentence, 今年 is ``now``.

    2021年、2022年未开展 is about both; 2021年3场、2022年未开展 are two clauses.
    """
    for sentence in SENTENCE.split(text):
        years: list[str] = []
        for clause in _CLAUSE_OR_YEAR.split(sentence):
            named = [] if _YEARS.search(clause) else list(dict.fromkeys(_YEAR.findall(clause)))
            years = named or ([] if _YEARS.search(clause) else [now] if "今年" in clause else years)
            yield from ((year, clause) for year in years)


def check_words(seen: Seen, findings: Findings) -> None:
    """Ask where a yearly answer, or whether it runs, says the opposite of 进展说明 (X19)."""
    for row in seen.parts["statuses"]:
        text = row["progress"]
        shown = f"，进展说明写“{as_found(text)}”"
        if not text:
            continue
        against = _years_against(row["done_by_year"], text, str(seen.round.as_of.year))
        for answer in YES_NO:
            years = [year for year in against if row["done_by_year"][year] == answer]
            told, keys = f"{'、'.join(years)}年填“{answer}”{shown}", [f"year:{year}" for year in years]
            ask_status(seen, findings, "X19", row, keys, told, "请核对，以哪个为准", YES_NO)
        runs = row["operating"]
        if (runs == RUNNING and (denied(text) or planned(text) or _STOPPED.search(text))) or (
            runs == NOT_RUNNING and _IN_USE.search(text)
        ):
            ask_status(
                seen, findings, "X19", row, "operating", f"填“{runs}”{shown}", "请核对，以哪个为准", OPERATING
            )


def _years_against(told: dict[str, str | None], text: str, now: str) -> list[str]:
    """Years whose answer the text denies."""
    clauses = list(by_year(text, now))
    busy = {year for year, clause in clauses if held(clause)}
    against = [
        y for y, c in clauses
        if told.get(y) == YES and y not in busy and _NOT_DONE.search(c) and not _SOME.search(c)
    ]  # fmt: skip
    against += [y for y, c in clauses if told.get(y) == NO and held(c) and not _NOT_DONE.search(c)]
    if denied(text) or planned(text):
        against += [year for year, answer in told.items() if answer == YES]
    if _EVERY_YEAR.search(text):
        against += [year for year, answer in told.items() if answer == NO]
    for clause in CLAUSE.split(text):
        if (span := _YEARS.search(clause)) and not_done(clause):
            against += [y for y, answer in told.items() if answer == YES and span[1] <= y <= span[2]]
    yes = [year for year, answer in told.items() if answer == YES]
    if (times := _TIMES.search(text)) and int(times[1]) < len(yes):
        against += yes
    if only := _ONLY.search(text):
        against += [year for year, answer in told.items() if answer == YES and year not in only[1]]
    return list(dict.fromkeys(against))


def check_problems(seen: Seen, findings: Findings) -> None:
    """Ask where 存在问题 says that nothing was done, and 进展说明 or a year's 有 that something was (X35)."""
    for row in seen.parts["statuses"]:
        for clause in filter(_NOT_HELD.search, CLAUSE.split(row["problem"])):
            years = [year for year in _YEAR.findall(clause) if row["done_by_year"].get(year) == YES]
            if years and not _SOME.search(clause):
                told = f"写“{as_found(clause)}”，{'、'.join(years)}年填“{YES}”"
                ask_status(seen, findings, "X35", row, "problem", told, "请核对，以哪个为准")
        clauses = [clause for clause in CLAUSE.split(row["problem"]) if _NOTHING_DONE.search(clause)]
        if clauses and held(row["progress"]):
            told = f"写“{as_found(clauses[0])}”，进展说明写“{as_found(row['progress'])}”"
            ask_status(seen, findings, "X35", row, "problem", told, "请核对，以哪个为准")


def check_self_ratings(seen: Seen, findings: Findings) -> None:
    """Ask where a self-rating says the opposite of what the same row answers, counts or tells (X20)."""
    every_year = {i.id for t in seen.plan.tasks for i in t.commitments if re.search("每年|逐年", i.text)}
    for row in seen.parts["statuses"]:
        rating = row["self_rating"]
        against = _against_rating(row, rating, yearly=row["commitment"] in every_year) if rating else ""
        if against:
            ask_status(seen, findings, "X20", row, "self_rating", f"自评“{rating}”，但{against}", "请核对自评或所填内容",
                       SELF_RATINGS)  # fmt: skip


def _against_rating(row: dict, rating: str, *, yearly: bool) -> str:
    years = {year: answer for year, answer in row["done_by_year"].items() if answer}
    before, now, text = row["baseline_size"], row["current_size"], row["progress"]
    shown = "、".join(f"{year}年{answer}" for year, answer in years.items())
    if rating in DONE:
        most = 2 * list(years.values()).count(NO) > len(years)
        if years and (set(years.values()) == {NO} or (most and yearly)):
            return f"{'承诺是每年的，' if yearly else ''}填“{NO}”的年份居多（{shown}）"
        if row["operating"] == NOT_RUNNING:
            return f"运行情况填“{NOT_RUNNING}”"
        if now < before:
            return f"现有规模{as_found(now)}少于基期规模{as_found(before)}"
        if now == 0 or row["quantity"] == 0:
            return f"{'现有规模' if now == 0 else '数量'}为0"
        return _against_done(row, text)
    if rating in BEHIND and YES in years.values() and NO not in years.values() and _ALL_DONE.search(text):
        return f"各年均填“{YES}”，进展说明写“{as_found(text)}”"
    if rating == NOT_STARTED:
        if now > before:
            return f"现有规模{as_found(now)}多于基期规模{as_found(before)}"
        if YES in years.values():
            return f"已填“{YES}”（{shown}）"
        if row["operating"] == RUNNING:
            return f"运行情况填“{RUNNING}”"
        if held(text):
            return f"进展说明写“{as_found(text)}”"
    return ""


def _against_done(row: dict, text: str) -> str:
    """What speaks against a completed commitment in words, or that nothing was answered at all."""
    if denied(text) or planned(text):
        return f"进展说明写“{as_found(text)}”"
    for name, said in (("进展说明", text), ("存在问题", row["problem"])):
        if _FAR_BEHIND.search(said):
            return f"{name}写“{as_found(said)}”"
    if _NEVER.search(row["problem"]):
        return f"存在问题写“{as_found(row['problem'])}”"
    if _TO_START.search(row["next_step"]) and not held(text):
        return f"下一步措施写“{as_found(row['next_step'])}”"
    sizes = [row[key] for key in ("baseline_size", "current_size", "quantity")]
    nothing = (
        not any(row["done_by_year"].values()) and not row["operating"] and all(size != size for size in sizes)
    )
    return "本行的有无、运行情况、规模和进展说明都没有填" if nothing and not text else ""


def check_sizes(seen: Seen, findings: Findings) -> None:
    """Ask about a size that is many times, or a small part of, what it was at the baseline (X16)."""
    for row in seen.parts["statuses"]:
        before, now = row["baseline_size"], row["current_size"]
        low, high = min(before, now), max(before, now)
        if low > 0 and high >= 8 * low and high - low >= 50:
            told = f"现有规模{as_found(now)}，基期规模{as_found(before)}，相差悬殊"
            ask_status(seen, findings, "X16", row, "current_size", told, "请核实是否多一位或少一位")
