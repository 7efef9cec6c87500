"""One of the template's choices as it was written in one cell. Pure functions, no I/O."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kepu_eval.returns.cells import Parsed
from kepu_eval.safe_text import tidy

_IN_BRACKETS = re.compile(r"[(\[](\D*)[)\]]")
_SAME_AS = {
    "有": "√ ✓ ✔ ☑ Y y 是 已有 已开展 开展 已完成 完成 有开展",
    "无": "× ✗ ✘ ☒ N n 否 未开展 没有 没有开展 无开展",
    "是": "√ ✓ ✔ ☑ Y y 农村 乡村 牧区 农牧区 农村牧区",
    "否": "× ✗ ✘ ☒ N n 城区 城市 非农村 非农牧区 非农村牧区",
    "小学": "小学校",
    "初中": "初级中学",
    "已运行": "运行 正常 正常运行 在运行 运行中 √ ✓ ✔ ☑",
    "未运行": "不运行 没有运行 停运 已停运 × ✗ ✘ ☒",
    "完成": "已完成",
    "正在推进": "推进中 正推进 正在推进中 正在实施 实施中 正在开展 进行中 正在进行",
    "未启动": "未开始 尚未启动",
}
"""Other words and marks for the template's choices that have one reading beside those choices."""
# Where the proof is, not what the answer is.
_WHERE = re.compile(r"[(\[](?:(?:[详可]?见|附|佐证)[^)\]]*|100%)[)\]]$")


def parse_choice(raw: object, choices: Sequence[str]) -> Parsed:
    """One of the template's choices, or a usual word or mark for one; anything else is a question that names them."""
    text = tidy(raw)
    if not text:
        return Parsed("missing", None, "C31", "未填", "")
    if text in choices:
        return Parsed("accepted", text)
    plain = _WHERE.sub("", text.rstrip("。.,;、"))
    plain = bare[1] if (bare := _IN_BRACKETS.fullmatch(plain)) else plain.lstrip("√✓✔☑") or plain
    for choice in choices:
        if plain == choice or plain in _SAME_AS.get(choice, "").split():
            return Parsed("note", choice, "X03", f"按“{choice}”读取")
    return Parsed("question", None, "X03", "不在可选项中", f"请从下拉框选择：{'、'.join(choices)}")
