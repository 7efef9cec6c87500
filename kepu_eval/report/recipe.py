"""What a workbook needs to recompute an indicator: its cells, its periods, its rule."""

from __future__ import annotations

from kepu_eval.report.fact import Frozen, Source


class Datum(Frozen):
    """One contributor's cell as a calculation takes it; ``step``: number (from 1) of the step it goes into, 0 for none.

    ``value`` is missing unless it counts, ``high`` also where nothing bounds it. ``pair`` joins numerator and denominator.
    """

    step: int
    indicator: str
    measure: str
    unit: str
    entity: str
    period: str
    state: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    required: bool = False
    pair: int = 0
    denominator: bool = False
    source: Source | None = None


class Step(Frozen):
    """One period of an indicator (of one measure): ``fact`` is the id of its figure, empty for a baseline.

    ``first``: where a series starts, from which no step leads back.
    """

    indicator: str
    measure: str
    period: str
    due: bool
    fact: str = ""
    first: bool = False


class Reckoned(Frozen):
    """An indicator to be recomputed.

    ``stated``: whether the report gives a value; ``gain``: a stock judged by its growth; ``falls``: a trend that should.
    ``operator``, ``target_high``: what complies; ``scale``: of a ratio of two figures (0: none); ``shared``: a target of
    which each unit has its share, which is not recomputed.
    """

    indicator: str
    name: str
    kind: str
    target: float | None = None
    stated: bool = False
    part_of: str = ""
    gain: bool = False
    falls: bool = False
    operator: str = ">="
    target_high: float | None = None
    scale: int = 0
    shared: bool = False
