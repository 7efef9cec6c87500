"""Word, Excel and PowerPoint files are archives: made here into bytes that depend on nothing but their content."""

from __future__ import annotations

import io
import re
import zipfile

_EPOCH = (1980, 1, 1, 0, 0, 0)
_CORE = "docProps/core.xml"
# Libraries write the clock's time on saving, into the data sheets behind a slide's charts as well.
_SAVED = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def canonical_zip(content: bytes) -> bytes:
    """The same archive with fixed times and order, so that the same report is the same file."""
    result = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        names = source.namelist()
        first = [name for name in names if name == "[Content_Types].xml"]
        for name in first + sorted(name for name in names if name not in first):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            body = source.read(name)
            if name == _CORE:
                body = _SAVED.sub(rb"\g<1>2000-01-01T00:00:00Z", body)
            target.writestr(entry, canonical_zip(body) if name.endswith(".xlsx") else body)
    return result.getvalue()
