"""What exporters see of an executed notebook."""

import nbformat.v4 as nbf

from kepu_eval.report.blocks import MIME, Chart, Cover, Fact, Prose, Table, prose
from kepu_eval.report.document import read_document
from kepu_eval.report.markdown import markdown_blocks


def notebook(*cells):
    return nbf.new_notebook(cells=list(cells))


def shown(block):
    data = {MIME: block.model_dump(mode="json")}
    return nbf.new_code_cell("x", outputs=[nbf.new_output("display_data", data=data)])


def test_an_edited_markdown_cell_becomes_headings_paragraphs_and_lists():
    blocks = list(markdown_blocks("## 概况\n\n本区**认真**落实。\n\n- 甲\n- 乙\n\n> 说明"))
    assert (blocks[0].level, blocks[0].text) == (1, "概况")
    assert [span.bold for span in blocks[1].spans] == [False, True, False]
    assert [b.role for b in blocks[1:]] == ["body", "item", "item", "note"]


def test_a_markdown_table_becomes_a_table():
    (found,) = markdown_blocks("| 单位 | 数 |\n|---|---|\n| 区科协 | 3 |")
    assert isinstance(found, Table)
    assert [cell.text for cell in found.rows[0]] == ["区科协", "3"]


def test_raw_html_stays_text():
    (found,) = markdown_blocks("<script>alert(1)</script>")
    assert isinstance(found, Prose)
    assert found.spans[0].text == "<script>alert(1)</script>"


def test_blocks_are_read_in_order_and_facts_by_id():
    fact = Fact(id="a", value=3, unit="项")
    document = read_document(
        notebook(
            nbf.new_markdown_cell("## 一节"), shown(Cover(title="报告甲")), shown(prose("共{a}。", a=fact))
        )
    )
    assert document.cover.title == "报告甲"
    assert [block.kind for block in document.blocks] == ["heading", "prose"]
    assert document.facts["a"] == fact


def test_without_a_cover_the_first_heading_is_the_title():
    assert read_document(notebook(nbf.new_markdown_cell("# 总结\n\n话"))).cover.title == "总结"


def test_cells_tagged_skip_export_are_left_out():
    cell = nbf.new_markdown_cell("# 用法", metadata={"tags": ["skip-export"]})
    assert read_document(notebook(cell)).blocks == ()


def test_a_picture_that_an_analyst_added_is_kept():
    output = nbf.new_output("display_data", data={"image/png": "iVBORw0KGgo="})
    (found,) = read_document(notebook(nbf.new_code_cell("x", outputs=[output]))).blocks
    assert isinstance(found, Chart)


def test_streams_and_plain_results_are_left_out():
    outputs = [
        nbf.new_output("stream", text="hi"),
        nbf.new_output("execute_result", data={"text/plain": "3"}),
    ]
    assert read_document(notebook(nbf.new_code_cell("x", outputs=outputs))).blocks == ()
