"""Small notebooks for the runner's tests, running an executed one again, and waiting for what it does."""

import subprocess
import sys
import time

import nbformat

KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


def write_notebook(path, *sources, parameters=""):
    """A notebook of code cells; the first is tagged ``parameters`` when there are any."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    if parameters:
        cells.insert(0, nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]}))
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=KERNEL), path)
    return path


def texts(notebook):
    """What each code cell printed or returned, as plain text."""
    return [
        "".join(output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell.outputs)
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


def wait_for(question, seconds=60):
    """The first true answer to a question asked again and again."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := question():
            return found
        time.sleep(0.02)
    raise AssertionError("it did not happen in time")


def assert_runs_the_same_again(path):
    """nbval, strict: every cell of an executed notebook gives the output that stands in it."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval", path.name]
    again = subprocess.run(command, cwd=path.parent, capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stdout[-3000:]
