"""YAML that others wrote: bounded, and every problem one Chinese line with file and line."""

import pytest

from kepu_eval.safe_text import file_name_problem
from kepu_eval.yaml_files import YamlError, parse_yaml

LAUGHS = "\n".join(
    [
        "a: &a [x, x, x, x, x, x, x, x, x]",
        *(
            f"{b}: &{b} [*{a}, *{a}, *{a}, *{a}, *{a}, *{a}, *{a}, *{a}, *{a}]"
            for a, b in zip("abcdefgh", "bcdefghi", strict=True)
        ),
    ]
)


def test_aliases_within_reason_are_read():
    assert parse_yaml("x.yaml", b"a: &a {b: 1}\nc: {<<: *a, d: 2}") == {"a": {"b": 1}, "c": {"b": 1, "d": 2}}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (LAUGHS, r"x\.yaml：第6行展开后超过"),
        ("a: &a [*a]", r"x\.yaml：第1行的引用“\*a”指向自身"),
        ("a: 1\nb: *c", r"x\.yaml：第2行的引用“\*c”指向自身或不存在"),
        ("[" * 5000, r"x\.yaml：第1行嵌套超过40层"),
        ("a: 1\nb: 2\na: 3", r"x\.yaml：第3行的“a”在同一处写了两次"),
        ("due: 2023-02-30", r"x\.yaml：第1行的“2023-02-30”不是有的日期"),
        (f"n: {'9' * 5000}", r"x\.yaml：第1行的“9+”不是有的日期或数字"),
        ("a: !!python/object/apply:os.system [x]", r"x\.yaml：第1行第4列不是有效的YAML"),
        ("simulated: [", r"x\.yaml：第\d行第\d列不是有效的YAML"),
        ("? [a]\n: b", r"x\.yaml：第1行第3列不是有效的YAML"),
        ("a: \x01", r"x\.yaml：.*不是有效的YAML"),
    ],
)  # fmt: skip
def test_what_goes_too_far_is_refused_with_file_and_line(text, told):
    with pytest.raises(YamlError, match=told):
        parse_yaml("x.yaml", text.encode())


def test_other_encodings_and_lengths_are_refused():
    with pytest.raises(YamlError, match="不是UTF-8编码"):
        parse_yaml("x.yaml", "甲: 乙".encode("gbk"))
    with pytest.raises(YamlError, match="超过4MB"):
        parse_yaml("x.yaml", b"a" * (4 * 2**20 + 1))


@pytest.mark.parametrize(
    "name", ["../../甲局", "..", "甲/乙", "甲\\乙", "C:甲", "", " 甲", "甲.", "~$甲", ".甲", "CON", "com1.x", "aux", "NUL.tar.gz", "nul .xlsx", "CONIN$", "com²", "LPT9", "甲\n乙", "甲\u202e乙", "长" * 61]
)  # fmt: skip
def test_names_that_must_not_become_files(name):
    assert file_name_problem(name)


@pytest.mark.parametrize(
    "name",
    [
        "区农牧局",
        "教育局（体育局）",
        "U01",
        "2024-Q1",
        "文体旅游广电局",
        "康巴什区A片",
        "console",
        "auxiliary.x",
        "com",
    ],
)
def test_names_that_may(name):
    assert file_name_problem(name) == ""
