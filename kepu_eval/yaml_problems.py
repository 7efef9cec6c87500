"""What is wrong in a YAML file, as Chinese lines that name the file, the place in it and what to do."""

from __future__ import annotations

from pydantic_core import ErrorDetails

_WHAT_IS_WRONG = {
    "missing": ("缺少此项", "补上该字段"),
    "extra_forbidden": ("不认识的字段", "检查字段名拼写，或删除该字段"),
    "literal_error": ("取值不在允许范围", "改为：{expected}"),
    "enum": ("取值不在允许范围", "改为：{expected}"),
    "date_from_datetime_parsing": ("不是日期", "写成 2023-12-31 的形式"),
    "date_parsing": ("不是日期", "写成 2023-12-31 的形式"),
    "date_type": ("不是日期", "写成 2023-12-31 的形式"),
    "float_parsing": ("不是数字", "填写数字，不带单位"),
    "float_type": ("不是数字", "填写数字，不带单位"),
    "int_parsing": ("不是整数", "填写整数"),
    "int_from_float": ("不是整数", "填写整数"),
    "string_type": ("应为文字", "加引号写成文字"),
}


def model_problem(file: str, item: ErrorDetails, reference: str) -> str:
    """One item of ``ValidationError.errors()`` as a line; ``reference`` says what to compare the file with."""
    where = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in item["loc"]).lstrip(
        "."
    )
    if item["type"] == "value_error":
        return f"{file}：{where}：{item['ctx']['error']}"
    if item["type"] != "missing" and item["input"] is None:
        return f"{file}：{where}：没有填写；请填写"
    what, fix = _WHAT_IS_WRONG.get(item["type"], ("取值不合要求", f"对照 {reference} 修改"))
    fix = fix.format(**{"expected": "", **item.get("ctx", {})})
    found = "" if item["type"] == "missing" else f"，现为“{str(item['input'])[:40]}”"
    return f"{file}：{where}：{what}{found}；{fix}"
