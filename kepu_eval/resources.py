"""Where the files that come with the library are: the plan, reference data and notebooks."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent
_PROJECT = _PACKAGE.parent
EXAMPLES = "data/example/"
"""Where simulated data lie; what reads from there says 示例数据."""
FIRST = "notebooks/start_here.ipynb"
"""The notebook that a folder of work is known by."""


def in_checkout() -> bool:
    """Whether the library runs from the project's own folder, not from an installed wheel."""
    return (_PROJECT / "pyproject.toml").is_file()


def resource(name: str) -> Path:
    """Path of a shipped file such as ``plan/…yaml``, ``example/…``, ``docs/…md`` or ``notebooks/….ipynb``.

    In a checkout it is read from the project's own folders, in an installed wheel from the package's copy.
    """
    if not in_checkout():
        return _PACKAGE / "_data" / name
    return (_PROJECT if name.startswith(("notebooks", "docs")) else _PROJECT / "data") / name


def home() -> Path:
    """The folder that relative paths mean: the one around the working directory that has the notebooks.

    That is a checkout, or what ``kepu-eval lab`` makes; its notebooks run in ``notebooks/``, own copies deeper. Where there is
    none, it is the checkout that the library runs from, or the working directory.
    """
    here = Path.cwd()
    found = (folder for folder in (here, *here.parents) if (folder / FIRST).is_file())
    return next(found, _PROJECT if in_checkout() else here)


def project_path(path: str | Path) -> Path:
    """A path as a user wrote it: from the working directory when it exists there, else from :func:`home`, else as shipped.

    JupyterLab runs a notebook in ``notebooks/`` and papermill where it was called; both name the same files.
    """
    given = Path(path)
    if given.is_absolute() or given.exists():
        return given
    shipped = resource(given.as_posix().removeprefix("data/"))
    own = home() / given
    return shipped if not own.exists() and shipped.exists() else own
