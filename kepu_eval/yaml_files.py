"""Reading a YAML file that somebody else may have written: bounded in length, depth and repetition.

A few lines of aliases that name aliases stand for more than a computer can hold; so before anything is built, the
parser's events are counted as if every alias were written out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from kepu_eval.errors import KepuError

MAX_BYTES = 4 * 2**20
MAX_DEPTH = 40
MAX_NODES = 200_000
_Fast: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_REFERENCES = "不要用 & 和 * 反复引用，请逐项写出"


class YamlError(KepuError):
    """A file that is no usable YAML; the message names file and line and says what to do, in Chinese."""


class _Loader(_Fast):
    def construct_object(self, node: yaml.Node, deep: bool = False) -> object:
        """The value of a node; where there is no such day or number, the error says in which line."""
        try:
            return super().construct_object(node, deep)
        except (ValueError, OverflowError) as error:
            line = node.start_mark.line + 1
            raise YamlError(
                f"第{line}行的“{str(node.value)[:40]}”不是有的日期或数字", hint="请改正，或加引号写成文字"
            ) from error


def read_yaml(path: Path) -> Any:
    """What a YAML file says. Raises :class:`YamlError`, and ``OSError`` where the file cannot be read."""
    with path.open("rb") as stream:
        content = stream.read(MAX_BYTES + 1)
    return parse_yaml(path.name, content)


def parse_yaml(name: str, content: bytes) -> object:
    """What the bytes of the file ``name`` say, UTF-8 with or without a byte order mark; :class:`YamlError`."""
    if len(content) > MAX_BYTES:
        raise YamlError(f"文件超过{MAX_BYTES // 2**20}MB", place=name, hint="请检查是否选错了文件")
    try:
        text = content.decode("utf-8-sig")
        _check(text)
        return yaml.load(text, _Loader)
    except UnicodeDecodeError as error:
        raise YamlError("不是UTF-8编码", place=name, hint="请另存为UTF-8") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"第{mark.line + 1}行第{mark.column + 1}列" if mark else ""
        raise YamlError(
            f"{where}不是有效的YAML", place=name, hint="请检查缩进、冒号后的空格和引号"
        ) from error
    except YamlError as error:
        raise YamlError(error.message, place=name, hint=error.hint) from error


@dataclass
class _Open:
    """A list or mapping that is being read: its anchor, nodes so far, and a mapping's keys."""

    anchor: str | None
    keys: set[str] | None
    nodes: int = 1
    at_key: bool = True


def _check(text: str) -> None:
    """Raise :class:`YamlError` for what is too deep, too much, refers to itself, or says one thing twice."""
    weights: dict[str, int] = {}
    open_: list[_Open] = []
    events: Iterable[Any] = yaml.parse(text, Loader=_Fast)
    for event in events:
        line = event.start_mark.line + 1
        if isinstance(event, yaml.ScalarEvent):
            _count(open_, 1, line, event.value)
            weights |= {event.anchor: 1} if event.anchor else {}
        elif isinstance(event, yaml.AliasEvent):
            if event.anchor not in weights:
                raise YamlError(f"第{line}行的引用“*{event.anchor}”指向自身或不存在", hint=_REFERENCES)
            _count(open_, weights[event.anchor], line, None)
        elif isinstance(event, yaml.CollectionStartEvent):
            is_mapping = isinstance(event, yaml.MappingStartEvent)
            open_.append(_Open(event.anchor, set() if is_mapping else None))
            if len(open_) > MAX_DEPTH:
                raise YamlError(f"第{line}行嵌套超过{MAX_DEPTH}层", hint="请检查缩进和括号")
        elif isinstance(event, yaml.CollectionEndEvent):
            done = open_.pop()
            weights |= {done.anchor: done.nodes} if done.anchor else {}
            _count(open_, done.nodes, line, None)


def _count(open_: list[_Open], nodes: int, line: int, key: str | None) -> None:
    """Count nodes in what is being read; the next scalar of a mapping may be a key."""
    if not open_:
        return
    inner = open_[-1]
    inner.nodes += nodes
    if inner.nodes > MAX_NODES:
        raise YamlError(f"第{line}行展开后超过{MAX_NODES}项", hint=_REFERENCES)
    if inner.keys is None:
        return
    if inner.at_key and key is not None and key != "<<":
        if key in inner.keys:
            raise YamlError(f"第{line}行的“{key[:40]}”在同一处写了两次", hint="请只保留一处")
        inner.keys.add(key)
    inner.at_key = not inner.at_key
