"""Somebody's Dask cluster, or one made on this machine, as an executor."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from distributed import Client, LocalCluster

from kepu_eval.errors import KepuError

_WORKER_DEATHS = 3


class ClusterError(KepuError):
    """A cluster that is not given as it should be, or that this installation can't use; the message is Chinese."""


@contextmanager
def cluster(address: str) -> Iterator[tuple[Executor, int]]:
    """A Dask cluster: ``tcp://host:port`` of its scheduler, or ``local:N`` for N workers on this machine.

    A piece of work whose worker is gone is given to another one. Raises :class:`ClusterError`.
    """
    try:
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise ClusterError("--cluster 需要先安装：pip install 'kepu-eval[cluster]'") from error
    here = re.fullmatch(r"local:([1-9]\d*)", address)
    if not here and not re.fullmatch(r"(tcp|tls)://[^/\s]+:\d+", address):
        raise ClusterError(f"--cluster：“{address}”应写成 tcp://主机:端口 或 local:进程数")
    made = (
        LocalCluster(n_workers=int(here[1]), threads_per_worker=1, dashboard_address=None) if here else None
    )
    try:
        client = Client(made or address, timeout="20s")
        try:
            yield (
                client.get_executor(retries=_WORKER_DEATHS, pure=False),
                2 * max(sum(client.nthreads().values()), 1),
            )
        finally:
            _close(client)
    finally:
        if made:
            _close(made)


def _close(part: Client | LocalCluster) -> None:
    """On a busy machine workers are killed before they said goodbye; what they made is back by then."""
    with suppress(TimeoutError):
        part.close()
