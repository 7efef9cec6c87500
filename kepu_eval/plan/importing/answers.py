"""One answer of the confirmation workbook put into a draft."""

from __future__ import annotations

import re

_SAME, _SEPARATE, _EVERYBODY, _NOBODY, _NONE = "同一单位：", "不同单位", "全部点名单位", "没有名单", "（无）"
_YEARS = ("first_year", "last_year")


def put(content: dict, field: str, value: str) -> str:
    """Change what ``field`` names to ``value``; a Chinese problem when that cannot be done, else an empty text."""
    part, _, rest = field.partition(".")
    if part == "meta":
        return _meta(content, rest, value)
    if part == "units":
        return _unit(content, rest, value)
    if part == "groups":
        return _group(content, rest, value)
    if part == "tasks":
        number, _, what = rest.partition(".")
        return _task(content, content["tasks"][int(number) - 1], what, value)
    return "这一条只供核对，不能在此改；请改原文或方案文件"


def names_of(value: str) -> list[str]:
    """Names in an answer, divided by 、，；or line breaks."""
    return (
        [] if value == _NONE else [name.strip() for name in re.split("[、，,；;\n]+", value) if name.strip()]
    )


def _meta(content: dict, key: str, value: str) -> str:
    if key in _YEARS:
        if not re.fullmatch(r"20\d\d", value):
            return f"“{value}”不是年份；请填四位数字"
        content["meta"][key] = int(value)
        return ""
    content["meta"][key] = value[:10] if key == "issued" else value
    return ""


def _unit(content: dict, name: str, value: str) -> str:
    if value == _SEPARATE:
        return ""
    if not value.startswith(_SAME):
        return f"“{value}”不是可选的答案；请从下拉框选"
    main = value.removeprefix(_SAME)
    units = {unit["name"]: unit for unit in content["units"]}
    if main not in units or name not in units:
        return "" if name not in units else f"草稿中没有单位“{main}”；请核对名称"
    units[main]["aliases"] += [
        alias for alias in (name, *units[name]["aliases"]) if alias not in units[main]["aliases"]
    ]
    content["units"] = [unit for unit in content["units"] if unit["name"] != name]
    for task in content["tasks"]:
        lead = task["lead"]
        lead["unit"] = main if lead["unit"] == name else lead["unit"]
        if "joint" in lead:
            lead["joint"] = list(dict.fromkeys(main if other == name else other for other in lead["joint"]))
        task["responsible"] = list(
            dict.fromkeys(main if other == name else other for other in task["responsible"])
        )
    return ""


def _group(content: dict, name: str, value: str) -> str:
    group = next((group for group in content["groups"] if group["name"] == name), None)
    if group is None:
        return f"草稿中没有统称“{name}”"
    group["members"] = "all_units" if value == _EVERYBODY else [] if value == _NOBODY else names_of(value)
    for member in names_of(value) if value not in (_EVERYBODY, _NOBODY) else ():
        _known(content, member)
    return ""


def _task(content: dict, task: dict, what: str, value: str) -> str:
    names = names_of(value)
    if what == "leads":
        if not names:
            return "没有填写牵头单位；请填写单位名称"
        task["lead"]["unit"] = names[0]
        task["lead"].pop("joint", None)
        if names[1:]:
            task["lead"]["joint"] = names[1:]
    elif what == "responsible":
        task["responsible"] = names
    else:
        return "这一条只供核对，不能在此改；请改方案文件"
    for name in names:
        _known(content, name)
    return ""


def _known(content: dict, name: str) -> None:
    """A unit that an answer names and the draft does not have yet is added with the next free number."""
    known = {
        n
        for item in (*content["units"], *content["groups"])
        for n in (item["name"], *item.get("aliases", []))
    }
    if name not in known:
        numbers = [int(unit["id"][1:]) for unit in content["units"] if unit["id"][1:].isdigit()]
        content["units"].append({"id": f"U{max(numbers, default=0) + 1:02d}", "name": name, "aliases": []})
