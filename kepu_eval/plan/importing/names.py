"""Names of units in a cell as offices write them: with brackets, 等单位, 牵头…配合, collectives, spaces and slashes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

_BRACKETS = {"（": "）", "(": ")", "〔": "〕", "[": "]", "【": "】"}
_SUFFIX = re.compile(
    "(局|委|办|部|会|院|校|所|站|中心|队|馆|厅|署|行|公司|科协|社科联|联|社|政府|集团|大学|学院|分局|园|科|银行|台|室|组|团委|党委|医院"
    "|苗圃|公室|管委会|街道|镇|乡|苏木|协会|学会|基地|总站|处|厂|矿|区|县|旗|市|省|办事处)$"
)
_COLLECTIVE = re.compile(
    "^(各|全体|有关|相关|其他|其它|区直|县直|市直|旗直|省直|全区|全县|全市|本级)|成员单位|各有关|有关部门|相关部门|有关单位|相关单位|各(街|乡|镇|苏木|县|区|旗|市)"
)
_TAIL = re.compile("(按照?(各自)?(职责|职能|任务)?分工(协作)?(负责|落实)?|按职责(分工)?(负责|落实)?|分别负责|共同负责|负责落实|负责|抓好落实|具体落实|为?牵头单位|为?责任单位|配合单位|牵头|配合|参与|参加|协同|协助|承办|主办)+$")  # fmt: skip
_ETC = re.compile(
    "等(有关|相关|各|其他)?(单位|部门|成员单位|有关单位|责任单位|部门和单位|部门单位|单位和部门)?$"
)
_LABEL = re.compile(r"(主要责任单位|牵头责任单位|牵头单位|牵头部门|责任单位|责任部门|配合单位|配合部门|参加单位|参与单位|协同单位|协办单位|落实单位|实施单位|主责单位|牵头|责任|配合)\s*[：:]")  # fmt: skip
_LEADS = ("牵头", "主责", "主办", "主要责任")
_ROLE_ALONE = re.compile(
    "^(牵头|主责|主办|配合|参与|协办|负责|排名不分先后|按职责分工|按职责分工负责|以下简称.*)$"
)
_NOBODY = ("无", "—", "-", "/", "暂无")
_LEVEL = "省市州盟区县旗"


@dataclass
class Named:
    """What a cell says: who leads, who else is responsible, names in brackets by name, and what is to be asked."""

    leads: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    aliases: dict[str, list[str]] = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)

    @property
    def all(self) -> list[str]:
        """Every name once, leads first."""
        return list(dict.fromkeys([*self.leads, *self.others]))


def is_collective(name: str) -> bool:
    """Whether a name means several units that it does not list."""
    return bool(_COLLECTIVE.search(name))


def only_names(text: str) -> bool:
    """Whether a text is nothing but names of units (市农业农村局、市生态环境局)."""
    pieces = [piece.strip() for piece in re.split("[、，,；;\\s]+", text) if piece.strip()]
    return bool(pieces) and all(
        2 < len(piece) <= 24 and not re.search(r"[\d“”《》]", piece) and (_SUFFIX.search(_TAIL.sub("", piece)) or is_collective(piece))
        for piece in pieces
    )  # fmt: skip


def read_names(text: str, known: Collection[str] = ()) -> Named:
    """Names in a cell. ``known``: names met elsewhere, which tell a wrapped name from two names."""
    named = Named()
    for words, lead in _by_role(text):
        for name, marked in _names(words, named, known):
            target = named.leads if lead or marked else named.others
            if name not in target:
                target.append(name)
    named.others = [name for name in named.others if name not in named.leads]
    return named


def _by_role(text: str) -> Iterator[tuple[str, bool]]:
    """Parts of a cell with whether their units lead: ``牵头单位：甲；责任单位：乙`` or ``甲牵头，乙配合``."""
    labels = list(_LABEL.finditer(text))
    if labels:
        if text[: labels[0].start()].strip():
            yield text[: labels[0].start()], False
        for here, following in zip(labels, [*labels[1:], None], strict=True):
            end = following.start() if following else len(text)
            yield text[here.end() : end], here[1].startswith(_LEADS)
        return
    said = re.match(r"^(?:由)?(.+?)(?:共同|联合)?牵头[，,；;、。\s]*(?:会同)?(.*)$", text, re.DOTALL)
    if said and "（" not in said[1][-1:] and said[1][-1:] not in "（(":
        yield said[1], True
        if said[2].strip("）)。 "):
            yield said[2], False
        return
    yield text, False


def _names(text: str, named: Named, known: Collection[str]) -> Iterator[tuple[str, bool]]:
    pieces = [piece for line in _lines(text, known, named) for piece in _divided(line, named)]
    for piece in _rejoined(pieces):
        name, inner = (piece, []) if is_collective(piece) else _without_brackets(piece)
        name = _TAIL.sub("", name.strip(" 。.．:：\u3000")) if len(name) > 2 else name.strip()
        cut = _ETC.sub("", name)
        if cut != name:
            named.doubts.append(f"“{name}”含“等”，未点名的单位请补")
            name = cut
        if not name or name in _NOBODY or _ROLE_ALONE.match(name):
            continue
        marked = any(word in ("牵头", "主责", "主办") for word in inner)
        given = [
            word for part in inner for word in re.split("[、，,；;]", part) if not _ROLE_ALONE.match(word)
        ]
        if given:
            named.aliases.setdefault(name, []).extend(given)
            named.doubts.append(f"“{piece.strip()}”按一个单位“{name}”读取，括号内“{'、'.join(given)}”作别名")
        yield name, marked


def _lines(text: str, known: Collection[str], named: Named) -> list[str]:
    """Lines of a cell; a name that the cell's width broke in two is put together again."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    whole: list[str] = []
    for line in lines:
        before = whole[-1] if whole else ""
        last = re.split("[、，,；;]", before)[-1]
        open_bracket = before.count("（") + before.count("(") > before.count("）") + before.count(")")
        broken = (
            last and not _SUFFIX.search(last) and last not in known and not is_collective(last)
            and _SUFFIX.search(re.split("[、，,；;]", line)[0]) and line[0] not in _LEVEL + "团各" and before[-1] not in "、，,；;"
        )  # fmt: skip
        if before and (open_bracket or (broken and re.split("[、，,；;]", line)[0] not in known)):
            whole[-1] = before + line
            if broken:
                named.doubts.append(f"“{last}”与下一行“{line}”按一个名称读取")
        else:
            whole.append(line)
    return whole


def _divided(line: str, named: Named) -> list[str]:
    """Names between 、，； and slashes and, where both sides are names, spaces; what is in brackets stays together."""
    pieces, depth, current = [], 0, ""
    for character in line:
        depth += (character in _BRACKETS) - (character in _BRACKETS.values() and depth > 0)
        if depth == 0 and character in "、，,；;/／|":
            if character in "/／":
                named.doubts.append(f"“{line}”按斜线分成几个单位，如为同一单位请合并")
            pieces.append(current)
            current = ""
        else:
            current += character
    pieces.append(current)
    return [part for piece in pieces if piece.strip() for part in _spaced(piece.strip())]


def _spaced(piece: str) -> list[str]:
    """``区科技局 区人社局`` is two names; ``科 协`` is one that is spaced out."""
    if re.search(r"[（(]", piece):
        return [piece]
    parts = piece.split()
    if len(parts) > 1 and all(len(part) > 1 for part in parts):
        return parts
    return ["".join(parts)]


def _rejoined(pieces: list[str]) -> list[str]:
    """``各街道办事处、镇`` is one collective: what follows 各… without a name of its own belongs to it."""
    joined: list[str] = []
    for piece in pieces:
        tail = re.match("^(乡|镇|街道|苏木|嘎查|村|社区|园区|街道办|街道办事处|乡镇|镇人民政府|乡人民政府|人民政府|旗|县|区|市)(办事处|人民政府|政府)?$", piece)  # fmt: skip
        if joined and tail and joined[-1].startswith("各"):
            joined[-1] += f"、{piece}"
        else:
            joined.append(piece)
    return joined


def _without_brackets(piece: str) -> tuple[str, list[str]]:
    inner = [found.strip() for found in re.findall(r"[（(〔\[【]([^）)〕\]】]*)[）)〕\]】]?", piece)]
    return re.sub(r"[（(〔\[【][^）)〕\]】]*[）)〕\]】]?", "", piece), [word for word in inner if word]


_FULL = {
    "卫健": "卫生健康", "卫计": "卫生健康", "科协": "科学技术协会", "人社": "人力资源和社会保障", "发改": "发展和改革", "工信": "工业和信息化",
    "市监": "市场监督管理", "市场监管": "市场监督管理", "文旅": "文化和旅游", "住建": "住房和城乡建设", "妇联": "妇女联合会", "应急": "应急管理",
    "网信": "网络安全和信息化", "残联": "残疾人联合会", "工商联": "工商业联合会", "科技": "科学技术", "农业农村": "农牧", "退役": "退役军人事务",
    "老干": "老干部", "总工会": "工会", "医保": "医疗保障", "粮储": "粮食和物资储备", "林草": "林业和草原", "编办": "机构编制", "生态环境": "环保",
}  # fmt: skip


def same_core(one: str, other: str) -> bool:
    """Whether two names may be one unit's: alike once abbreviations are written out and the level is left off."""
    return one != other and _core(one) == _core(other)


def _core(name: str) -> str:
    text = re.sub(f"^(中共|共青团)?[{_LEVEL}]?(?=..)", "", re.sub(r"\s", "", name))
    for short, full in _FULL.items():
        if full not in text or full in short:
            text = text.replace(short, full)
    return re.sub("(委员会|办公室|局|委|办|厅|部)$", "", text) or text
