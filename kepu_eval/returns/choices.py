"""One of the template's choices as it was written in one cell. Pure functions, no I/O."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kepu_eval.returns.cells import Parsed
from kepu_eval.returns.layout import YES_NO
from kepu_eval.returns.wording import PROOF
from kepu_eval.safe_text import tidy

_YES, _NO = "√✓✔☑✅●YyVv1", "×✗✘☒❌╳〤XxNn0"
_TICKED = re.compile(r"([□☐○◯√✓✔☑■●☒×✗✘])\s*([\u4e00-\u9fff]+)|([\u4e00-\u9fff]+)\s*([□☐○◯√✓✔☑■●☒×✗✘])")
_EMPTY_BOXES = "□☐○◯×✗✘"
_NOT = "未|没有?|尚未|还未|还没有?|暂未|从未|均未"
_HOW = "均|都|确|正常|按时|按期|如期|按计划|按要求|常态化|定期|有效|稳定|平稳|良好|顺利|积极"
_HELD = "开展|举办|组织|举行|实施"
_KIND_OF_SCHOOL = "完小|村小|公办|普惠(?:性)?|民办|公立|私立|完全|中心|普通|全日制|寄宿制|农村|城区"
_SAME_AS = {
    choice: re.compile(words)
    for choice, words in {
        "有": rf"[{_YES}]|是的?|对|(?:已经?|{_HOW})*+(?:有|有?(?:{_HELD}|进行|落实|做|办|完成)(?:过|了)?)",
        "无": rf"[{_NO}]|否|没有?|均无|都没有|无(?:{_HELD})|(?:当年|本年|全年)?(?:{_NOT})(?:有|{_HELD}|做|办)(?:过|了)?",
        "是": rf"[{_YES}]|(?:属于?)?(?:农村|乡村|牧区|农牧区|农村牧区)(?:学校)?",
        "否": rf"[{_NO}]|不是|不属于|(?:属于?)?(?:城区|城市|城镇|市区|非农村|非农牧区|非农村牧区)(?:学校)?",
        "小学": rf"(?:{_KIND_OF_SCHOOL})*+小学(?:学?校|部)?",
        "初中": rf"(?:{_KIND_OF_SCHOOL})*(?:初中(?:校|部)?|初级中学)",
        "高中": rf"(?:{_KIND_OF_SCHOOL})*(?:高中(?:校|部)?|高级中学)|普高",
        "中职": "中等职业(?:技术)?(?:学校|教育)?|职业(?:高中|中学|中专)|职高|职中|中专|中职学校|中等专业学校",
        "幼儿园": rf"(?:{_KIND_OF_SCHOOL})*幼儿园",
        "已运行": rf"[{_YES}]|是|(?:已经?)?正式?运行|正常|(?:已经?|{_HOW}|正在|在|目前)*+(?:建立并|建成并|投入|正常|持续)*+(?:运行|运转)(?:中|良好|正常|顺畅)?"
        "|已(?:经)?(?:启用|投用|投入使用|建成投用)",
        "未运行": rf"[{_NO}]|(?:{_NOT}|不|已?停止?)(?:投入)?(?:运行|运转|启用|投用|使用)|停运|已停运",
        "完成": rf"(?:任务|工作|100%)?(?:已经?|{_HOW}|全部|全面|圆满)*+完成了?(?:100%)?",
        "基本完成": "(?:已经?)?基本(?:上)?(?:已经?)?(?:全部)?完成",
        "正在推进": rf"正?推进中|推进|(?:{_HOW}|正在|正|在|持续|稳步|有序|继续|扎实|长期)++(?:推进|实施|开展|进行)中?|(?:实施|进行|开展)中",
        "滞后": "(?:进度|进展)(?:较|有所)?滞后|滞后于(?:计划|进度)",
        "未启动": rf"(?:{_NOT})(?:启动|开始)",
    }.items()
}
"""Other words and marks for the template's choices that have one reading beside those choices."""
_MARKED = re.compile(r"^[√✓✔☑●◆■▲•·—\s]+(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])[√✓✔☑—\s]+$")
_WITH_REMARK = re.compile(r"([^()\[\],:;。]+?)\s*[(\[,:;。]\s*([^()\[\]]+?)[)\]]?")
_IN_BRACKETS = re.compile(r"[(\[](\D*)[)\]]")
_COUNT = re.compile(
    rf"有?(?:共|每年|当年|全年)?(?:已经?)?(?:{_HELD}|办|做)?了?(\d+|[一二两三四五六七八九十])(?:次|场|期|轮|批|场次|期次)(?:活动|培训|讲座|宣传)?(?:共?\d+人次?)?"
)
_REASON = re.compile(
    r"(?!.*(?:改|线上|转|代|并|联合|委托|另|除))(?:(?:疫情|经费|资金|人员|人手|场地|天气)(?:紧张|有限|短缺)?|(?:因|由于|受|无|没有|缺乏?|暂无)[^\d,;:但仅只]+|[^\d,;:但仅只]+(?:影响|原因|不足|不够|短缺|困难|取消))"
)
_SHARE, _SINCE = (
    re.compile(r"(\d{1,3})(?:\.\d+)?%"),
    re.compile(r"(?:自|从)?20\d\d年(?:\d{1,2}月)?(?:起|开始|以来|投用|启用|启动|建成)(?:运行)?"),
)
_SCHOOLS, _KINDS = ("小学", "初中", "高中", "中职", "幼儿园"), re.compile(f"(?:{_KIND_OF_SCHOOL})+")
_SPACED = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")
_LONGEST = 60
_UNDER_WAY = re.compile(r"(?:正在)?(?:筹[建备]|建设|施工|准备)中?|在建|待建")
_ONLINE = re.compile(rf"线[上下](?:线[上下])?(?:{_HELD}|进行)?")
_WELL = re.compile(r"(?:情况|效果)?(?:良好|正常|平稳|稳定|顺畅)")
_NAUGHT = ("无", "未运行", "滞后", "未启动")


def parse_choice(raw: object, choices: Sequence[str], labels: str = "") -> Parsed:
    """One of the template's choices, or a usual word or mark for one; anything else is a question that names them.

    ``labels`` are printed in the row: a remark that repeats them says nothing new.
    """
    text = _SPACED.sub("", tidy(f"{raw:g}" if isinstance(raw, float) else raw))
    if not text:
        return Parsed("missing", None, "C31", "未填", "")
    if text in choices:
        return Parsed("accepted", text)
    plain = _ticked(text).strip("“”\"'。.,;、")
    called, colon, said = plain.partition(":")
    plain = said.strip() if colon and called in labels.split() else plain
    plain = bare[1] if (bare := _IN_BRACKETS.fullmatch(plain)) else _MARKED.sub("", plain[: _LONGEST + 1])
    choice = _meant(plain, choices) if len(plain) <= _LONGEST else None
    if choice is None and len(plain) <= _LONGEST and (with_remark := _WITH_REMARK.fullmatch(plain)):
        word, remark = with_remark.groups()
        meant = _meant(word, choices)
        choice = (
            meant
            if meant and all(_leaves(one, meant, choices, labels) for one in re.split(r"[,;、]\s*", remark))
            else None
        )
    if choice is not None:
        return Parsed("note", choice, "X03", f"按“{choice}”读取")
    return Parsed("question", None, "X03", "不在可选项中", f"请从下拉框选择：{'、'.join(choices)}")


def _ticked(text: str) -> str:
    """The one of several options that is ticked (□有 ☑无); the text itself where it is no such list."""
    found = _TICKED.findall(text) if len(text) <= _LONGEST else []
    options = [(before or behind, word or other) for before, word, other, behind in found]
    ticked = [word for box, word in options if box not in _EMPTY_BOXES]
    return ticked[0] if len(options) > 1 and len(ticked) == 1 else text


def _meant(word: str, choices: Sequence[str]) -> str | None:
    """The choice that a word, a mark or, for 有 and 无, a count of events stands for."""
    for choice in choices:
        if word == choice or (choice in _SAME_AS and _SAME_AS[choice].fullmatch(word)):
            return choice
    count = _COUNT.fullmatch(word) if tuple(choices) == YES_NO else None
    return YES_NO[not count[1].strip("0")] if count else None


def _leaves(remark: str, choice: str, choices: Sequence[str], labels: str) -> bool:
    """Whether a remark leaves the choice what it is: it says the same, what the row is about, where the proof is, how often, or why not."""
    if PROOF.fullmatch(remark) or _meant(remark, choices) == choice:
        return True
    if choice == YES_NO[0] and (_ONLINE.fullmatch(remark) or (len(remark) > 1 and remark in labels)):
        return True
    if choice in _SCHOOLS:
        return bool(_KINDS.fullmatch(remark))
    if choice in _NAUGHT:
        return bool(_REASON.fullmatch(remark) or (choice.startswith("未") and _UNDER_WAY.fullmatch(remark)))
    share = _SHARE.fullmatch(remark)
    if share:
        return (choice == "完成") == (int(share[1]) == 100) and choice in ("完成", "基本完成", "正在推进")
    return choice == "已运行" and bool(_SINCE.fullmatch(remark) or _WELL.fullmatch(remark))
