"""JSON Schema of plan files, for editors."""

from __future__ import annotations

import json

from kepu_eval.plan.models import Plan


def schema_text() -> str:
    """The schema as it stands beside the plan files (``data/plan/plan.schema.json``)."""
    return json.dumps(Plan.model_json_schema(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
