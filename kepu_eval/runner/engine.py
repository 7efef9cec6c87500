"""What papermill finds by its entry point: ``papermill --engine kepu-eval``.

Papermill loads the engines of all packages while it is itself being imported, so this module needs nothing but the
base class; the engine proper is loaded when a notebook runs.
"""

from __future__ import annotations

from typing import Any

from papermill.engines import Engine, NotebookExecutionManager


class WarmEngine(Engine):
    """Runs the cells in papermill's own process, see :mod:`kepu_eval.runner.inprocess`."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: NotebookExecutionManager, kernel_name: str, **options: Any
    ) -> None:
        """Run the cells."""
        from kepu_eval.runner.inprocess import InProcessEngine

        InProcessEngine.execute_managed_notebook(nb_man, kernel_name, **options)
