"""Published rates of higher levels: comparison only, and only what was out by the as-of date."""

from __future__ import annotations

import datetime as dt
import hashlib

import pandas as pd

from kepu_eval.resources import resource

_FILE = "reference/published_rates.csv"


def published_by(as_of: dt.date) -> pd.DataFrame:
    """Rates published on or before ``as_of``, oldest first.

    Columns: area, year, rate (percent), published (ISO date), source, confidence, line (of the file, from 1).
    ``attrs`` hold the file's name and its SHA-256. Rates whose day of publication is not known are left out: they cannot be shown to have been available.
    """
    path = resource(_FILE)
    frame = pd.read_csv(path, comment="#", dtype={"published": "string"}, keep_default_na=False)
    frame["line"] = _lines(path)
    known = frame[frame["published"].ne("") & frame["published"].le(as_of.isoformat())]
    result = known.sort_values(["area", "year"], ascending=[False, True]).reset_index(drop=True)
    result.attrs.update(file=path.name, sha256=hashlib.sha256(path.read_bytes()).hexdigest())
    return result


def _lines(path) -> list[int]:  # noqa: ANN001 - a Path
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    return [number for number, line in lines if line and not line.startswith("#")][1:]
