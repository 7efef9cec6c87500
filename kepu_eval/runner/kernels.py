"""The papermill engine for systems that cannot fork, such as Windows: an ordinary kernel, with a report's limits."""

from __future__ import annotations

import time
from collections.abc import Callable

from nbclient.exceptions import CellTimeoutError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, NotebookExecutionManager

from kepu_eval.runner.jobs import ReportError
from kepu_eval.runner.limits import Allowance, OutputLimitError, too_slow


class KernelEngine(Engine):
    """Runs a notebook's cells in a kernel of its own."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        *,
        time_limit: float,
        on_cell: Callable[[int, int], None],
        **_: object,
    ) -> None:
        """Run the cells; :class:`ReportError` when they take or say too much."""
        cells, end = len(nb_man.nb.cells), time.monotonic() + time_limit
        client = _Client(
            nb_man,
            kernel_name=kernel_name,
            timeout_func=lambda _: max(end - time.monotonic(), 0.1),
            shutdown_kernel="immediate",
            extra_arguments=["--IPKernelApp.log_level=40"],
            on_cell_executed=lambda cell_index, **_: on_cell(cell_index + 1, cells),
        )
        try:
            client.execute()
        except CellTimeoutError as error:
            raise ReportError(too_slow(time_limit)) from error
        except OutputLimitError as error:
            raise ReportError.of(error) from error


class _Client(PapermillNotebookClient):
    def __init__(self, nb_man: NotebookExecutionManager, **options: object) -> None:
        super().__init__(nb_man, **options)
        self._allowance = Allowance()

    def process_message(self, msg: dict, cell: NotebookNode, cell_index: int) -> NotebookNode | None:
        """Take one message of the kernel's, if it may still say something."""
        said = msg["content"]
        self._allowance.take(
            len(said.get("text", "")) + sum(len(str(v)) for v in said.get("data", {}).values())
        )
        return super().process_message(msg, cell, cell_index)
