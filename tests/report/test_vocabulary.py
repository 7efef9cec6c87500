"""What a report's words name: nothing of it makes a figure of what is not known."""

import shutil

from kepu_eval.report import open_case
from kepu_eval.resources import project_path

ROUND = "2023-midterm"
EXAMPLE = project_path(f"data/example/{ROUND}")


def opened(returns, **more):
    return open_case("midterm", {"round_id": ROUND, "returns": str(returns), **more})


def test_no_percentage_is_told_of_what_is_unknown(tmp_path):
    """The lead of the schools' and teachers' indicators is silent: no 0 %, and no part of the years as if it were all."""
    shutil.copytree(EXAMPLE, tmp_path / "returns")
    (tmp_path / "returns" / "区教育局.xlsx").unlink()
    words = opened(tmp_path / "returns").words
    assert [(words[name]["算式"], words[name]["完成比例"]) for name in ("Q02", "Q05", "Q06", "Q07")] == [
        ("—", "—")
    ] * 4
    assert words["Q09"]["算式"] == "132÷300"


def test_an_earlier_report_quotes_nothing_later():
    words = opened(EXAMPLE, as_of="2022-12-31").words
    quoted = [example["原文"].value for item in words["成效"] for example in item["例"]]
    quoted += [item["原文"].value for item in words["候选"].values()]
    assert quoted
    assert not [text for text in quoted if "2023年" in text]
