"""Many reports from one table: reading and checking it, what is done already, running the rest."""

from kepu_eval.runner.batch.run import Outcome, run_batch
from kepu_eval.runner.batch.spec import Row, SpecError, read_spec

__all__ = ["Outcome", "Row", "SpecError", "read_spec", "run_batch"]
