"""Whether what was sent can be true: figures, activities, words, schools, evidence, years and units against each other.

Each check asks, shows both sides and changes nothing; each can be switched off with a reason. The thresholds were chosen
on one half of the simulated defects of ``benchmarks/plausibility.py`` and measured on the other.
"""

from kepu_eval.returns.findings import Findings
from kepu_eval.returns.plausibility import activities, copies, figures, profile, rounds, words
from kepu_eval.returns.plausibility.seen import Seen, seen_of

CHECKS = (
    copies.check_units,
    copies.check_schools,
    figures.check_notes,
    profile.check_years,
    profile.check_schools,
    figures.check_activities,
    rounds.check_before,
    activities.check_repeated,
    activities.check_participants,
    activities.check_crowds,
    activities.check_tasks,
    activities.check_years,
    words.check_words,
    words.check_self_ratings,
    words.check_sizes,
    figures.check_progress,
    copies.check_evidence,
    rounds.check_patterns,
)
"""In the order in which they ask: a cell that one holds back is not asked about again by the next."""


def check_plausibility(seen: Seen, findings: Findings) -> None:
    """Run every check on the rows of a round; figures that are asked about are held back in place."""
    for check in CHECKS:
        check(seen, findings)


__all__ = ["CHECKS", "Seen", "check_plausibility", "seen_of"]
