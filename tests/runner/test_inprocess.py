"""Cells run without sockets give what papermill gives with an ordinary kernel."""

import json
import os
import re
import subprocess
import sys

import nbformat
import pytest

from kepu_eval.runner.report import execute
from tests.runner.notebooks import texts, write_notebook

pytestmark = pytest.mark.slow

CELLS = (
    "import sys\nprint('a')\nprint('e', file=sys.stderr)\nprint('b')",
    "import warnings\nwarnings.warn('look')",
    "import matplotlib.pyplot as plt\nplt.plot([1, 2])",
    "fig, ax = plt.subplots()\nax.plot([1, 3])\nfig",
    "plt.rcParams['figure.facecolor'], plt.get_backend()",
    "from IPython.display import Markdown, clear_output, display, update_display\ndisplay(Markdown('**x**'))\nMarkdown('y')",
    "handle = display('first', display_id='d1')",
    "update_display('second', display_id='d1')",
    "print('gone')\nclear_output()\nprint('kept')",
    "print('gone')\nclear_output(wait=True)\nprint('kept')",
    "import pandas as pd\npd.DataFrame({'a': [1.5, None], 'b': ['中', '文']})",
    "import asyncio\nawait asyncio.sleep(0)\n'done'",
    "class Rich:\n    def _ipython_display_(self):\n        print('rich')\nRich()",
    "import os\nos.system('echo from a shell')",
    "!echo bang",
    "%precision 3\n3.14159",
    "for i in range(3):\n    print(i, end='\\r')\nprint()",
    "try:\n    input('?')\nexcept Exception as error:\n    print(type(error).__name__)",
    "In[2][:5], _, sorted(Out)[:3]",
    "sys.stdout.encoding, sys.stdout.isatty(), __name__, os.environ['MPLBACKEND'], os.environ['TERM']",
    "%%capture hidden\nprint('hidden')",
    "hidden.stdout",
    "print('x' * 200_000)",
    "import logging\nlogging.warning('logged')",
    "import ipywidgets\nslider = ipywidgets.IntSlider(value=3)\nslider.value",
    "get_ipython().__class__.__mro__[-5].__name__",
    "display({'application/vnd.own+json': {'k': (1, 2)}}, raw=True)",
    "5;",
    "def fails():\n    raise KeyError('ohne')\nfails()",
)


def plain_papermill(source, target, *options):
    """The notebook as ``papermill SOURCE TARGET`` leaves it."""
    command = [sys.executable, "-m", "papermill", str(source), str(target), "--no-progress-bar", *options]
    # In a test ipykernel does not look at what is written past sys.stdout.
    outside = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
    subprocess.run(command, capture_output=True, check=False, cwd=source.parent, env=outside)
    return nbformat.read(target, 4)


def comparable(notebook):
    """Cells and outputs without what differs between any two runs: timings, addresses, process numbers.

    What goes past Python to the terminal reaches an ordinary kernel by a thread of its own, when that gets its turn:
    each stream of a cell is taken as a whole, before the cell's other outputs.
    """
    for cell in notebook.cells:
        outputs = cell.get("outputs", [])
        streams = {}
        for output in outputs:
            if output.output_type == "stream":
                streams[output.name] = streams.get(output.name, "") + output.text
        if outputs:
            others = [output for output in outputs if output.output_type != "stream"]
            cell.outputs = [{"stream": name, "text": streams[name]} for name in sorted(streams)] + others
        for name in ("papermill", "execution"):
            cell.metadata.pop(name, None)
        if "papermill-error-cell-tag" in cell.metadata.get("tags", []):
            cell.id = "error"
    notebook.metadata.pop("papermill", None)
    for widgets in notebook.metadata.get("widgets", {}).values():  # under random names
        widgets["state"] = sorted(
            re.sub("[0-9a-f]{32}", "", str(state)) for state in widgets["state"].values()
        )
    text = json.dumps(notebook, ensure_ascii=False, sort_keys=True)
    return re.sub(r"0x[0-9a-f]{6,}", "0x", re.sub(r"ipykernel_\d+", "ipykernel", text))


def test_every_kind_of_output_is_the_same_cell_by_cell(tmp_path):
    source = write_notebook(tmp_path / "kinds.ipynb", *CELLS)
    theirs = plain_papermill(source, tmp_path / "theirs.ipynb")
    code = (
        "import papermill\n"
        "from papermill.engines import papermill_engines\n"
        "from kepu_eval.runner.inprocess import InProcessEngine\n"
        "papermill_engines.register('ours', InProcessEngine)\n"
        "papermill.execute_notebook('kinds.ipynb', 'ours.ipynb', engine_name='ours', progress_bar=False)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert "KeyError: 'ohne'" in run.stderr
    ours = nbformat.read(tmp_path / "ours.ipynb", 4)
    assert len(ours.cells) == len(CELLS) + 2  # papermill marks the cell that failed
    for mine, other in zip(ours.cells, theirs.cells, strict=True):
        mine.metadata.pop("papermill", None)
        other.metadata.pop("papermill", None)
    assert json.loads(comparable(ours)) == json.loads(comparable(theirs))


LEAK = {
    "settings": "import matplotlib\nmatplotlib.rcParams['font.size'] = 3.25\nimport pandas as pd\npd.set_option('display.precision', 11)",
    "globals": "import kepu_eval, builtins\nkepu_eval.left = builtins.left = left = 1",
    "environment": "import os\nos.environ['KEPU_LEFT'] = '1'\nos.chdir('/')\nos.umask(0)",
    "random state": "import random, numpy as np\nrandom.seed(1)\nnp.random.seed(1)\nfirst = random.random(), np.random.rand()",
    "files": "file = open('left.txt', 'w')\nimport atexit, signal, sys\nsignal.signal(signal.SIGUSR1, signal.SIG_IGN)\nsys.path.append('left')\nsys.setrecursionlimit(4321)",
}
STATE = (
    "import builtins, os, random, signal, sys\nimport kepu_eval, matplotlib, numpy as np, pandas as pd\n"
    "umask = os.umask(0); os.umask(umask)\n"
    "print(matplotlib.rcParams['font.size'], pd.get_option('display.precision'), hasattr(kepu_eval, 'left'), "
    "hasattr(builtins, 'left'), 'left' in globals(), os.environ.get('KEPU_LEFT'), os.getcwd(), umask, "
    "len(os.listdir('/proc/self/fd')), signal.getsignal(signal.SIGUSR1), sys.path.count('left'), sys.getrecursionlimit(), "
    "len(In))",
    "print(random.random(), np.random.rand())",
)


def test_nothing_of_one_report_is_seen_by_the_next(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    look = write_notebook(tmp_path / "look.ipynb", *STATE)
    before, numbers = texts(execute(look, {}))
    execute(write_notebook(tmp_path / "leak.ipynb", *LEAK.values()), {})
    after, others = texts(execute(look, {}))
    assert after == before
    assert f" {tmp_path} " in before
    assert len({*numbers.split(), *others.split()}) == 4  # nor do two reports draw the same random numbers


def test_parameters_reach_the_notebook_and_the_callers_surroundings_too(tmp_path, monkeypatch):
    monkeypatch.setenv("KEPU_ASKED", "yes")
    monkeypatch.chdir(tmp_path)
    source = write_notebook(
        tmp_path / "given.ipynb",
        "import os\nprint(number, words, table, nothing, os.environ['KEPU_ASKED'], os.getcwd())",
        parameters="number, words, table, nothing = 0, '', {}, 1",
    )
    given = {"number": 2.5, "words": "科普“引号”", "table": {"a": [1, True]}, "nothing": None}
    told = texts(execute(source, given))[-1]
    assert (
        told == f"2.5 科普“引号” {{'a': [1, True]}} 1 yes {tmp_path}\n"
    )  # None: not given, the default stays


def test_where_no_process_can_be_forked_an_ordinary_kernel_gives_the_same(tmp_path, monkeypatch):
    source = write_notebook(tmp_path / "some.ipynb", *CELLS[:2], CELLS[10], parameters="x = 1")
    forked = execute(source, {"x": 2})
    monkeypatch.setattr("kepu_eval.runner.warm.CAN_FORK", False)
    ordinary = execute(source, {"x": 2})
    for notebook in (forked, ordinary):  # papermill gives the injected cell a new id each time
        for number, cell in enumerate(notebook.cells):
            cell.id = str(number)
    assert comparable(forked) == comparable(ordinary)


def test_papermill_finds_the_engine_by_its_name(tmp_path):
    """In a process of its own: an engine's process is used up after one notebook."""
    notebook, output = tmp_path / "a.ipynb", tmp_path / "b.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("6 * 7")]), notebook)
    command = [sys.executable, "-m", "papermill", "--engine", "kepu-eval", "--kernel", "python3"]
    subprocess.run([*command, str(notebook), str(output)], check=True, capture_output=True, timeout=120)
    assert nbformat.read(output, as_version=4).cells[-1].outputs[0].data["text/plain"] == "42"
