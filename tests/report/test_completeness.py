"""A notebook that has not run through, or is not what was run, becomes no report; as a draft it is stamped."""

import copy
import subprocess
import sys

import nbformat
import nbformat.v4 as nbf
import pytest

from kepu_eval.report.blocks import MIME, Cover, Inputs, prose
from kepu_eval.report.completeness import UnfinishedError, _hash, faults
from kepu_eval.report.document import read_document
from kepu_eval.report.exporters import DocxExporter, HtmlExporter, PdfExporter, XlsxExporter

PARAMETERS, INJECTED = 'returns = "data/example/2023-midterm"', '# Parameters\nas_of = "2023-06-30"'
TEXT = "%%正文\n\n## 总体评价\n\n一句话。"


def shown(source, count, *blocks, parameters=()):
    outputs = []
    for block in blocks:
        mark = {"source": _hash(source)} | ({"parameters": list(parameters)} if parameters else {})
        outputs.append(nbf.new_output("display_data", data=block._repr_mimebundle_(), metadata={MIME: mark}))
    return nbf.new_code_cell(source, execution_count=count, outputs=outputs)


@pytest.fixture
def book():
    """A report as papermill leaves it."""
    cells = [
        nbf.new_markdown_cell("# 中期自查评估报告\n\n用法", metadata={"tags": ["skip-export"]}),
        nbf.new_code_cell(PARAMETERS, execution_count=1, metadata={"tags": ["parameters"]}),
        nbf.new_code_cell(INJECTED, execution_count=2, metadata={"tags": ["injected-parameters"]}),
        shown("case = open_case()", 3, Cover(title="报告", notice="示例数据"), Inputs(parameters={}, files=(), versions={}),
              parameters=[_hash(PARAMETERS), _hash(INJECTED)]),
        shown(TEXT, 4, prose("一句话。")),
        nbf.new_markdown_cell("## 整改清单"),
        shown("sections.rectification(case)", 5, prose("两项。")),
        nbf.new_code_cell("", execution_count=None),
    ]  # fmt: skip
    return nbf.new_notebook(cells=cells)


def test_a_whole_one_is_exported(book):
    assert list(faults(book)) == []
    assert read_document(book, draft=True).cover.notice == "示例数据"


def unrun(book):
    for cell in book.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None


def half(book):
    book.cells[6].outputs, book.cells[6].execution_count = [], None


def busy(book):
    book.cells[6].execution_count = None


def failed(book):
    book.cells[4].outputs = [nbf.new_output("error", ename="WordsError", evalue="没有名为“甲”的\n数据项")]


def turned(book):
    book.cells[4].execution_count = 9


def edited(book):
    book.cells[4].source += "\n\n又一句。"


def other_parameters(book):
    book.cells[1].source = PARAMETERS.replace("midterm", "x")


def no_longer_injected(book):
    book.cells[2].source = ""


def other_library(book):
    book.cells[3].outputs[1].data[MIME]["versions"] = {"kepu_eval": "0.0.1"}


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (unrun, "这个笔记本还没有运行"),
        (half, "第7格“sections.rectification(case)”（在“整改清单”下）没有运行"),
        (busy, "第7格“sections.rectification(case)”（在“整改清单”下）没有运行"),
        (failed, "第5格“总体评价”运行出错（没有名为“甲”的 数据项）"),
        (turned, "第7格“sections.rectification(case)”（在“整改清单”下）不是按顺序运行的"),
        (edited, "第5格“总体评价”运行以后又改过"),
        (other_parameters, "运行以后参数又改过"),
        (no_longer_injected, "运行以后参数又改过"),
        (other_library, "是用 kepu_eval 0.0.1 运行的"),
    ],
)
def test_what_is_unfinished_is_refused_in_a_line_or_stamped(book, spoil, told):
    spoil(book)
    for exporter in (DocxExporter, HtmlExporter, PdfExporter, XlsxExporter):
        with pytest.raises(UnfinishedError, match="不能导出") as error:
            exporter().from_notebook_node(copy.deepcopy(book))
        assert told in str(error.value)
        assert "\n" not in str(error.value)
    document = read_document(book, draft=True)
    assert document.cover.notice == "未完成稿　示例数据"
    assert any(told in "".join(s.text for s in b.spans) for b in document.blocks if b.kind == "prose")


def test_at_the_terminal_it_is_one_line_and_nothing_is_written(book, tmp_path):
    half(book)
    nbformat.write(book, tmp_path / "half.ipynb")
    command = [sys.executable, "-m", "nbconvert", "--log-level=ERROR", "--to", "kepu_html", "half.ipynb"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert [line for line in done.stderr.splitlines() if "Warning" not in line][-1].startswith(
        "half：不能导出：第7格"
    )
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "half.html").exists()
    stamped = subprocess.run([*command, "--DocumentExporter.draft=True"], cwd=tmp_path, check=False)
    assert stamped.returncode == 0
    assert "未完成稿　示例数据" in (tmp_path / "half.html").read_text(encoding="utf-8")
