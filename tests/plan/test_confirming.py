"""What a person chooses in the 待确认 workbook goes back into the draft, and nothing else changes."""

import pytest
from openpyxl import load_workbook

from kepu_eval.plan import PlanError, load_plan
from kepu_eval.plan.importing import import_list
from kepu_eval.plan.importing.confirming import (
    COMMITMENTS,
    INDICATORS,
    QUESTIONS,
    confirmation_book,
    read_confirmation,
)
from kepu_eval.plan.importing.identity import keep_ids
from tests.plan.lists import word

ROWS = [
    ["序号", "工程", "主要任务", "具体措施", "牵头部门", "责任单位"],
    [
        "1",
        "行动",
        "1.讲座",
        "每年培训300人次。举办宣传周活动，编印手册",
        "区卫健委、区科协",
        "区卫生健康委、各街道办事处",
    ],
    ["2", "工程", "2.阵地", "=1+1", "", "区教育局"],
]


@pytest.fixture
def draft(tmp_path):
    return import_list(word(tmp_path / "x.docx", ROWS))


@pytest.fixture
def filled(draft, tmp_path):
    """Fill cells of the workbook: (sheet, {column: value} for the row whose cell in a column has a value)."""

    def save(*changes):
        file = tmp_path / "待确认.xlsx"
        confirmation_book(draft).save(file)
        book = load_workbook(file)
        for sheet, column, key, told in changes:
            page = book[sheet]
            heads = {cell.value: n for n, cell in enumerate(page[1], 1)}
            row = next(r for r in range(2, page.max_row + 1) if page.cell(r, heads[column]).value == key)
            for title, value in told.items():
                page.cell(row, heads[title]).value = value
        book.save(file)
        return file

    return save


def test_untouched_it_changes_nothing_and_names_what_is_open(draft, filled):
    done = read_confirmation(filled(), draft.content)
    assert done.content == draft.content
    assert len(done.open) == len(draft.questions) + len(draft.indicators)


def test_every_question_has_a_drop_down_and_a_formula_stays_text(draft, filled):
    book = load_workbook(filled())
    rules = [str(rule.sqref) for rule in book[QUESTIONS].data_validations.dataValidation]
    assert len(rules) == len(draft.questions)
    cell = next(c for row in book[COMMITMENTS].iter_rows() for c in row if c.value == "=1+1")
    assert cell.data_type == "s"


def test_answers_go_back_into_the_draft(draft, filled):
    file = filled(
        (QUESTIONS, "字段", "tasks.2.leads", {"确认": "另填", "另填": "区科协、区文旅局"}),
        (QUESTIONS, "字段", "units.区卫生健康委", {"确认": "同一单位：区卫健委"}),
        (QUESTIONS, "字段", "groups.各街道办事处", {"确认": "另填", "另填": "东街道、西街道"}),
        (QUESTIONS, "字段", "meta.issued", {"另填": "2026-03-02"}),
        (INDICATORS, "编号", "K1", {"保留": "是", "目标值": 320, "到期日": "2028-12-31", "性质": "约束性"}),
        (COMMITMENTS, "编号", "T01.03", {"保留": "否"}),
    )
    content = read_confirmation(file, draft.content).content
    assert content["tasks"][1]["lead"] | {"cell": ""} == {"unit": "区科协", "joint": ["区文旅局"], "cell": ""}
    assert content["tasks"][0]["responsible"] == ["区卫健委", "各街道办事处"]
    assert {u["name"]: u["aliases"] for u in content["units"]}["区卫健委"] == ["区卫生健康委"]
    assert {"区文旅局", "东街道", "西街道"} <= {u["name"] for u in content["units"]}
    assert content["groups"][0]["members"] == ["东街道", "西街道"]
    assert content["meta"]["issued"] == "2026-03-02"
    only = content["indicators"][0]
    assert (only["target"], only["horizon"], only["binding"]) == (320, "2028-12-31", "约束性")
    assert "to_confirm" not in only
    assert [c["text"] for c in content["tasks"][0]["commitments"]] == ["每年培训300人次", "举办宣传周活动"]


def test_an_indicator_that_is_none_leaves_its_commitment(draft, filled):
    content = read_confirmation(filled((INDICATORS, "编号", "K1", {"保留": "否"})), draft.content).content
    assert content["indicators"] == []
    assert content["tasks"][0]["commitments"][0] == {
        "id": "T01.01",
        "text": "每年培训300人次",
        "type": "act",
        "source": "list",
    }


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ((QUESTIONS, "字段", "tasks.2.leads", {"确认": "另填"}), "选了“另填”而没有填写"),
        ((QUESTIONS, "字段", "units.区卫生健康委", {"确认": "随便"}), "不是可选的答案"),
        ((INDICATORS, "编号", "K1", {"保留": "是", "目标值": "三百"}), "目标值“三百”不是数字"),
        ((INDICATORS, "编号", "K1", {"保留": "是", "比较": "大概"}), "比较“大概”不在下拉框中"),
    ],
)
def test_an_answer_that_cannot_be_used_is_named(draft, filled, change, told):
    with pytest.raises(PlanError, match=told):
        read_confirmation(filled(change), draft.content)


def test_tasks_that_are_called_the_same_keep_their_shared_names():
    tasks = [
        {"title": title, "programme": "", "commitments": []}
        for title in ("实施银龄科普行动", "实施银龄科普行动计划")
    ]
    content = dict.fromkeys(("units", "groups", "programmes", "indicators"), ()) | {"tasks": tasks}
    keep_ids(content, load_plan())
    assert [task.get("key") for task in tasks] == ["银龄科普", None]


def test_numbers_stay_with_their_units_when_a_list_is_imported_again(tmp_path):
    """区科技局 is new in front, 区卫健局 is an alias of the plan's 区卫健委: nobody gets a neighbour's number."""
    rows = [ROWS[0], ["1", "行动", "1.讲座", "a", "区气象局", "区科技局、区卫健局、区科协"]]
    draft = import_list(word(tmp_path / "y.docx", rows))
    told = keep_ids(draft.content, load_plan())
    ids = {u["name"]: u["id"] for u in draft.content["units"]}
    assert ids == {"区气象局": "U25", "区科技局": "U03", "区卫健局": "U05", "区科协": "U02"}
    assert "新单位“区气象局”，编号U25" in told
    assert "原方案的单位“区教育局”不在新清单中" in told
