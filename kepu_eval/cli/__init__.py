"""`kepu-eval`: templates, intake, reports, tracing and verifying, from a terminal or a scheduler."""

from __future__ import annotations

import click

from kepu_eval import __version__
from kepu_eval.cli.batch import batch, warm
from kepu_eval.cli.plan import plan
from kepu_eval.cli.report import report, trace, verify
from kepu_eval.cli.returns import collect, decide, ledger, roster, slips, template


@click.group(
    help="全民科学素质行动实施方案的监测评估。", context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, message="kepu-eval %(version)s")
def main() -> None:
    """Entry point."""


for command in (template, collect, roster, slips, decide, ledger, report, trace, verify, plan, batch, warm):
    main.add_command(command)
