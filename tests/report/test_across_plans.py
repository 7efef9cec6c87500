"""One line over two plans: joined by key, broken where something counts otherwise, nothing joined by likeness."""

import pytest

from kepu_eval.report.across_plans import AcrossPlansError, Standing, in_words, lines, standing_of
from kepu_eval.report.package import packed
from kepu_eval.report.package_schema import IDENTITY, SCHEMA
from kepu_eval.report.results import frame
from kepu_eval.report.sections.across_plans import periods_report

LITERACY, TRAINED, KIND = "公民科学素质", "农牧民培训", {"level_at_horizon": "%"}


def row(key, kind, value, **more):
    unit = KIND.get(kind, "人次")
    told = {"id": key[:1], "key": key, "name": key, "kind": kind, "unit": unit, "value_unit": unit, "operator": ">=", "horizon": "2025-12-31",
            "since": "", "definition": "", "value_label": "", "value": value, "low": value, "high": value, "rating": "完成", "rating_low": "完成",
            "rating_high": "完成", "earlier_rating": ""}  # fmt: skip
    return told | more


def period(key, year, value):
    return {
        "id": "x",
        "key": key,
        "measure": "value",
        "period": str(year),
        "year": year,
        "value": value,
        "low": value,
        "high": value,
        "status": "—",
        "fact": "x",
    }


def write(path, years, as_of, indicators, periods=(), targets=(), district="某区"):
    told = (
        f"某区方案（{years[0]}—{years[1]}年）",
        f"某府〔{years[0]}〕1号",
        "",
        district,
        "",
        *years,
        f"{as_of}-r",
        "某轮",
        "final",
        f"{as_of}-12-31",
    )
    head = {
        "title": "报告",
        "notice": "示例数据",
        "package": 1,
        "identity": dict(zip(IDENTITY, told, strict=True)),
        "ledger": {},
        "inputs": [],
    }
    tables = {**dict.fromkeys(SCHEMA, ()), "indicators": indicators, "periods": periods, "targets": targets}
    path.write_bytes(packed(head, [frame(name, list(rows)) for name, rows in tables.items()]))
    return path


@pytest.fixture
def both(tmp_path):
    nation = [{"key": LITERACY, "level": level, "year": year, "operator": ">=", "value": value, "unit": "%", "wording": ""}
              for level, year, value in (("本级", 2025, 15), ("国家", 2035, 25), ("市", 2025, None))]  # fmt: skip

    def make(**changed):
        before = write(
            tmp_path / "前.zip", (2021, 2025), 2025,
            [row(LITERACY, "level_at_horizon", 14.3, low=11.8, high=17.3, baseline_year=2020, baseline=8.0), row(TRAINED, "annual", 300),
             row("只有前期", "annual", 1), row("", "annual", 1, id="Z", name="没有名")],
            [period(TRAINED, year, 300 + year - 2021) for year in range(2021, 2026)], nation,
        )  # fmt: skip
        after = write(
            tmp_path / "后.zip", (2026, 2030), 2026,
            [row(LITERACY, "level_at_horizon", 16.0, low=13.0, high=19.0, baseline_year=2025, baseline=14.3, horizon="2030-12-31"),
             row(TRAINED, "annual", 320, **changed), row("只有后期", "annual", 1)],
            [period(TRAINED, 2026, 320)], [{**nation[0], "year": 2030, "value": 18}, nation[1]],
        )  # fmt: skip
        return standing_of(before), standing_of(after)

    return make


def test_a_line_from_the_baseline_over_both_periods_to_the_targets(both):
    (literacy, trained), alone = lines(*both())
    points = literacy.points
    assert (
        [(p.year, p.value, p.what) for p in points.itertuples()]
        == [
            (2020, 8.0, "基期"),
            (2025, 14.3, "结果"),
            (2026, 16.0, "结果"),
            (2025, 15, "目标"),
            (2030, 18, "目标"),
            (2035, 25, "目标"),
        ]
    )  # fmt: skip - of 2025 the final's own figure, not the later plan's baseline; the city's unread target is no point
    assert (
        in_words(literacy)
        == "2020年8%（基期）→2025年14.3%→2026年16%；目标：2025年15%、2030年18%、2035年国家25%"
    )
    assert list(trained.points["year"]) == [2021, 2022, 2023, 2024, 2025, 2026]
    assert set(trained.points["segment"]) == {0}
    assert {(name, why) for _, name, why in alone} == {
        ("只有前期", "后一期没有这项指标"),
        ("只有后期", "前一期没有这项指标"),
        ("没有名", "没有共用指标名"),
    }


@pytest.mark.parametrize(
    ("changed", "year", "why"),
    [
        ({"since": "2026-01-01", "definition": "只计取证的"}, 2026, "口径改为：只计取证的"),
        ({"definition": "只计取证的"}, 2026, "口径改为：只计取证的"),
        (
            {"since": "2024-01-01", "definition": "只计取证的"},
            2026,
            "口径改为：只计取证的",
        ),  # the earlier plan did not know of it
        ({"value_unit": "万人次"}, 2026, "类型或单位由annual、人次改为annual、万人次"),
    ],
)
def test_a_change_of_what_is_counted_breaks_the_line_and_says_so(both, changed, year, why):
    trained = lines(*both(**changed))[0][1]
    assert trained.breaks[year] == why
    segments = trained.points.set_index("year")["segment"]
    assert segments[2025] < segments[2026]
    assert f"{year}年起{why}，前后不连线" in in_words(trained)


def test_of_a_year_with_several_terms_the_worst_is_shown_and_none_where_one_is_not_known(tmp_path):
    terms = [("2021春", 2021, 85), ("2021秋", 2021, 100), ("2022春", 2022, None), ("2022秋", 2022, 97)]
    periods = [
        period("讲座", year, value) | {"period": name, "fact": f"x.{name}"} for name, year, value in terms
    ]
    given = {
        "kind": "per_entity_per_period",
        "value": 94.0,
        "value_unit": "%",
        "baseline_year": 2020,
        "baseline": 80,
    }
    sides = [
        standing_of(write(tmp_path / f"{years[0]}.zip", years, years[1], [row("讲座", **given)], periods))
        for years in ((2021, 2025), (2026, 2030))
    ]  # fmt: skip
    points = lines(*sides)[0][0].points
    assert [(p.year, p.value, p.what, p.fact) for p in points.itertuples()] == [
        (2021, 85, "结果", "x.2021春")
    ]  # no baseline: it is of another scale


def test_the_report_draws_and_explains_it(both):
    blocks = periods_report(*both(definition="只计取证的"))
    (chart,) = (block for block in blocks if block.kind == "chart")
    assert "2026年起口径改为：只计取证的，前后不连线" in chart.alt
    assert chart.png
    ids = {block.id for block in blocks if block.kind == "table"}
    assert ids == {"across-points", "across-alone"}


def test_two_districts_or_the_wrong_order_are_refused(both, tmp_path):
    before, after = both()
    with pytest.raises(AcrossPlansError, match="写在前面"):
        lines(after, before)
    other = standing_of(
        write(
            tmp_path / "他.zip", (2026, 2030), 2026, [row(LITERACY, "level_at_horizon", 1)], district="他区"
        )
    )
    with pytest.raises(AcrossPlansError, match="不是同一地区"):
        lines(before, other)
    assert isinstance(before, Standing)
