"""The evidence catalogue, and evidence whose file is not there."""

import pytest

from kepu_eval.returns.attachments import DAMAGED, MISSING, attachment_state
from kepu_eval.supervision import evidence_catalogue
from tests.evaluation.builders import PLAN, judged, proof, returns, status

LEAD = PLAN.lead(6)


def listed(evidence, **more):
    return {**proof(LEAD.id, evidence), "attachment": "", **more}


def catalogue(statuses, evidence):
    rows = evidence_catalogue(returns(statuses=statuses, evidence=evidence))
    return rows.set_index("evidence")


def test_a_piece_behind_several_claims_names_them_all():
    said = [status("T06.01", evidence=("P1",)), status("T06.02", evidence=("P1", "P2"))]
    rows = catalogue(said, [listed("P1"), listed("P2")])
    assert rows["claims"].to_dict() == {"P1": ("T06.01", "T06.02"), "P2": ("T06.02",)}


def test_what_is_referred_to_and_not_listed_is_shown():
    rows = catalogue([status("T06.01", evidence=("P9",))], [listed("P1")])
    assert rows["file_state"].to_dict() == {"P1": "未附附件", "P9": "未列入目录"}


def test_the_same_content_and_the_same_document_number_are_found():
    same = [
        listed("P1", attachment="a" * 64),
        listed("P2", attachment="a" * 64),
        listed("P3", attachment="b" * 64),
    ]
    rows = catalogue([], [*same, listed("P4", reference="5号"), listed("P5", reference="5号")])
    assert rows.loc["P1", "same_file_as"] == (f"{LEAD.id}/P2",)
    assert rows.loc["P3", "same_file_as"] == ()
    assert rows.loc["P4", "same_reference_as"] == (f"{LEAD.id}/P5",)


@pytest.mark.parametrize(
    ("name", "content", "state"),
    [
        ("a.pdf", b"%PDF-1.7", None),
        ("a.pdf", b"not one", DAMAGED),
        ("a.docx", b"PK\x03\x04 torn", DAMAGED),
        ("a.jpg", b"\xff\xd8\xff", None),
        ("a.jpg", b"GIF", DAMAGED),
        ("a.txt", b"", DAMAGED),
        ("a.txt", b"x", None),
        (None, b"", MISSING),
    ],
)
def test_whether_a_file_can_be_opened(tmp_path, name, content, state):
    there = {}
    if name:
        (tmp_path / name).write_bytes(content)
        there = {name: tmp_path / name}
    found = attachment_state(name or "a.pdf", there)
    assert found == state if state else len(found) == 64


@pytest.mark.parametrize(("attachment", "rating"), [("", "完成"), ("a" * 64, "完成"), (MISSING, "正在推进"), (DAMAGED, "正在推进")])  # fmt: skip
def test_evidence_whose_file_is_not_there_is_none(attachment, rating):
    commitment = next(
        c.id
        for t in PLAN.tasks
        for c in t.commitments
        if PLAN.commitment_types[c.type].rule == "in_operation"
    )
    unit = PLAN.lead(PLAN.commitment(commitment).task).id
    evaluation = judged(
        statuses=[status(commitment, operating="已运行", evidence=("P1",))],
        evidence=[{**proof(unit, "P1"), "attachment": attachment}],
    )
    row = evaluation.commitments.set_index("commitment").loc[commitment]
    assert row["rating"] == rating
    assert ("佐证附件缺失或打不开" in row["reason"]) == (rating == "正在推进")
