"""What is a return, and whose: declared by its tables, its cover, its hidden sheet and its file name."""

import datetime as dt

import pytest
from openpyxl import Workbook, load_workbook

from kepu_eval.returns import Decisions, Ledger, collect, layout, roster
from kepu_eval.returns.decisions import Decision
from kepu_eval.returns.names import UnitNames
from tests.returns.conftest import PLAN, ROUND, cover, years
from tests.returns.reading import THREE, read, told, value

NAMES = UnitNames(PLAN)
AT = dt.datetime(2024, 1, 25, 9, 0)


@pytest.mark.parametrize(
    ("written", "unit"),
    [
        ("昆都仑区农牧局", "区农牧局"),
        ("内蒙古包头市昆都仑区农牧局（公章）", "区农牧局"),
        ("农业农村局", "区农牧局"),
        ("【区科协】", "区科协"),
        ("中共昆都仑区委组织部", "区委组织部"),
        ("青山区农牧局", None),
        ("包头市农牧局", None),
        ("市农牧局", None),
        ("区水务局", None),
        ("区农牧局、区科协", None),
    ],
)
def test_a_unit_on_the_cover(written, unit):
    found = NAMES.named(written)
    assert (found.name if found else None) == unit


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("关于报送区农牧局填报表", "区农牧局"),
        ("20240115昆区科协", "区科协"),
        ("2.区委组织部（定稿）", "区委组织部"),
        ("青山区农牧局", None),
        ("新城区教育局填报表", None),
        ("市科协", None),
        ("区教育局、区科协", None),
        ("回复", None),
    ],
)
def test_a_unit_in_a_file_name(name, unit):
    found = NAMES.within(name)
    assert (found.name if found else None) == unit


def test_an_office_of_the_unit_is_believed_only_with_the_file_name_or_the_template(send):
    office = cover(layout.UNIT_FIELD, "区农牧局办公室")
    assert value(read(send("区农牧局", years("Q08", **THREE), spoil=office)))["value"] == 520

    def strange(book):
        office(book)
        del book[layout.HIDDEN]

    folder = send("区农牧局", years("Q08", **THREE), name="来件.xlsx", spoil=strange)
    (folder / "区农牧局.xlsx").unlink()
    assert told(read(folder), "C48", "question")["candidates"][0] == "区农牧局"


def test_a_contradiction_is_one_question_and_nothing_counts_until_it_is_answered(send):
    folder = send("区农牧局", years("Q08", **THREE), spoil=cover(layout.UNIT_FIELD, "区妇联"))
    returns = read(folder)
    asked = told(returns, "C09", "question")
    assert set(asked["candidates"]) == {"区妇联", "区农牧局"}
    assert returns.observations.empty
    assert len(returns.open_questions) == 1


def test_an_answer_whose_file_it_is_opens_no_second_question(send):
    folder = send("区农牧局", years("Q08", **THREE), name="回复.xlsx", spoil=cover("填报单位", "农牧口"))
    asked = told(read(folder), "C48", "question")
    answers = {("回复.xlsx", asked["sheet"], asked["cell"], "C48"): Decision(asked["value"], "区农牧局")}
    from kepu_eval.returns import read_round

    after = read_round(folder, PLAN, ROUND, decisions=Decisions(answers))
    assert value(after)["value"] == 520
    assert after.open_questions.empty


def test_another_units_template_is_one_question(send):
    def relabelled(book):
        cover(layout.UNIT_FIELD, "区妇联")(book)

    returns = read(send("区教育局", years("Q06", y2023=30), name="区妇联.xlsx", spoil=relabelled))
    asked = returns.findings.query("code == 'C49'")
    assert asked["sheet"].tolist() == [layout.NUMBERS, layout.TASKS]
    assert asked["message"].str.contains("用了其他单位的模板").all()


def test_another_plans_return_is_set_aside_by_its_heading_alone(send):
    def elsewhere(book):
        del book[layout.HIDDEN]
        book[layout.COVER]["A1"].value = "昆都仑区爱国卫生运动2023年中期自查评估填报表"

    returns = read(send("区农牧局", years("Q08", **THREE), spoil=elsewhere))
    assert "爱国卫生运动" in told(returns, "X04", "rejected")["message"]
    assert returns.observations.empty


@pytest.mark.parametrize("place", ["hidden", "cover"])
def test_another_districts_return_is_set_aside(send, place):
    def elsewhere(book):
        if place == "hidden":
            book[layout.HIDDEN]["B1"].value = "青山区全民科学素质行动规划纲要实施方案（2021—2025年）"
        else:
            del book[layout.HIDDEN]
            book[layout.COVER]["A1"].value = "青山区全民科学素质行动2023年中期自查评估填报表"

    returns = read(send("区农牧局", years("Q08", **THREE), spoil=elsewhere))
    assert "青山区" in told(returns, "X04", "rejected")["message"]
    assert returns.observations.empty
    assert returns.standing["U09"] == "未报送"


def test_the_same_plan_under_a_reworded_title_is_ours(send):
    def reworded(book):
        book[layout.HIDDEN]["B1"].value = PLAN.meta.title.replace("（2021—2025年）", "(2021-2025年)")

    assert value(read(send("区农牧局", years("Q08", **THREE), spoil=reworded)))["value"] == 520


@pytest.fixture
def ledger(tmp_path_factory):
    with Ledger(tmp_path_factory.mktemp("ledger") / "ledger.sqlite", must_exist=False) as book:
        yield book


def attachment(path):
    book = Workbook()
    book.active.append(["序号", "姓名", "单位"])
    book.save(path)


def other_round(path):
    from kepu_eval.returns import write_template

    write_template(PLAN, PLAN.unit("区农牧局"), "2025-final", path)


@pytest.mark.parametrize(
    "make", [attachment, other_round, lambda path: path.write_bytes(b"PK\x03\x04broken")]
)
def test_nothing_supersedes_a_return_but_a_return(send, ledger, tmp_path_factory, make):
    collect(send("区农牧局", years("Q08", **THREE)), PLAN, ROUND, ledger, at=AT)
    later = tmp_path_factory.mktemp("later")
    make(later / "区农牧局附件1-培训名册.xlsx")
    done = collect(later, PLAN, ROUND, ledger, at=AT)
    assert done.closed == []
    returns = ledger.returns(PLAN, ROUND)
    assert value(returns)["value"] == 520
    assert roster(returns, PLAN).set_index("unit").loc["U09", "status"] == "未注明日期"


def test_a_list_sent_along_neither_supersedes_the_return_nor_contradicts_it(send, ledger, tmp_path_factory):
    folder = send("区农牧局", years("Q08", **THREE))
    collect(folder, PLAN, ROUND, ledger, at=AT)
    part = load_workbook(folder / "区农牧局.xlsx")
    for name in part.sheetnames:
        if name != layout.EVENTS:
            del part[name]
    part[layout.EVENTS].cell(layout.FIRST_ROW, 3).value = "只在附件里的活动"
    later = tmp_path_factory.mktemp("later")
    part.save(later / "区农牧局附件2-活动台账.xlsx")
    assert collect(later, PLAN, ROUND, ledger, at=AT).closed == []
    returns = ledger.returns(PLAN, ROUND)
    assert value(returns)["value"] == 520
    assert returns.open_questions.empty


def test_a_copy_that_was_saved_again_is_no_second_return(send):
    folder = send("区农牧局", years("Q08", **THREE))
    book = load_workbook(folder / "区农牧局.xlsx")
    book.properties.title = "另存"
    book.save(folder / "区农牧局 - 副本.xlsx")
    returns = read(folder)
    assert "C08" not in set(returns.findings["code"])
    assert value(returns)["value"] == 520


@pytest.mark.parametrize("name", ["区农牧局总结.docx", "区农牧局盖章件.pdf", "照片.jpg"])
def test_documents_and_pictures_are_set_aside(send, name):
    folder = send("区妇联")
    (folder / name).write_bytes(b"whatever")
    returns = read(folder)
    assert name in told(returns, "C07", "info")["message"]
    assert returns.standing["U09"] == "未报送"


@pytest.mark.parametrize(("also", "severity"), [("区妇联", "rejected"), ("区农牧局", "info")])
def test_an_archive_is_to_be_unpacked_unless_the_return_lies_beside_it(send, also, severity):
    folder = send(also)
    (folder / "区农牧局.rar").write_bytes(b"Rar!")
    assert "区农牧局.rar" in told(read(folder), "C07", severity)["message"]
