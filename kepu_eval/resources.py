"""Where the files that come with the library are: the plan, reference data and notebooks."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent
_PROJECT = _PACKAGE.parent
EXAMPLES = "data/example/"
"""Where simulated data lie; what reads from there says 示例数据."""


def resource(name: str) -> Path:
    """Path of a shipped file such as ``plan/…yaml`` or ``notebooks/….ipynb``.

    In a checkout it is read from the project's own folders, in an installed wheel from the package's copy.
    """
    top = _PROJECT if name.startswith("notebooks/") else _PROJECT / "data"
    in_checkout = top / name
    return in_checkout if in_checkout.exists() else _PACKAGE / "_data" / name


def project_path(path: str | Path) -> Path:
    """A path as a user wrote it: from the working directory when it exists there, else from the project's root.

    JupyterLab runs a notebook in ``notebooks/`` and papermill where it was called; both name the same files.
    """
    given = Path(path)
    if given.is_absolute() or given.exists():
        return given
    return _PROJECT / given
