"""A papermill engine that runs a notebook's cells in this very process: a kernel without sockets.

Both ends are the ordinary ones. Cells run in ipykernel's ``IPythonKernel`` and its shell, and papermill's own client
turns the kernel's messages into outputs; only the sockets between them are taken away. So the outputs are those of an
ordinary kernel, without the second it takes to start one, to wait for its sockets and to shut it down.

A process that has run one notebook is used up: globals, settings and modules are as that notebook left them. Whoever
runs several gives each its own process (:mod:`kepu_eval.runner.parent`). A person's IPython profile is not read: a
report must not depend on whose account makes it.
"""

from __future__ import annotations

import io
import logging
import os
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from queue import Empty
from types import SimpleNamespace

from ipykernel.ipkernel import IPythonKernel
from jupyter_client.session import Session
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, NotebookExecutionManager
from traitlets import default
from traitlets.config import Config

from kepu_eval.runner.limits import MAX_OUTPUT, Allowance

_INLINE = "module://matplotlib_inline.backend_inline"


class InProcessEngine(Engine):
    """Runs a notebook's cells in the process that calls papermill; one notebook a process."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        log_output: bool = False,
        on_cell: Callable[[int, int], None] | None = None,
        **_: object,
    ) -> None:
        """Run the cells; their outputs stand in the manager's notebook. ``on_cell`` hears of cells done and all cells."""
        kernel = prepare()
        with _notebook_streams(kernel) as descriptors:
            line = _Line(kernel, descriptors)
            client = _Client(nb_man, line, kernel_name=kernel_name, log_output=log_output)
            if on_cell:
                cells = len(nb_man.nb.cells)
                client.on_cell_executed = lambda cell_index, **_: on_cell(cell_index + 1, cells)
            client.execute()


def prepare() -> _Kernel:
    """The process's kernel. A parent makes it before it forks, so that its children need not."""
    if not os.environ.get("MPLBACKEND"):
        os.environ["MPLBACKEND"] = _INLINE  # as a kernel's own start does
    if not _Kernel.initialized():
        # The history is a database with a thread of its own, for people; In and Out are kept without it.
        config = Config({"HistoryManager": {"enabled": False}})
        with _without_debugger():
            _Kernel.instance(config=config, log=logging.getLogger(__name__))
    return _Kernel.instance()


@contextmanager
def _without_debugger() -> Iterator[None]:
    """Nobody steps through a report, and the kernel's debugger takes a third of a second to load."""
    modules: dict = sys.modules  # whose types do not know that None is a module not to be found
    known = modules.get("debugpy")
    modules["debugpy"] = None
    try:
        yield
    finally:
        del modules["debugpy"]
        if known:
            modules["debugpy"] = known


class _Wire(Session):
    """Keeps messages in order instead of sending them, as JSON would have carried them."""

    def __init__(self, **traits: object) -> None:
        super().__init__(**traits)
        self.replies, self.published, self.allowance = deque[dict](), deque[dict](), Allowance()

    def send(
        self,
        stream: object,  # noqa: ARG002
        msg_or_type: str | dict,
        content: dict | None = None,
        parent: dict | None = None,
        ident: object = None,  # noqa: ARG002
        buffers: list | None = None,
        track: bool = False,  # noqa: ARG002
        header: dict | None = None,
        metadata: dict | None = None,
    ) -> dict:
        """Keep a message; replies apart from what the kernel publishes."""
        message = (
            msg_or_type
            if isinstance(msg_or_type, dict)
            else self.msg(msg_or_type, content=content, parent=parent, header=header, metadata=metadata)
        )
        packed = self.pack(message["content"])
        if message["msg_type"] not in (
            "stream",
            "error",
        ):  # streams are counted when written; errors must be told
            self.allowance.take(len(packed))
        kept = {**message, "content": self.unpack(packed), "buffers": buffers or []}
        (self.replies if message["msg_type"].endswith("_reply") else self.published).append(kept)
        return message


class _Kernel(IPythonKernel):
    """The IPython kernel, given one request after another by a direct call."""

    # A kernel with sockets has a thread that receives requests; here none of them is the caller's.
    shell_channel_thread = SimpleNamespace(parent_thread=None)

    @default("session")
    def _default_session(self) -> _Wire:
        return _Wire(parent=self)

    @property
    def wire(self) -> _Wire:
        """The session, which is none but the one above."""
        assert isinstance(self.session, _Wire)
        return self.session

    def _abort_queues(self, subshell_id: str | None = None) -> None:
        """Nothing is queued: the next request is made when this one is answered."""

    async def run(self, request: dict) -> None:
        """Execute a request; its messages and its reply are in the session afterwards."""
        self.set_parent([], request, channel="shell")
        await self.execute_request(None, [], request)
        self.wire.send(None, "status", {"execution_state": "idle"}, request)


class _Client(PapermillNotebookClient):
    """Papermill's client, given a line to a kernel that runs already."""

    def __init__(self, nb_man: NotebookExecutionManager, line: _Line, **options: object) -> None:
        super().__init__(nb_man, **options)
        self._line = line

    @contextmanager
    def setup_kernel(self, **_: object) -> Iterator[None]:
        self.kc = self._line
        yield


class _Line:
    """What nbclient asks of a kernel's client, answered without sockets."""

    def __init__(self, kernel: _Kernel, descriptors: Sequence[_Descriptor]) -> None:
        self._kernel, self._descriptors = kernel, descriptors
        self.shell_channel = _Channel(kernel.wire.replies)
        self.iopub_channel = _Channel(kernel.wire.published)

    def is_alive(self) -> bool:
        return True

    async def execute(self, code: str, **options: object) -> str:
        """Run a cell at once; nbclient then finds all its messages waiting."""
        content = {"code": code, "silent": False, "allow_stdin": False, **options}
        request = self._kernel.wire.msg("execute_request", content)
        with ExitStack() as led:
            for descriptor in self._descriptors:
                led.enter_context(descriptor.led())
            await self._kernel.run(request)
        return request["header"]["msg_id"]

    def kernel_info(self) -> str:
        request = self._kernel.wire.msg("kernel_info_request")
        self._kernel.wire.send(None, "kernel_info_reply", self._kernel.kernel_info, request)
        return request["header"]["msg_id"]


class _Channel:
    def __init__(self, messages: deque) -> None:
        self._messages = messages

    async def get_msg(self, timeout: float | None = None) -> dict:  # noqa: ARG002
        if not self._messages:
            raise Empty
        return self._messages.popleft()


class _Stream(io.TextIOBase):
    """``sys.stdout`` or ``sys.stderr`` of a notebook, published when flushed, as the kernel does before each output.

    What compiled code and other programs write past it, to the file descriptor, is published with it.
    """

    encoding = "UTF-8"

    def __init__(self, kernel: _Kernel, name: str, descriptor: _Descriptor) -> None:
        self.name, self._kernel, self._descriptor = name, kernel, descriptor
        self._written: list[str] = []

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        self._kernel.wire.allowance.take(len(text))
        self._written.append(text)
        return len(text)

    def flush(self) -> None:
        past = self._descriptor.read()
        self._kernel.wire.allowance.take(len(past))
        text, self._written = "".join(self._written) + past, []
        if text:
            content = {"name": self.name, "text": text}
            self._kernel.wire.send(None, "stream", content, self._kernel.get_parent("shell"))


class _Descriptor:
    """File descriptor 1 or 2, led into a file while a cell runs: in between, papermill says on it how far it is."""

    def __init__(self, number: int) -> None:
        self._number, self._before, self._read = number, os.dup(number), 0
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the notebook runs

    @contextmanager
    def led(self) -> Iterator[None]:
        """What is written to the descriptor goes into the file."""
        os.dup2(self._file.fileno(), self._number)
        try:
            yield
        finally:
            os.dup2(self._before, self._number)

    def read(self) -> str:
        """What has been written since the last time."""
        new = os.fstat(self._file.fileno()).st_size - self._read
        written = os.pread(self._file.fileno(), min(new, MAX_OUTPUT + 1), self._read)
        self._read += len(written)
        return written.decode("utf-8", errors="replace")

    def close(self) -> None:
        """Give back what was needed."""
        os.close(self._before)
        self._file.close()


@contextmanager
def _notebook_streams(kernel: _Kernel) -> Iterator[tuple[_Descriptor, ...]]:
    """The notebook's own ``sys.stdout`` and ``sys.stderr``, as long as it runs, and the descriptors behind them."""
    before = sys.stdout, sys.stderr
    descriptors = _Descriptor(1), _Descriptor(2)
    sys.stdout = _Stream(kernel, "stdout", descriptors[0])
    sys.stderr = _Stream(kernel, "stderr", descriptors[1])
    try:
        yield descriptors
    finally:
        sys.stdout, sys.stderr = before
        for descriptor in descriptors:
            descriptor.close()
