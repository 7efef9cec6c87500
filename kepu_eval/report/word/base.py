"""The document that every Word file begins as: Chinese, of this decade's mode, with the styles that it uses and no others."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from copy import deepcopy
from functools import cache

import docx
from docx.document import Document as WordDocument
from docx.opc.part import XmlPart
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


def adopt_styles(word: WordDocument, latin: str, east_asian: str) -> None:
    """Give another document the base's styles that it lacks; those that it has under other ids (as in Chinese Word) get ours."""
    drop_parts(word, _DROPPED[:1])  # a second copy of the styles, which would contradict them
    own = new_base(latin, east_asian).styles.element
    there = {_name(style): style for style in word.styles.element.findall(qn("w:style"))}
    for style in own.findall(qn("w:style")):
        known, wanted = there.get(_name(style)), style.get(qn("w:styleId"))
        if known is None:
            word.styles.element.append(deepcopy(style))
        elif (old := known.get(qn("w:styleId"))) != wanted:
            known.set(qn("w:styleId"), wanted)
            _lead_to(word, old, wanted)


def drop_parts(word: WordDocument, names: Sequence[str]) -> None:
    """Leave out the parts whose names hold one of ``names``."""
    for rels in (word.part.package.rels, word.part.rels):
        for key, relation in list(rels.items()):
            if not relation.is_external and any(name in str(relation.target_ref) for name in names):
                del rels[key]


def _name(style) -> str:  # noqa: ANN001
    return style.find(qn("w:name")).get(qn("w:val"), "").lower()


def _lead_to(word: WordDocument, old: str, new: str) -> None:
    """Let everything that names a style name it by another id."""
    roots = [part.element for part in word.part.package.iter_parts() if isinstance(part, XmlPart)]
    for root in roots:
        for tag in ("pStyle", "rStyle", "tblStyle", "basedOn", "next", "link"):
            for found in root.iter(qn(f"w:{tag}")):
                if found.get(qn("w:val")) == old:
                    found.set(qn("w:val"), new)


@cache
def _base(latin: str, east_asian: str) -> bytes:
    word = docx.Document()
    for paragraph in list(word.paragraphs):
        paragraph._p.getparent().remove(paragraph._p)
    package = word.part.package
    drop_parts(word, _DROPPED)
    for part in package.iter_parts():
        if str(part.partname) == "/docProps/app.xml":
            part._blob = _APP
        elif str(part.partname) == "/word/theme/theme1.xml":
            part._blob = themed(part.blob, latin, east_asian)
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


def themed(theme: bytes, latin: str, east_asian: str) -> bytes:
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
