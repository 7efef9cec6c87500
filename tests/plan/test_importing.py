"""A responsibility list with merged cells becomes a draft that states what it inherited."""

import docx
import pytest
import yaml
from click.testing import CliRunner
from openpyxl import Workbook

from kepu_eval.cli import main
from kepu_eval.plan import PlanError, load_plan
from kepu_eval.plan.importing import import_list

PLAN = load_plan()
HEAD = ["序号", "五大行动五大工程", "主要任务", "具体措施", "牵头部门", "责任单位"]


def rows():
    """The shipped plan's list as it was printed: empty where its cells are merged, heads repeated."""
    for task in PLAN.tasks:
        if task.number in (1, 12, 21):
            yield HEAD
        yield [
            str(task.number),
            PLAN.programme(task.programme).name if task.programme_cell == "stated" else "",
            f"{task.number}.{task.title}",
            "措施",
            task.lead.unit if task.lead.cell == "stated" else "",
            "\n".join(task.responsible),
        ]


@pytest.fixture
def word(tmp_path):
    document = docx.Document()
    cells = list(rows())
    table = document.add_table(rows=len(cells), cols=6)
    for row, texts in zip(table.rows, cells, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    for column in (1, 4):  # really merged, as in the notice
        for start, texts in enumerate(cells):
            if texts[column] == "":
                table.cell(start - 1, column).merge(table.cell(start, column))
    document.save(tmp_path / "责任清单.docx")
    return tmp_path / "责任清单.docx"


def agrees(draft):
    assert [task["title"] for task in draft.tasks] == [task.title for task in PLAN.tasks]
    assert [task["lead"] for task in draft.tasks] == [task.lead.unit for task in PLAN.tasks]
    assert [task["responsible"] for task in draft.tasks] == [task.responsible for task in PLAN.tasks]
    assert [task["programme"] for task in draft.tasks] == [
        PLAN.programme(t.programme).name for t in PLAN.tasks
    ]


def test_a_word_list_with_merged_cells(word):
    agrees(import_list(word))


def test_an_excel_list_with_empty_cells_states_every_inheritance(tmp_path):
    book = Workbook()
    for row in rows():
        book.active.append(row)
    book.save(tmp_path / "清单.xlsx")
    draft = import_list(tmp_path / "清单.xlsx")
    agrees(draft)
    merged = sum((task.lead.cell == "merged") + (task.programme_cell == "merged") for task in PLAN.tasks)
    assert len(draft.inheritances) == merged
    assert any(
        "任务2" in line and "牵头部门为合并格，承上取“区教育局”" in line for line in draft.inheritances
    )


def test_the_command_writes_a_draft(word, tmp_path):
    result = CliRunner().invoke(main, ["plan", "import", str(word), "--out", str(tmp_path / "草稿.yaml")])
    assert result.exit_code == 0, result.output
    draft = yaml.safe_load((tmp_path / "草稿.yaml").read_text(encoding="utf-8"))
    assert (len(draft["tasks"]), len(draft["programmes"]), len(draft["units"]), len(draft["groups"])) == (
        31,
        10,
        24,
        2,
    )


def test_checking_a_draft_names_what_is_still_to_fill_and_nothing_else(word, tmp_path):
    file = tmp_path / "草稿.yaml"
    file.write_text(import_list(word).yaml(), encoding="utf-8")
    with pytest.raises(PlanError) as caught:
        load_plan(file)
    told = [line.removeprefix("草稿.yaml：") for line in caught.value.problems]
    assert told.pop() == "indicators：没有量化指标；请逐项填写"  # the list's measures hold no number
    assert all("没有填写；请填写" in line for line in told)
    assert {line.split(".")[0] for line in told} == {"meta", "rounds[1]", "rounds[2]"}
    assert yaml.safe_load(file.read_text(encoding="utf-8"))["groups"][0]["members"] == "all_units"


@pytest.mark.parametrize(
    ("name", "told"), [("x.pdf", "只能导入"), ("x.docx", "无法读取"), ("x.csv", "没有找到责任清单")]
)
def test_what_is_no_list_is_refused_in_chinese(tmp_path, name, told):
    (tmp_path / name).write_bytes(b"no")
    with pytest.raises(PlanError, match=told):
        import_list(tmp_path / name)


@pytest.mark.parametrize(
    "below",
    [
        [" ", "附则：本方案自印发之日起施行。"],
        ["注：以上任务须年底前完成"],
        ["附件2：联系方式"],
        ["联系人：张三 13800000000"],
        ["某县人民政府办公室", "2024年1月1日"],
        [],
    ],
)
def test_the_last_cell_of_a_table_in_text_keeps_all_its_lines_and_no_other(tmp_path, below):
    rows = ["\t序号", "\t主要任务", "\t具体措施", "\t牵头部门", "\t责任单位", ""]
    rows += ["\t1", "\t开展讲座", "\t每年举办讲座。", "\t县科协", "\t县教育局", "县妇联", ""]
    rows += [
        "\t2",
        "\t建设场馆",
        "\t建成场馆。",
        "\t县科协",
        "\t县教育局",
        "县妇联",
        "县住建局",
        *below,
    ]
    (tmp_path / "任务清单.txt").write_text("\n".join(rows), encoding="utf-8")
    draft = import_list(tmp_path / "任务清单.txt")
    assert [task["responsible"] for task in draft.tasks] == [
        ("县教育局", "县妇联"),
        ("县教育局", "县妇联", "县住建局"),
    ]
