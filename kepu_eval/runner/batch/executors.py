"""Where a batch runs without a cluster: processes of this machine."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager

from kepu_eval.runner import warm


@contextmanager
def local(jobs: int) -> Iterator[tuple[Executor, int]]:
    """``jobs`` reports at a time, each a process forked from one warm parent; the threads only wait for them."""
    executor = ThreadPoolExecutor(jobs)
    try:
        yield executor, jobs
    except BaseException:
        executor.shutdown(wait=False, cancel_futures=True)
        warm.abandon()
        raise
    finally:
        executor.shutdown()
