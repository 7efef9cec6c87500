"""Units that merge, are renamed, hand over a lead: no figure of an earlier round changes, none is lost in a later one."""

import datetime as dt
import sqlite3
from pathlib import Path

import pandas as pd
import pytest
import yaml

from kepu_eval.evaluation import evaluate
from kepu_eval.plan import load_plan
from kepu_eval.returns import Ledger, collect, read_round, roster
from kepu_eval.returns.succession import UnfitError

PLAN = load_plan()
EXAMPLE = Path("data/example/2023-midterm")
AT = dt.datetime(2024, 2, 1, tzinfo=dt.UTC)
MIDTERM = dt.date(2023, 12, 31)


def changed(folder, change):
    """The shipped plan with something changed in its file."""
    data = yaml.safe_load(Path("data/plan/kundulun-2021-2025.yaml").read_text(encoding="utf-8"))
    change(data)
    file = folder / "plan.yaml"
    file.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return load_plan(file)


def history(day):
    """区科技局 and 区工信局 merge, 区卫健委 is renamed, the lead of task 6 goes to 区科协, all on one day."""

    def change(data):
        data["units"].append({"id": "U99", "name": "区工信和科技局", "since": day})
        data["history"] = [
            {"date": day, "what": "merged", "units": ["U03", "U14"], "into": ["U99"]},
            {"date": day, "what": "renamed", "units": ["U05"], "name": "区卫生健康局"},
            {"date": day, "what": "lead", "task": 6, "units": ["U09"], "into": ["U02"]},
        ]

    return change


@pytest.fixture(scope="module")
def before():
    returns = read_round(EXAMPLE, PLAN, "2023-midterm")
    return returns, evaluate(PLAN, returns, MIDTERM)


def same(one, other, columns):
    pd.testing.assert_frame_equal(one[columns], other[columns])


def test_what_happens_later_changes_no_figure_of_an_earlier_round(before, tmp_path):
    plan = changed(tmp_path, history("2024-06-01"))
    returns = read_round(EXAMPLE, plan, "2023-midterm")
    after = evaluate(plan, returns, MIDTERM)
    for part in ("indicators", "tasks", "commitments", "units"):
        pd.testing.assert_frame_equal(getattr(after, part), getattr(before[1], part))
    pd.testing.assert_frame_equal(returns.observations, before[0].observations)


def test_forerunners_count_for_their_heir_and_a_former_lead_for_its_time(before, tmp_path):
    plan = changed(tmp_path, history("2023-07-01"))
    returns = read_round(EXAMPLE, plan, "2023-midterm")
    listed = roster(returns, plan).set_index("unit_name")
    assert listed.loc["区工信和科技局", "files"] == ("区工信局.xlsx", "区科技局.xlsx")
    assert listed.loc["区卫生健康局", "status"] == "按时"
    assert "区科技局" not in listed.index
    after = evaluate(plan, returns, MIDTERM)
    rows, old = (e.indicators.set_index("indicator") for e in (after, before[1]))
    kept = [i for i in rows.index if plan.indicator(i).task != 6]
    same(rows.loc[kept], old.loc[kept], ["value", "low", "high", "rating"])
    assert rows.loc["Q08", "low"] == old.loc["Q08", "low"]
    leads = returns.observations.query("indicator == 'Q08' and period in ['2021', '2022']")
    assert {"区农牧局.xlsx", "区科协.xlsx"} <= set(leads["file"])  # the lead of now told its own, too
    tasks, earlier = (e.tasks.set_index("number")["rating"] for e in (after, before[1]))
    assert tasks.loc[[18, 19, 20]].tolist() == earlier.loc[[18, 19, 20]].tolist()


@pytest.fixture(scope="module")
def ledger(tmp_path_factory):
    file = tmp_path_factory.mktemp("ledger") / "l.sqlite"
    with Ledger(file, must_exist=False) as made:
        collect(EXAMPLE, PLAN, "2023-midterm", made, at=AT)
    return file


def files(ledger, plan):
    with Ledger(ledger) as kept:
        return roster(kept.returns(plan, "2023-midterm"), plan).set_index("unit_name")["files"].to_dict()


def test_ids_that_have_moved_are_put_right_by_name(ledger, tmp_path):
    def shifted(data):
        data["units"].insert(0, {"id": "", "name": "区委办"})
        for number, unit in enumerate(data["units"], 1):
            unit["id"] = f"U{number:02d}"

    found = files(ledger, changed(tmp_path, shifted))
    assert found.pop("区委办") == ()
    assert {name: told for name, told in found.items() if told not in ((f"{name}.xlsx",), ())} == {}


@pytest.mark.parametrize("number", ["U99", "U03"])
def test_a_merger_told_by_aliases_alone_loses_neither_file(ledger, tmp_path, number):
    def merged(data):
        old = [u for u in data["units"] if u["id"] in ("U03", "U14")]
        names = [name for u in old for name in (u["name"], *u["aliases"])]
        data["units"] = [u for u in data["units"] if u not in old]
        data["units"].append({"id": number, "name": "区工信和科技局", "aliases": names})
        for task in data["tasks"]:
            swap = {u["name"]: "区工信和科技局" for u in old}
            task["lead"]["unit"] = swap.get(task["lead"]["unit"], task["lead"]["unit"])
            task["responsible"] = list(dict.fromkeys(swap.get(n, n) for n in task["responsible"]))

    assert files(ledger, changed(tmp_path, merged))["区工信和科技局"] == ("区工信局.xlsx", "区科技局.xlsx")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda d: d["meta"].update(district="青山区"), "台账是按昆都仑区2021—2025年的方案收的，现用方案为青山区2021—2025年"),
        (lambda d: d["meta"].update(first_year=2020), "现用方案为昆都仑区2020—2025年"),
        (lambda d: d["rounds"][0].update(as_of="2022-12-31"), "2023-midterm原为2023-12-31，现为2022-12-31"),
        (lambda d: d["units"][0].update(name="区教体局", aliases=[])
         or ([t["lead"].update(unit="区教体局") for t in d["tasks"] if t["lead"]["unit"] == "区教育局"]
         and [t.update(responsible=[n if n != "区教育局" else "区教体局" for n in t["responsible"]]) for t in d["tasks"]]),
         "区教育局（U01）"),
    ],
)  # fmt: skip
def test_a_plan_that_does_not_fit_the_ledger_is_refused(ledger, tmp_path, change, told):
    with pytest.raises(UnfitError, match=told):
        files(ledger, changed(tmp_path, change))


def test_the_ledger_remembers_the_plan_it_was_collected_by(ledger):
    with sqlite3.connect(ledger) as db:
        rows = db.execute("SELECT sha256, district, first_year, last_year FROM plans").fetchall()
    assert rows == [(PLAN.sha256, "昆都仑区", 2021, 2025)]
