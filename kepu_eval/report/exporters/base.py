"""What the exporters share: from a notebook to the document."""

from __future__ import annotations

import sys
from abc import abstractmethod
from pathlib import Path
from typing import Any

from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from traitlets import Bool

from kepu_eval.errors import KepuError
from kepu_eval.report.completeness import UnfinishedError
from kepu_eval.report.document import Bound, Document, read_document

_DETAILS = "逐校、逐项明细及追溯表见随附工作簿。"


class DocumentExporter(Exporter):
    """An exporter that reads the notebook's blocks and nothing else of it.

    A notebook that is no finished report is refused in one line; with ``--DocumentExporter.draft=True`` it is stamped.
    """

    draft = Bool(False, help="导出没有运行完的笔记本，每页注明“未完成稿”").tag(config=True)

    @abstractmethod
    def render(self, document: Document) -> bytes | str:
        """The finished file's content."""

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict | None = None, **_: object
    ) -> tuple[Any, dict[str, Any]]:
        """Export a notebook to the file's content; the signature is nbconvert's, which says a notebook comes of it.

        The notebook is only read, so nbconvert's deep copy and preprocessors are left out.
        """
        resources = self._init_resources(resources)
        folder = resources["metadata"].get("path")
        try:
            document = read_document(nb, Path(folder) if folder is not None else None, draft=self.draft)
        except UnfinishedError as error:
            app = getattr(sys.modules.get("nbconvert.nbconvertapp"), "NbConvertApp", None)
            if app and app.initialized():  # at a terminal: the line alone, without a traceback
                sys.exit(f"{resources.get('metadata', {}).get('name', '')}：{error}")
            raise
        return self.render(document), resources


class NoVolumeError(KepuError):
    """A notebook without a second volume was to be exported as one; the message is in Chinese."""


def volume(document: Document, place: int) -> tuple[Bound, str]:
    """A report's volume, and the remark at the end of its last one; :class:`NoVolumeError` where there is none."""
    volumes = document.volumes
    if place >= len(volumes):
        raise NoVolumeError("这个笔记本没有技术附册（以“# ”开头的标题另起一册）", hint="请导出评估报告")
    details = any(getattr(block, "annex", False) for block in document.blocks)
    return volumes[place], _DETAILS if details and place == len(volumes) - 1 else ""
