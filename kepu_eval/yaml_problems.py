"""A YAML file as a checked record; what is wrong in it as Chinese lines that name the file, the place in it and what to do."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from kepu_eval.errors import KepuError, reason
from kepu_eval.yaml_files import MAX_BYTES, YamlError, parse_yaml

Model = TypeVar("Model", bound=BaseModel)

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


def fields(file: Path, content: bytes, refusal: type[KepuError], reference: str) -> dict:
    """What a file's bytes say, by field; ``refusal`` where that is no YAML or no fields. ``reference``: what to compare with."""
    try:
        data = parse_yaml(file.name, content)
    except YamlError as error:
        raise refusal.of(error) from error
    if not isinstance(data, dict):
        raise refusal("文件顶层应为“字段: 值”的形式", place=file.name, hint=f"请对照{reference}")
    return data


def bytes_of(file: Path, what: str, refusal: type[KepuError]) -> bytes:
    """A file's bytes; ``refusal`` where the system does not give them."""
    try:
        with file.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise refusal(f"无法读取{what}（{reason(error)}）", place=str(file), hint="请检查路径") from error


def validated(
    model: type[Model], data: object, file: Path, refusal: type[KepuError], reference: str
) -> Model:
    """The record that a file's content makes; ``refusal`` with a line for each problem."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        lines = [model_problem(item, reference) for item in error.errors()]
        raise refusal("\n".join(lines), place=file.name) from error


def model_problem(item: ErrorDetails, reference: str) -> str:
    """One item of ``ValidationError.errors()`` as a line; ``reference`` says what to compare the file with."""
    where = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in item["loc"]).lstrip(
        "."
    )
    if item["type"] == "value_error":
        return f"{where}：{item['ctx']['error']}"
    if item["type"] != "missing" and item["input"] is None:
        return f"{where}：没有填写；请填写"
    what, fix = _WHAT_IS_WRONG.get(item["type"], ("取值不合要求", f"对照 {reference} 修改"))
    fix = fix.format(**{"expected": "", **item.get("ctx", {})})
    found = "" if item["type"] == "missing" else f"，现为“{str(item['input'])[:40]}”"
    return f"{where}：{what}{found}；{fix}"
