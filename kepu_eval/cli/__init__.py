"""`kepu-eval`: templates, intake, reports, tracing and verifying, from a terminal or a scheduler."""

from __future__ import annotations

import click

from kepu_eval import __version__
from kepu_eval.cli.batch import batch, warm
from kepu_eval.cli.calendar import calendar
from kepu_eval.cli.common import Noticed
from kepu_eval.cli.compare import compare
from kepu_eval.cli.decide import decide
from kepu_eval.cli.lab import lab
from kepu_eval.cli.plan import plan
from kepu_eval.cli.report import report, trace, verify
from kepu_eval.cli.returns import collect, ledger, roster, slips, template
from kepu_eval.cli.rollup import rollup
from kepu_eval.cli.scorecard import scorecard
from kepu_eval.cli.supervision import inquiry, rectify, spotcheck
from kepu_eval.cli.survey import survey
from kepu_eval.cli.words import absorb, open_words


@click.group(
    cls=Noticed,
    help="实施方案的监测评估。",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, message="kepu-eval %(version)s")
def main() -> None:
    """Entry point."""


_COMMANDS = (
    lab,
    template, collect, roster, calendar, slips, decide, ledger,
    report, rollup, batch, warm, trace, verify, compare,
    open_words, absorb,
    rectify, spotcheck, inquiry,
    scorecard,
    survey,
    plan,
)  # fmt: skip
for command in _COMMANDS:
    main.add_command(command)
