"""A report of a few text cells, without a kernel: printed, edited in Word, taken home and printed again."""

import nbformat.v4 as nbf

from kepu_eval.report.blocks import MIME, Cover, Fact, Heading, Prose, table
from kepu_eval.report.document import read_document
from kepu_eval.report.exporters import DocxExporter
from kepu_eval.report.fact import Source
from kepu_eval.report.homecoming.absorbing import absorbed, body_of
from kepu_eval.report.homecoming.baseline import baseline
from kepu_eval.report.homecoming.merging import merge
from kepu_eval.report.homecoming.word_reading import read_word
from kepu_eval.report.words import render

CELL = Source(file="区科协.xlsx", sheet="任务自查", cell="B7")


def fact(name, value, unit="项", **more):
    return Fact(id=name, value=value, unit=unit, label=name, sources=(CELL,), **more)


NAMES = {
    "任务": {"滞后": fact("任务.滞后", 5), "合计": fact("任务.合计", 31)},
    "培训": fact("培训", 1200, "人次"),
    "有": fact("有", 2),
    "单位": [
        {
            "名称": "区教育局",
            "场次": fact("教育.场次", 24, "场"),
            "原文": fact("教育.原文", "办了3场讲座", ""),
        },
        {"名称": "区科协", "场次": fact("科协.场次", 7, "场"), "原文": fact("科协.原文", "建成2个展厅", "")},
        {"名称": "区农牧局", "场次": fact("农牧.场次", 25, "场"), "原文": fact("农牧.原文", "下乡9次", "")},
    ],
}
TEXT = """%%正文

## 总体评价

{{ 任务.合计 }}任务中，滞后{{ 任务.滞后 }}，主要在基层。{% if 有 %}其中{{ 有 }}已经列入整改。{% endif %}

累计培训{{ 培训 }}，覆盖全部街道和乡镇。

{% for 项 in 单位 %}
- {{ 项.名称 }}举办活动{{ 项.场次 }}，自报“{{ 项.原文 }}”，资料齐全。

{% endfor %}

下一步要抓紧补报，并由责任单位说明原因。
"""
MORE = """%%正文

## 存在问题

各单位{% for 项 in 单位 %}{{ 项.名称 }}报{{ 项.场次 }}{{ "、" if not loop.last }}{% endfor %}，均已核对。

问题主要是经费和人员两个方面。
"""


def notebook(cells, names=None):
    """The executed notebook of some text cells; a table of the program's stands between them."""
    grid = table("t", "进度表", ["指标", "数"], [["甲", "1"], ["乙", "2"]], note="示例")
    made = [_cell("cover", "cover", [Cover(title="评估报告", contents=False, signed=True)])]
    for number, (name, source) in enumerate(cells.items()):
        if number:
            made.append(
                _cell(f"table-{number}", "sections.t(case)", [grid.model_copy(update={"id": f"t{number}"})])
            )
        made.append(_cell(name, source, render(body_of(source), names or NAMES)))
    return nbf.new_notebook(cells=made)


def _cell(name, source, blocks):
    outputs = [nbf.new_output("display_data", data={MIME: block.compact()}) for block in blocks]
    return nbf.new_code_cell(source, id=name, outputs=outputs)


def printed_word(folder, book, name="报告.docx"):
    path = folder / name
    path.write_bytes(DocxExporter().render(read_document(book)))
    return path


def home(book, path, *, accept=True, own=None):
    """What came home, the own copy with it, and conflicts."""
    base = baseline(read_document(book))
    result = absorbed(base, read_word(path, accept=accept))
    copy = own or notebook({c.id: c.source for c in book.cells if c.source.startswith("%%正文")})
    return result, copy, merge(copy, base, result)


def says(book, names=None):
    """The paragraphs that a notebook's text cells print."""
    return [
        block.text if isinstance(block, Heading) else "".join(span.text for span in block.spans)
        for cell in book.cells
        if cell.source.startswith("%%正文")
        for block in render(body_of(cell.source), names or NAMES)
        if isinstance(block, Heading | Prose)
    ]


def told(result, kind):
    return [entry.words for entry in result.entries if entry.kind == kind]
