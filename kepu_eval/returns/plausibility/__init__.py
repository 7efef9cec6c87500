"""Whether what was sent can be true: figures, activities, words, schools, evidence, years and units against each other.

Each check asks, shows both sides and changes nothing; each can be switched off with a reason. The thresholds were chosen
on one half of the simulated defects of ``benchmarks/plausibility.py`` and measured on the other.
"""

from kepu_eval.returns.findings import Findings
from kepu_eval.returns.plausibility import (
    activities,
    copies,
    evidence,
    figures,
    peers,
    profile,
    rounds,
    school_list,
    schools,
    statements,
    titles,
    words,
)
from kepu_eval.returns.plausibility.seen import Seen, accepted_of, seen_of

CHECKS = (
    copies.check_units,
    school_list.check_totals,
    school_list.check_twice,
    school_list.check_types,
    school_list.check_told,
    profile.check_rows,
    schools.check_tenfold,
    profile.check_years,
    figures.check_notes,
    peers.check_shares,
    profile.check_levels,
    profile.check_narrower,
    schools.check_schools,
    figures.check_activities,
    figures.check_listed,
    rounds.check_before,
    profile.check_told_again,
    activities.check_repeated,
    activities.check_numbered,
    activities.check_whose,
    activities.check_participants,
    activities.check_places,
    activities.check_crowds,
    activities.check_rooms,
    peers.check_crowds,
    activities.check_tasks,
    activities.check_years,
    titles.check_dated,
    titles.check_titles,
    titles.check_one_day,
    titles.check_same_crowd,
    titles.check_meant_tasks,
    words.check_words,
    words.check_self_ratings,
    words.check_problems,
    words.check_sizes,
    peers.check_sizes,
    peers.check_areas,
    statements.check_told_sizes,
    rounds.check_stated_before,
    rounds.check_sent_again,
    figures.check_progress,
    figures.check_same_day,
    figures.check_fewer_told,
    statements.check_dates,
    statements.check_numbers,
    statements.check_pasted,
    statements.check_whose,
    statements.check_told_by_others,
    statements.check_shifted,
    copies.check_retouched,
    evidence.check_evidence,
    evidence.check_related,
    evidence.check_documents,
    rounds.check_patterns,
    rounds.check_uniform,
)
"""In the order in which they ask: a cell that one holds back is not asked about again by the next."""


def check_plausibility(seen: Seen, findings: Findings) -> None:
    """Run every check on the rows of a round; figures that are asked about are held back in place."""
    for check in CHECKS:
        check(seen, findings)


__all__ = ["CHECKS", "Seen", "accepted_of", "check_plausibility", "seen_of"]
