"""Many districts joined: sums by hand from their packages, bounds that hold the truth, nothing matched by guess."""

import io
import json
import zipfile

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kepu_eval.evaluation.districts import returned, roll_up
from kepu_eval.plan import Definition, load_plan
from kepu_eval.report.districts import DistrictsError, gather, read_table
from kepu_eval.resources import project_path
from scripts import simulate_city as sim

PLAN = load_plan(project_path("data/example/city-2023/plan.yaml"))
KEYS = (sim.LITERACY, sim.FARMERS, sim.TEACHERS, sim.STEWARDS, sim.PUPILS)


@pytest.fixture
def city(tmp_path):
    """Write packages of some districts, and join them on the plan."""

    def make(tables, silent=(), plan=PLAN, definitions=None, **files):
        weights = sim.weights(tuple(tables), 7)
        packages = {}
        for name, rows in tables.items():
            if name not in silent:
                packages[name] = f"{name}.zip"
                (tmp_path / packages[name]).write_bytes(files.get(name) or sim.written(name, rows))
        (tmp_path / "区县.csv").write_bytes(sim.listing(weights, packages))
        found = gather(read_table(tmp_path / "区县.csv"), tmp_path, None)
        joined = roll_up(
            plan,
            found.districts,
            *(found.tables[t] for t in ("indicators", "periods", "tasks")),
            definitions or {},
        )
        return found, joined, weights

    return make


def indicator(joined, key):
    return joined.indicators.set_index("key").loc[key]


def by_hand(folder, key, silent=()):
    """An indicator's rows as pandas reads them out of the packages, without a line of ours."""
    rows = {}
    for path in sorted(folder.glob("*.zip")):
        with zipfile.ZipFile(path) as archive:
            frame = pd.read_csv(archive.open("indicators.csv"))
            name = json.loads(archive.read("manifest.json"))["identity"]["district"]
        rows[name] = frame[frame["key"].eq(key)].iloc[0]
    return pd.DataFrame(rows).T.drop(list(silent), errors="ignore")


def test_ten_districts_equal_the_sums_made_by_hand_from_their_packages(city, tmp_path):
    tables = sim.simulated(sim.NAMES, 11)
    _, joined, weights = city(tables)
    for key in (sim.FARMERS, sim.STEWARDS):
        hand, found = by_hand(tmp_path, key), indicator(joined, key)
        assert (found["value"], found["low"], found["high"]) == (
            hand["value"].sum(),
            hand["low"].sum(),
            hand["high"].sum(),
        )
        assert found["targets"] == hand["target"].sum()
        assert found["worst"] == [hand["value"].astype(float).idxmin()]
    years = [
        sum(
            p["value"]
            for t in tables.values()
            for p in t["periods"]
            if (p["key"], p["year"]) == (sim.TEACHERS, year)
        )
        for year in sim.YEARS
    ]
    assert indicator(joined, sim.TEACHERS)["value"] == min(years)  # what is asked for every year
    hand, found = by_hand(tmp_path, sim.PUPILS), indicator(joined, sim.PUPILS)
    assert found["value"] == pytest.approx(hand["part"].sum() / hand["whole"].sum() * 100, abs=1e-8)
    assert found["weight"] == "各区县算式的分母"
    hand, found = by_hand(tmp_path, sim.LITERACY), indicator(joined, sim.LITERACY)
    weight = np.array([weights[name] for name in hand.index])
    for side in ("value", "low", "high"):
        assert found[side] == pytest.approx(np.average(hand[side].astype(float), weights=weight), abs=1e-8)
    assert found["weight"] == sim.WEIGHT
    met = hand["rating"].isin(["完成", "基本完成", "达到序时", "基本达到序时"]).sum()
    assert (found["met"], found["met_low"], found["met_high"]) == (met, met, met)


def test_the_example_with_its_exceptions_is_as_its_files_say():
    folder = project_path("data/example/city-2023")
    found = gather(read_table(folder / "districts.csv"), folder, None)
    joined = roll_up(
        PLAN, found.districts, *(found.tables[t] for t in ("indicators", "periods", "tasks")), {}
    )
    hand = by_hand(folder / "packages", sim.FARMERS)
    farmers = indicator(joined, sim.FARMERS)
    assert np.isnan(farmers["value"])
    assert np.isnan(farmers["high"])
    assert farmers["low"] == hand["low"].sum()
    assert farmers["missing"] == [sim.SILENT]
    people = pd.read_csv(folder / "districts.csv").set_index("区县")[sim.WEIGHT]
    hand, literacy = by_hand(folder / "packages", sim.LITERACY), indicator(joined, sim.LITERACY)
    for side, silent in (("low", 0), ("high", 100)):
        told = sum(hand.loc[name, side] * people[name] for name in hand.index)
        by_people = (told + silent * people[sim.SILENT]) / people.sum()
        assert literacy[side] == pytest.approx(by_people, abs=1e-8)
    assert (indicator(joined, sim.PUPILS)["low"], indicator(joined, sim.PUPILS)["high"]) == (0, 100)
    assert indicator(joined, sim.TEACHERS)["missing"] == [sim.OTHER_DEFINITION, sim.SILENT]
    assert indicator(joined, sim.STEWARDS)["missing"] == [sim.OTHER_UNIT, sim.SILENT]
    reasons = joined.unmatched.set_index(["district", "what"])["reason"]
    assert "口径不同" in reasons[(sim.OTHER_DEFINITION, "指标")]
    assert "单位不同" in reasons[(sim.OTHER_UNIT, "指标")]
    assert joined.tasks.loc[sim.SILENT].isna().all()
    own = sum(not row["key"] for rows in sim.simulated(sim.NAMES, sim.SEED).values() for row in rows["tasks"])
    silent = sum(not row["key"] for row in sim.simulated(sim.NAMES, sim.SEED)[sim.SILENT]["tasks"])
    assert (joined.unmatched["what"] == "任务").sum() == own - silent


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), hidden=st.sets(st.integers(0, 4), min_size=1, max_size=4))
def test_whatever_the_hidden_districts_have_lies_inside_the_bounds_and_is_never_taken_for_zero(seed, hidden):
    names = sim.NAMES[:5]
    tables = sim.simulated(names, seed)
    frames = {t: pd.concat([pd.DataFrame(rows[t]).assign(district=name) for name, rows in tables.items()], ignore_index=True)
              for t in ("indicators", "periods", "tasks")}  # fmt: skip
    districts = pd.DataFrame({sim.WEIGHT: sim.weights(names, seed)}, index=list(names), dtype=float)
    whole = roll_up(PLAN, districts, *frames.values(), {}).indicators.set_index("key")
    away = {names[place] for place in hidden}
    partly = roll_up(
        PLAN, districts, *(f[~f["district"].isin(away)] for f in frames.values()), {}
    ).indicators.set_index("key")
    for key in KEYS:
        truth, told = whole.loc[key, "value"], partly.loc[key]
        assert np.isnan(told["value"])
        assert told["low"] <= truth + 1e-9
        assert np.isnan(told["high"]) or truth <= told["high"] + 1e-9
        assert told["met_low"] <= whole.loc[key, "met"] <= told["met_high"]
        if told["standing"] != "不能判定":
            assert told["standing"] == whole.loc[key, "standing"]


def test_the_order_of_districts_changes_nothing(city):
    tables = sim.simulated(sim.NAMES[:4], 3)
    first = city(tables)[1].indicators.drop(columns=["missing", "worst"])
    second = city(dict(reversed(tables.items())))[1].indicators.drop(columns=["missing", "worst"])
    weighted = first["key"].eq(sim.LITERACY)  # its weights follow the order in which they are made up
    pd.testing.assert_frame_equal(first[~weighted], second[~weighted], rtol=1e-12)


def test_a_definition_that_both_have_is_matched_by_its_text(city):
    tables = sim.simulated(sim.NAMES[:2], 5)
    for rows in tables.values():
        row = next(r for r in rows["indicators"] if r["key"] == sim.FARMERS)
        row |= {"since": "2022-01-01", "definition": "只计取得证书的"}
    _, joined, _ = city(tables)
    assert indicator(joined, sim.FARMERS)["told"] == 0
    plan = PLAN.model_copy(update={"indicators": tuple(
        item.model_copy(update={"definitions": (Definition(since="2021-06-01", text="只计取得证书的"),)}) if item.key == sim.FARMERS else item
        for item in PLAN.indicators)})  # fmt: skip
    _, joined, _ = city(tables, plan=plan, definitions={sim.FARMERS: "只计取得证书的"})
    assert indicator(joined, sim.FARMERS)["told"] == 2


def swapped(content, name, change):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {entry: archive.read(entry) for entry in archive.namelist()}
    parts[name] = change(parts[name])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for entry, body in parts.items():
            archive.writestr(entry, body)
    return out.getvalue()


def test_what_can_not_be_used_is_named_counts_as_missing_and_takes_nothing_along(city):
    names = sim.NAMES[:7]
    tables = sim.simulated(names, 9)
    good = sim.written(names[0], tables[names[0]])
    strange = json.loads(json.dumps(tables[names[4]]))
    strange["indicators"][1]["low"] = strange["indicators"][1]["value"] + 1
    unknown = json.loads(json.dumps(tables[names[5]]))
    unknown["tasks"][0]["rating"] = "很好"
    found, joined, _ = city(
        tables,
        **{
            names[1]: good, names[2]: swapped(sim.written(names[2], tables[names[2]]), "indicators.csv", lambda body: body.replace(b"1500", b"1")),
            names[3]: sim.written(names[3], tables[names[3]], as_of="2023-06-30"), names[4]: sim.written(names[4], strange),
            names[5]: sim.written(names[5], unknown), names[6]: b"PK\x03\x04 nothing",
        },
    )  # fmt: skip
    reasons = found.districts["reason"]
    for name, told in zip(names, ("", f"是“{names[0]}”的结果包", "与清单不符", "基准日为2023-06-30", "不在上下界之内", "不认识的评级", "不是结果包"), strict=True):  # fmt: skip
        assert told in reasons[name]
        assert (found.districts.loc[name, "state"] == "已报") == (not told)
    assert indicator(joined, sim.FARMERS)["missing"] == list(names[1:])


def test_a_seal_that_differs_from_the_letter_is_refused(tmp_path):
    name, rows = next(iter(sim.simulated(sim.NAMES[:1], 2).items()))
    (tmp_path / "a.zip").write_bytes(sim.written(name, rows))
    (tmp_path / "t.csv").write_text(f"区县,结果包,封签\n{name},a.zip,{'0' * 64}\n", encoding="gb18030")
    found = gather(read_table(tmp_path / "t.csv"), tmp_path, None)
    assert found.districts.loc[name, "reason"] == "封签与表中所列不符"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("甲,乙\n1,2\n", "第1行应有“区县”“结果包”两列"),
        ("区县,结果包\n一区,\n一区,\n", "“一区”出现两次"),
        ("区县,结果包,人口\n一区,,多\n", "第2行的“人口”“多”不是大于零的数"),
        ("区县,结果包,人口\n一区,,0\n", "不是大于零的数"),
        ("区县,结果包\n../区,\n", "请改写"),
        ("", "第1行应有"),
    ],
)
def test_a_table_that_can_not_be_used_is_refused_with_its_line(tmp_path, text, told):
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    with pytest.raises(DistrictsError, match=told):
        read_table(tmp_path / "t.csv")


def test_without_weights_of_all_a_share_is_only_known_to_be_one(city):
    tables = sim.simulated(sim.NAMES[:3], 4)
    plan = PLAN.model_copy(
        update={"indicators": tuple(i.model_copy(update={"weight": ""}) for i in PLAN.indicators)}
    )
    found = indicator(city(tables, plan=plan)[1], sim.LITERACY)
    assert np.isnan(found["value"])
    assert (found["low"], found["high"], found["weight"]) == (0, 100, "")


def test_a_stated_percentage_may_be_above_a_hundred_so_nothing_bounds_who_is_silent():
    item = next(i for i in PLAN.indicators if i.key == sim.STEWARDS)
    item = item.model_copy(update={"unit": "%", "weight": sim.WEIGHT, "target": 60.0})
    plan = PLAN.model_copy(update={"indicators": (item,)})
    told = {"district": "甲", "key": sim.STEWARDS, "id": "A", "name": sim.STEWARDS, "kind": item.kind.value, "unit": "%", "value_unit": "%", "operator": ">=",
            "definition": "", "target": 60.0, "value": 120.0, "low": 120.0, "high": 120.0, "part": None, "whole": None, "rating": "完成",
            "rating_low": "完成", "rating_high": "完成"}  # fmt: skip
    districts = pd.DataFrame({sim.WEIGHT: [1.0, 3.0]}, index=["甲", "乙"])
    nothing = {"yearly": pd.DataFrame(columns=["district", "key", "period", "status"]),
               "tasks": pd.DataFrame(columns=["district", "key", "number", "title", "rating"])}  # fmt: skip
    found = roll_up(plan, districts, pd.DataFrame([told]), definitions={}, **nothing).indicators.iloc[0]
    assert (found["low"], found["known"]) == (30, 120)
    assert np.isnan(found["high"])


def test_a_table_as_excel_leaves_it_is_read_and_a_cell_without_a_title_is_told(tmp_path):
    file = tmp_path / "t.csv"
    file.write_text("封签, 区县 ,结果包,人口\n, 甲区 ,a.zip,1000\n,,,\n\n,乙区,,\n", encoding="gb18030")
    assert [(item.name, item.package) for item in read_table(file)] == [("甲区", "a.zip"), ("乙区", "")]
    assert read_table(file)[0].weights == {"人口": 1000}
    file.write_text("区县,结果包\n\n甲区,a.zip,1000\n", encoding="utf-8")
    with pytest.raises(DistrictsError, match="第3行的“1000”在有列名的各列以外"):
        read_table(file)


def test_districts_are_ranked_by_the_share_of_their_units_that_returned():
    # 甲: 3 of 4 units; 乙: 2 of 2; 丙 sent no package
    sent = [
        ("甲", True, 1),
        ("甲", True, 0),
        ("甲", True, 0),
        ("甲", False, 2),
        ("乙", True, 0),
        ("乙", True, 0),
    ]
    units = pd.DataFrame(sent, columns=["district", "submitted", "questions"])
    districts = pd.DataFrame({"state": ["已报", "已报", "未报"]}, index=["乙", "甲", "丙"])
    rows = returned(districts, units, ("questions",))
    assert list(rows.index) == ["丙", "甲", "乙"]
    assert rows.loc["甲", ["asked", "returned", "share", "questions", "state"]].tolist() == [
        4,
        3,
        0.75,
        3,
        "已报",
    ]
    assert rows.loc["乙", "share"] == 1
    assert rows.loc["丙"].isna()[["asked", "returned", "share"]].all()
