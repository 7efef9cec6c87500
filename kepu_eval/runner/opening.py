"""The button in the first notebook that makes an own copy, and the list of those that there are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kepu_eval.plan import Round, load_plan
from kepu_eval.report.blocks import Blocks, prose, table
from kepu_eval.report.explorer.choosing import somebody_there
from kepu_eval.resources import project_path
from kepu_eval.runner.own_copy import copy_path, differences, open_copy


def own_words(ledger: str = "", plan: str = "") -> Blocks:
    """Own copies by round with what the product has changed since; where a person has the notebook open, buttons as well.

    A new copy reads the ledger as soon as it exists, else the example returns.
    """
    given = {"plan": plan} if plan else {}
    rounds = [(rnd, _named(rnd) | given) for rnd in load_plan(plan or None).rounds]
    if somebody_there():
        from IPython.display import display

        display(_buttons([(rnd, _returns(ledger) | named) for rnd, named in rounds]))
    rows = [[rnd.name, *_state(copy_path(rnd.stage.value, named))] for rnd, named in rounds]
    words = prose(
        "自己的文字写在自己的文稿里：每轮报告一份笔记本副本，不进版本库；以后生成这一轮的报告就用它，产品更新也不动它。"
    )
    return Blocks([words, table("own-copies", "自己的文稿", "轮次<1.4 | 文稿<3 | 产品的更新<1.4", rows)])


def _named(rnd: Round) -> dict[str, Any]:
    return {"quarter" if rnd.stage.value == "dispatch" else "round_id": rnd.id}


def _returns(ledger: str) -> dict[str, Any]:
    if not ledger or not project_path(ledger).is_file():
        return {}
    return {"returns": ledger}


def _state(path: Path) -> list[str]:
    if not path.is_file():
        return ["还没有", "—"]
    return [str(path), f"{len(found)}格" if (found := differences(path)) else "没有"]


def _buttons(rounds: list[tuple[Round, dict[str, Any]]]) -> object:
    """One button a round; what it did is told beside it."""
    import ipywidgets

    def made(rnd: Round, parameters: dict[str, Any], told: ipywidgets.HTML) -> None:
        path, new = open_copy(rnd.stage.value, parameters)
        told.value = f"{'已建立' if new else '已有'}：{path}，在左侧文件栏中打开"

    rows = []
    for rnd, parameters in rounds:
        button, told = (
            ipywidgets.Button(description=f"写{rnd.name}", layout={"width": "16em"}),
            ipywidgets.HTML(),
        )
        button.on_click(lambda _, each=(rnd, parameters, told): made(*each))
        rows.append(ipywidgets.HBox([button, told]))
    return ipywidgets.VBox(rows)
