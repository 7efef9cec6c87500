"""jupyter-scheduler with the reports' formats: named in ``jupyter_server_config.py``, see docs/导出.md.

jupyter-scheduler offers only ipynb and html and writes exports as text. Its own two extension points change that:
which formats an environment offers, and how the outputs of a finished job are written.
"""

from __future__ import annotations

import ast
from pathlib import Path

from jupyter_scheduler.environments import CondaEnvironmentManager
from jupyter_scheduler.executors import DefaultExecutionManager
from jupyter_scheduler.models import DescribeJob, RuntimeEnvironment
from nbconvert import get_exporter
from nbformat import NotebookNode

from kepu_eval.parameters import prepared
from kepu_eval.runner import notices
from kepu_eval.runner.jobs import ReportError

FORMATS = {
    "ipynb": "运行后的笔记本",
    "docx": "评估报告（Word）",
    "pdf": "评估报告（PDF）",
    "html": "评估报告（HTML）",
    "xlsx": "评估报告附表（Excel）",
}
"""Formats by file extension, which jupyter-scheduler also uses as their name."""


class ReportEnvironmentManager(CondaEnvironmentManager):
    """The environments that jupyter-scheduler finds, each with the reports' formats."""

    def list_environments(self) -> list[RuntimeEnvironment]:
        """Environments a job can run in."""
        return [
            environment.copy(update={"output_formats": list(FORMATS)})
            for environment in super().list_environments()
        ]

    def output_formats_mapping(self) -> dict[str, str]:
        """Names of the formats in the form for a new job."""
        return FORMATS


class ReportExecutionManager(DefaultExecutionManager):
    """Runs a job's notebook as jupyter-scheduler does and writes its outputs with our exporters."""

    def execute(self) -> None:
        """Run the job; ``ParameterError`` before its kernel starts, for parameters that the notebook would refuse.

        The form's texts are Python where they can be read as such and words elsewhere, so a date needs no quotes.
        """
        told = {name: _value(text) for name, text in (self.model.parameters or {}).items()}
        given = prepared(Path(self.staging_paths["input"]), told)
        self._model = self.model.copy(update={"parameters": {n: repr(value) for n, value in given.items()}})
        super().execute()

    def on_failure(self, e: Exception) -> None:
        """Mark the job as failed, and tell who wants to know."""
        super().on_failure(e)
        notices.send(f"定时任务 {self.model.name}", [str(e).splitlines()[-1] if str(e) else ""], failed=True)

    def on_complete(self) -> None:
        """Mark the job as done, and tell who wants to know."""
        super().on_complete()
        notices.send(f"定时任务 {self.model.name}", failed=False)

    def create_output_files(self, job: DescribeJob, notebook_node: NotebookNode) -> None:
        """One file a format, binary ones included; of a notebook that failed, only the notebook with its error.

        A format that fails takes no other along; the job then fails with its name (:class:`ReportError`).
        """
        failed = any(
            output.output_type == "error"
            for cell in notebook_node.cells
            for output in cell.get("outputs", [])
        )
        lost = []
        for name in ["ipynb"] if failed else job.output_formats:
            exporter = get_exporter("notebook" if name == "ipynb" else f"kepu_{name}")
            try:
                content, _ = exporter().from_notebook_node(notebook_node)
            except Exception as error:  # whatever one format cannot bear, the others can
                lost.append(f"未生成{name}：{error}")
                continue
            body = content if isinstance(content, bytes) else content.encode("utf-8")
            Path(self.staging_paths[name]).write_bytes(body)
        if lost:
            raise ReportError("；".join(lost))


def _value(text: object) -> object:
    try:
        return ast.literal_eval(text) if isinstance(text, str) else text
    except (ValueError, SyntaxError):
        return text
