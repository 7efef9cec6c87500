"""Word files are what the standard says: an independent validator finds nothing, and Word has nothing to ask on opening."""

import base64
import io
import re
import zipfile

import docx
import matplotlib.image
import numpy as np
import pytest
from openxml_audit import OpenXmlValidator

from kepu_eval.report.blocks import Chart, Cover, Heading, Prose, Span, Volume, prose, table
from kepu_eval.report.document import Document, Remark
from kepu_eval.report.exporters import DocxExporter, DocxVolumeExporter
from kepu_eval.report.markdown import markdown_blocks
from kepu_eval.report.word import Letter, letter_file, word_file
from tests.report.test_letterhead import as_wps, bare, content, plain, report


def picture():
    buffer = io.BytesIO()
    matplotlib.image.imsave(buffer, np.zeros((20, 30, 3)), format="png")
    return base64.b64encode(buffer.getvalue()).decode()


def whole():
    """A report with everything that a Word file may hold, in two volumes."""
    cover = Cover(title="评估报告", organisation="办公室", notice="示例数据", contents=False, signed=True)
    wide = table("wide", "逐项", ["指标", "数"], [["甲", "1"], ["乙", "2"]], note="说明", landscape=True)
    own = markdown_blocks("1. 见[网站](https://example.org/a?b=1)\n2. **要紧**\n   - 其中\n\n> 注")
    said = Prose(spans=(Span(text="总体"), Span(text="推进", bold=True)), cell="a")
    blocks = (
        Heading(level=1, text="总体"), said, *own, Chart(id="c", title="图", png=picture(), alt="黑色方块"), wide,
        Volume(title="技术附册"), Heading(level=1, text="逐项"), Heading(level=2, text="甲"), prose("甲。"),
        Heading(level=1, text="其他"), wide.model_copy(update={"id": "more"}),
    )  # fmt: skip
    remark = Remark("a", "总体推进", "李某", "2024-01-02T03:04:05", "请再核")
    return Document(cover, blocks, None, {}, cells={"a": "总体**推进**"}, remarks=(remark,))


def files():
    yield "report", DocxExporter().render(whole())
    yield "volume", DocxVolumeExporter().render(whole())
    letter = Letter(Cover(title="函", organisation="办公室", date=""), "区教育局", [prose("请补报。")])
    yield "letter", letter_file(letter)
    for head in (plain, as_wps, bare):
        yield head.__name__, word_file(report(), letterhead=content(head()))


@pytest.mark.parametrize(
    ("name", "made"), list(files()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_validator_finds_nothing(name, made, tmp_path):
    path = tmp_path / f"{name}.docx"
    path.write_bytes(made)
    assert [f"{e.part_uri} {e.description}" for e in OpenXmlValidator().validate(path).errors] == []


def test_word_opens_it_in_its_own_mode_in_chinese_without_a_prompt():
    parts = zipfile.ZipFile(io.BytesIO(DocxVolumeExporter().render(whole())))
    settings, styles, text = (
        parts.read(f"word/{name}.xml").decode() for name in ("settings", "styles", "document")
    )
    assert re.search(r'compatibilityMode"[^>]*w:val="15"', settings)
    assert "updateFields" not in settings
    assert "w:dirty" not in text
    assert re.search(r'<w:lang [^>]*w:eastAsia="zh-CN"', styles)
    assert not [name for name in parts.namelist() if "stylesWithEffects" in name or "thumbnail" in name]


def test_contents_lead_to_their_headings_and_say_the_page():
    word = docx.Document(io.BytesIO(DocxVolumeExporter().render(whole())))
    entries = [p for p in word.paragraphs if p.style.name.startswith("toc")]
    assert [p.text for p in entries] == ["附件1　逐项\t2", "一、甲\t2", "附件2　其他\t3"]
    marks = set(word.element.body.xpath(".//w:bookmarkStart/@w:name"))
    assert {
        link.get(docx.oxml.ns.qn("w:anchor")) for p in entries for link in p._p.xpath("./w:hyperlink")
    } <= marks
