"""Published rates of higher levels as a table: comparison only, labelled so."""

from __future__ import annotations

import pandas as pd

from kepu_eval.report.blocks import Block, Fact, table
from kepu_eval.report.fact import Source

PUBLISHED = "公民具备科学素质的比例"
"""What the published rates are of."""


def published_table(rates: pd.DataFrame) -> Block:
    """Published rates of higher levels, each with source and day of publication, from :func:`kepu_eval.survey.published_by`."""
    rows = [
        [
            row.area,
            f"{row.year}年",
            Fact(
                id=f"对照.{row.area}.{row.year}",
                value=row.rate,
                unit="%",
                digits=2,
                label=f"{row.area}{row.year}年{PUBLISHED}",
                formula="公开发布数",
                sources=(
                    Source(
                        file=rates.attrs["file"],
                        cell=f"第{row.line}行",
                        raw=f"{row.rate}",
                        sha256=rates.attrs["sha256"],
                    ),
                ),
            ),
            row.published,
            row.source,
        ]
        for row in rates.itertuples()
    ]
    return table(
        "published",
        "公开发布的上级数据（仅作对照，不代替本地数据）",
        "地区^0.9 | 调查年份^ | 比例> | 发布日期^1.2 | 来源<2.6",
        rows,
        note="只列评估基准日前已发布的数据；上级调查的样本对本地不具代表性。",
    )
