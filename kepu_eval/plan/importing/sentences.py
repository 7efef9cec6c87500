"""A measure's text cut into items that can each be checked, by sentence and by what a sentence lists."""

from __future__ import annotations

import re
from collections.abc import Iterator

_CLOSERS = {"（": "）", "(": ")", "“": "”", "《": "》", "〔": "〕", "‘": "’"}
_LIST = re.compile(
    "^(?P<verb>.{0,14}?(?:开展|举办|组织|实施|深入开展|广泛开展|打造一批|打造|建设|推进|围绕|面向|建立|依托|利用|发挥|支持|引导|鼓励|推动|加强|普及|弘扬|宣传|培育|开发))(?P<rest>.+)$"
)
_ACTIVITY = re.compile(
    "(大赛|竞赛|比赛|活动|行动|计划|比武|展演|展览|节|周|日|培训|讲座|论坛|工程|宣讲|建功|巡展|校园行)[”）]?(活动)?$"
)
_MAKES = re.compile(
    "^(?P<verb>.{0,6}?(?:打造一批|打造|建设一批|建设|建成|建立|设立|开设|培育|新建|组建|举办|开展|推动|发挥|利用|用好|办好))(?P<rest>.+)$"
)
_THING = re.compile(
    "^“[^”]{2,24}”(?:活动)?$|(馆|镇|村|院|书屋|基地|中心|站点?|室|平台|APP|大篷车|专区|专栏|队伍?|库|大讲堂|讲堂|学校|课堂|课程|阵地|设施|品牌|示范[点区]|小区|园区?|角|长廊|节|周|日|月|大赛|竞赛|行动|计划|工程|活动)[”）]?(?:等|作用)?$"
)
_TYPES = (
    ("train", "培训|课程|授课|研修|轮训|讲习|研学班|学历提升"),
    ("mech", "机制|制度|体系|联席|模式|考核办法|标准|规范"),
    ("policy", "政策|奖励|扶持|列入|纳入|计入|补贴|倾斜|激励|表彰|资助"),
    ("site", "基地|场馆|展馆|中心|阵地|设施|站点|书屋|科技馆|实验室|工作室|学校建设|示范村|小院|园区"),
    ("team", "队伍|志愿者|志愿服务队|人才库|辅导员|专家团|信息员"),
    ("res", "资源|作品|平台|媒体|公众号|图书|产品|APP|短视频|公益广告"),
    ("outcome", "^(不断|进一步|全面|逐步|有效|切实|着力)?(提升|提高|增强|营造|激发|形成|强化|优化|改善|促进|巩固|满足|丰富)"),
)  # fmt: skip


def clauses(sentence: str, marks: str = "，,；;") -> list[str]:
    """Parts of a sentence between commas that are in no brackets or quotes; 以…为基数 stays with what it is the base of."""
    return _outside(re.sub("(为基[数期准])[,，]", r"\1", sentence), marks)


def _outside(text: str, marks: str) -> list[str]:
    parts, closing, current = [], [], ""
    for at, character in enumerate(text):
        if character in _CLOSERS:
            closing.append(_CLOSERS[character])
        elif closing and character == closing[-1]:
            closing.pop()
        inside = (
            character in ",，"
            and 0 < at < len(text) - 1
            and text[at - 1].isdigit()
            and text[at + 1].isdigit()
        )
        if character in marks and not closing and not inside:
            parts.append(current)
            current = ""
        else:
            current += character
    return [part.strip() for part in [*parts, current] if part.strip()]


def items(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """Items of a text, each with what it lists: one a clause; a list of named activities gives one for each."""
    found: dict[str, tuple[str, ...]] = {}
    for sentence in _outside(text, "。；;\n"):
        for clause in _joined(clauses(_unnumbered(sentence))):
            for item, parts in _listed(clause):
                found.setdefault(item, parts)
    return list(found.items())


_NUMBERING = re.compile(r"^\s*(?:[（(]\d{1,2}[)）]|\d{1,3}\s*[.．、](?!\d)|[①-⑳]|[—–-]{2,}|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[)）]|[一二三四五六七八九十]是)\s*")  # fmt: skip


def _unnumbered(text: str) -> str:
    return _NUMBERING.sub("", text)


def _joined(parts: list[str]) -> list[str]:
    """Clauses of a sentence; one too short to stand alone, or that only says how, stays with the next."""
    whole: list[str] = []
    carried = ""
    for part in parts:
        part = carried + part
        if (
            len(part) < 6
            or re.search("(期间|时期|五”末)$", part)
            or (
                re.match("^(通过|围绕|以|按照|根据|针对|结合|依托|面向|在)[^，]{2,40}$", part)
                and not re.search("培训|开展", part)
            )
        ):
            carried = f"{part}，"
            continue
        whole.append(part)
        carried = ""
    if carried:
        whole.append(carried.rstrip("，"))
    return whole


def _listed(clause: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """A clause that lists things: as one item with its parts, or as items when each is an activity by itself."""
    bare = re.sub("等(?=[^、]{0,14}$)", "、", clause, count=1) if "等" in clause else clause
    parts = [part.strip() for part in _outside(bare.replace("”“", "”、“"), "、") if part.strip()]
    made = _MAKES.match(clause)
    if made and not re.search(r"\d", clause) and (things := _things(made["rest"])):
        verb = re.sub("一批$", "", made["verb"])
        yield from ((f"{verb}{thing}", ()) for thing in things)
        return
    if len(parts) < 3 or re.search(r"\d", clause):
        yield clause, ()
        return
    head = _LIST.match(parts[0])
    names = [head["rest"] if head else parts[0], *parts[1:]]
    if "等" in clause and len(names) > 2:
        names.pop()  # what they all are
    if sum(bool(_ACTIVITY.search(name)) for name in names) * 3 >= len(names) * 2:
        yield from ((name, ()) for name in names if len(name) >= 3)
    else:
        yield clause, tuple(names)


def _things(text: str) -> list[str]:
    """Places, activities, means that a text lists, two at least, each of which can be checked by itself; else nothing."""
    listed, _, what = text.partition("等")
    parts = [part.strip() for part in _outside(listed.replace("”“", "”、“"), "、") if part.strip()]
    if what == "" and parts and parts[-1].endswith("作用"):
        parts[-1] = parts[-1].removesuffix("作用")
    apart = (
        len(parts) > 1
        and len(what) <= 16
        and all(3 <= len(part) <= 24 and _THING.search(part) for part in parts)
    )
    return parts if apart else []


def kind_of(text: str) -> str:
    """The type of commitment that a text seems to be (act, train, mech …)."""
    return next((name for name, words in _TYPES if re.search(words, text)), "act")
