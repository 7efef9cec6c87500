"""Where a batch runs: processes of this machine, a Dask cluster, or one made for the occasion."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager

from kepu_eval.runner import warm
from kepu_eval.runner.batch.spec import SpecError

_WORKER_DEATHS = 3


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


@contextmanager
def cluster(address: str) -> Iterator[tuple[Executor, int]]:
    """A Dask cluster: ``tcp://host:port`` of its scheduler, or ``local:N`` for N workers on this machine.

    A report whose worker is gone is given to another one.
    """
    try:
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise SpecError("--cluster 需要先安装：pip install 'kepu-eval[cluster]'") from error
    here = re.fullmatch(r"local:([1-9]\d*)", address)
    if not here and not re.fullmatch(r"(tcp|tls)://[^/\s]+:\d+", address):
        raise SpecError(f"--cluster：“{address}”应写成 tcp://主机:端口 或 local:进程数")
    made = (
        LocalCluster(n_workers=int(here[1]), threads_per_worker=1, dashboard_address=None) if here else None
    )
    try:
        with Client(made or address, timeout="20s") as client:
            yield (
                client.get_executor(retries=_WORKER_DEATHS, pure=False),
                2 * max(sum(client.nthreads().values()), 1),
            )
    finally:
        if made:
            made.close()
