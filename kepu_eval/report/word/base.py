"""The document that every Word file begins as: Chinese, of this decade's mode, with the styles that it uses and no others."""

from __future__ import annotations

import io
import re
from functools import cache

import docx
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from kepu_eval.report.word.xml import element

_KEPT = {
    "Normal", "Header", "Footer", "Heading1", "Heading2", "Heading3", "Heading4", "DefaultParagraphFont", "TableNormal",
    "NoList", "TableGrid",
}  # fmt: skip
_DROPPED = ("stylesWithEffects", "thumbnail", "customXml", "webSettings", "numbering")
_MODE, _BY = 15, "http://schemas.microsoft.com/office/word"  # Word 2013 and later: no 兼容模式
_SETTINGS = f"""<w:settings {nsdecls("w")}><w:zoom w:percent="100"/><w:defaultTabStop w:val="420"/>
<w:characterSpacingControl w:val="compressPunctuation"/><w:compat><w:useFELayout/>
<w:compatSetting w:name="compatibilityMode" w:uri="{_BY}" w:val="{_MODE}"/>
<w:compatSetting w:name="overrideTableStyleFontSizeAndJustification" w:uri="{_BY}" w:val="1"/>
<w:compatSetting w:name="enableOpenTypeFeatures" w:uri="{_BY}" w:val="1"/>
<w:compatSetting w:name="doNotFlipMirrorIndents" w:uri="{_BY}" w:val="1"/></w:compat>
<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/><w:clrSchemeMapping w:bg1="light1" w:t1="dark1" w:bg2="light2"
 w:t2="dark2" w:accent1="accent1" w:accent2="accent2" w:accent3="accent3" w:accent4="accent4" w:accent5="accent5"
 w:accent6="accent6" w:hyperlink="hyperlink" w:followedHyperlink="followedHyperlink"/>
<w:decimalSymbol w:val="."/><w:listSeparator w:val=","/></w:settings>"""
_APP = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties xmlns="http://schemas.openxmlformats.org/'
    b'officeDocument/2006/extended-properties"><Application>kepu_eval</Application></Properties>'
)
_COMMENT_STYLES = (("CommentText", "annotation text", "paragraph"), ("CommentReference", "annotation reference", "character"))  # fmt: skip


def new_base(latin: str, east_asian: str) -> WordDocument:
    """An empty document whose own fonts are these."""
    return docx.Document(io.BytesIO(_base(latin, east_asian)))


@cache
def _base(latin: str, east_asian: str) -> bytes:
    word = docx.Document()
    for paragraph in list(word.paragraphs):
        paragraph._p.getparent().remove(paragraph._p)
    package = word.part.package
    for rels in (package.rels, word.part.rels):
        for name, relation in list(rels.items()):
            if any(part in str(relation.target_ref) for part in _DROPPED):
                del rels[name]
    for part in package.iter_parts():
        if str(part.partname) == "/docProps/app.xml":
            part._blob = _APP
        elif str(part.partname) == "/word/theme/theme1.xml":
            part._blob = _themed(part.blob, latin, east_asian)
    settings = word.settings.element
    for child in list(settings):
        settings.remove(child)
    settings.extend(parse_xml(_SETTINGS))
    _styles(word.styles.element, latin, east_asian)
    buffer = io.BytesIO()
    word.save(buffer)
    return buffer.getvalue()


def _styles(styles, latin: str, east_asian: str) -> None:  # noqa: ANN001
    for style in styles.findall(qn("w:style")):
        if style.get(qn("w:styleId")) not in _KEPT:
            styles.remove(style)
        for link in style.findall(qn("w:link")):
            style.remove(link)
    defaults = styles.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    for child in list(defaults):
        defaults.remove(child)
    defaults.append(element("rFonts", ascii=latin, hAnsi=latin, eastAsia=east_asian, cs=latin))
    defaults.extend([element("sz", val=21), element("szCs", val=21), element("lang", val="en-US", eastAsia="zh-CN", bidi="ar-SA")])  # fmt: skip
    paragraphs = styles.find(f"{qn('w:docDefaults')}/{qn('w:pPrDefault')}")
    for child in list(paragraphs):
        paragraphs.remove(child)
    for style_id, name, kind in _COMMENT_STYLES:
        styles.append(
            parse_xml(
                f'<w:style {nsdecls("w")} w:type="{kind}" w:styleId="{style_id}"><w:name w:val="{name}"/>'
                f'<w:uiPriority w:val="99"/><w:unhideWhenUsed/><w:rPr><w:sz w:val="21"/></w:rPr></w:style>'
            )
        )


def _themed(theme: bytes, latin: str, east_asian: str) -> bytes:
    """The theme with these fonts for both headings and text, in Chinese."""
    fonts = (
        f'<a:latin typeface="{latin}"/><a:ea typeface="{east_asian}"/><a:cs typeface=""/>'
        f'<a:font script="Hans" typeface="{east_asian}"/>'
    )
    text = theme.decode("utf-8")
    for part in ("majorFont", "minorFont"):
        text = re.sub(
            rf"(<a:{part}>).*?(</a:{part}>)", lambda found: found[1] + fonts + found[2], text, flags=re.DOTALL
        )
    return text.encode("utf-8")
