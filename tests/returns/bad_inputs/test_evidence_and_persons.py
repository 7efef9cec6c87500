"""Evidence, self-ratings beyond it, and personal data (C57–C60)."""

import pytest

from kepu_eval.returns.layout import EVIDENCE, FIRST_ROW, TASKS
from tests.returns.conftest import PLAN, event_row, years
from tests.returns.reading import judged, read, told


def first_commitment(unit):
    return next(c.id for t, _ in PLAN.duties(PLAN.unit(unit)) for c in t.commitments
                if PLAN.commitment_types[c.type].rule not in ("indicator", "narrative"))  # fmt: skip


def test_c57_evidence_without_a_number(send):
    commitment = first_commitment("区农牧局")
    returns = read(send("区农牧局", {(TASKS, commitment, "佐证编号"): "见附件"}))
    assert "佐证“见附件”没有编号" in told(returns, "C57", "question")["message"]
    assert returns.statuses.query("commitment == @commitment")["evidence"].tolist() == [()]


def test_c58_one_file_as_two_pieces_of_evidence(send):
    def listed(book):
        page = book[EVIDENCE]
        for row, (number, file) in enumerate((("P12", "a.jpg"), ("P19", "b.jpg")), FIRST_ROW):
            page.cell(row, 1).value, page.cell(row, 2).value, page.cell(row, 5).value = number, "照片", file

    folder = send("区农牧局", spoil=listed)
    place = folder / "佐证" / "区农牧局"
    place.mkdir(parents=True)
    (place / "a.jpg").write_bytes(b"\xff\xd8\xff the same picture")
    (place / "b.jpg").write_bytes(b"\xff\xd8\xff the same picture")
    assert "佐证P12与P19的附件内容相同" in told(read(folder), "C58", "question")["message"]


def test_c59_a_self_rating_above_what_the_rules_say_is_listed():
    result = judged(read("data/example/2023-midterm"))
    row = result.tasks.set_index("number").loc[29]
    assert (row["self_rating"], row["display"]) == ("完成", "正在推进·达到序时")
    assert "任务29自评“完成”，规则判定“正在推进·达到序时”" in set(result.findings["message"])


def test_c59_a_self_rating_is_not_set_against_what_is_unknown(send):
    ratings = {(TASKS, c.id, "自评"): "完成" for c in PLAN.task(6).commitments}
    result = judged(read(send("区农牧局", {**years("Q08", y2021=100, y2022=120, y2023=130), **ratings})))
    assert result.tasks.set_index("number").loc[6, "rating"] == "数据不足"  # five others are silent
    assert "C59" not in set(result.findings["code"])


@pytest.mark.parametrize(
    "private", ["11010519491231002X", "13800138000", "联系人 138 0013 8000", 13800138000]
)
def test_c60_personal_data_is_refused_and_kept_nowhere(send, private):
    returns = read(send("区农牧局", event_row(地点=private)))
    assert "疑含" in told(returns, "C60", "rejected")["message"]
    assert returns.events.empty
    digits = "".join(c for c in str(private) if c.isdigit())
    for frame in (returns.findings, returns.observations, returns.submissions, returns.statuses):
        assert not frame.astype(str).stack().str.replace(" ", "").str.contains(digits).any()
