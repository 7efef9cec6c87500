"""What an evaluator who writes no Python does with a copy of the notebook, and what is printed then."""

import json

import docx
import pytest

from kepu_eval.resources import resource
from kepu_eval.runner import ReportError, run_report


def edited(folder, change):
    """A copy of the mid-term's notebook in which ``change`` has been made to the list of its cells."""
    book = json.loads(resource("notebooks/midterm_self_assessment.ipynb").read_text(encoding="utf-8"))
    change(book["cells"])
    path = folder / "我的报告.ipynb"
    path.write_text(json.dumps(book, ensure_ascii=False), encoding="utf-8")
    return path


def words(cells, heading):
    """The text cell that holds a heading."""
    return next(cell for cell in cells if heading in "".join(cell["source"]) and cell["cell_type"] == "code")


def printed(path):
    return "\n".join(paragraph.text for paragraph in docx.Document(path).paragraphs)


def test_a_sentence_is_changed_a_paragraph_added_a_section_removed_and_other_examples_chosen(tmp_path):
    def change(cells):
        text = words(cells, "## 下一步措施和请示事项")
        text["source"] = "".join(text["source"]).replace("请核定", "请领导小组核定")
        summary = words(cells, "## 总体评价")
        summary["source"] = "".join(summary["source"]) + "\n\n本报告所称滞后，共{{ 任务.未达进度 }}任务。\n"
        cells.remove(words(cells, "## 存在问题及原因"))
        parameters = next(cell for cell in cells if "parameters" in cell["metadata"].get("tags", []))
        parameters["source"] = "".join(parameters["source"]).replace("practices = []", 'practices = ["E5"]')

    files = run_report(edited(tmp_path, change), tmp_path / "out", {}, ("docx",))
    said = printed(files["docx"])
    assert "请领导小组核定" in said
    assert "本报告所称滞后，共5项任务。" in said
    assert "存在问题及原因" not in said
    assert said.count("条件、证据") == 0
    chosen = said[said.index("经验做法") : said.index("下一步措施")]
    assert chosen.count("”。有佐证") + chosen.count("尚无佐证") == 1
    assert "技术附册" in files["技术附册.docx"].name


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("滞后的有5项。", "正文中的数字“5项"),
        ("滞后的有{{ 任务.滞后数 }}。", "没有名为“滞后数”的数据项；相近的有：滞后"),
    ],
)
def test_a_typed_figure_and_an_unknown_name_are_refused_before_anything_is_written(tmp_path, typed, message):
    def change(cells):
        summary = words(cells, "## 总体评价")
        summary["source"] = "".join(summary["source"]) + typed

    with pytest.raises(ReportError, match=message):
        run_report(edited(tmp_path, change), tmp_path / "out", {}, ("docx",))
    assert not (tmp_path / "out").exists()


def test_an_experience_that_is_no_candidate_is_refused_naming_the_candidates(tmp_path):
    with pytest.raises(ReportError, match="practices：没有候选“E99”，可选：E1、E2"):
        run_report("midterm", tmp_path / "out", {"practices": ["E99"]}, ("docx",))


def test_the_report_to_be_signed_is_short_and_signed(midterm, final):
    pages = {}
    for name, files in (("midterm", midterm), ("final", final)):
        said = printed(files["docx"])
        assert said.rstrip().endswith("年　　月　　日")
        assert "附件：1.　各项任务总表" in said
        pages[name] = files["pdf"].read_bytes().count(b"/Type /Page\n") or files["pdf"].read_bytes().count(
            b"/Type/Page/"
        )
    assert pages
