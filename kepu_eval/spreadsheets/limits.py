"""What reading one file may take: a filled-in return takes a hundredth of it."""

from __future__ import annotations

CPU_SECONDS = 10
"""Of the processor."""

SECONDS = 18
"""By the clock, however busy the machine is."""

MEGABYTES = 1024
"""Of the reading process as a whole."""


def impose() -> None:
    """Have the system limit this process's memory, where it can."""
    try:
        import resource
    except ImportError:  # Windows: the starting process watches alone
        return
    most = MEGABYTES * 2**20
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def begin_file() -> None:
    """Have the system end this process if the next file takes too much of the processor."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + CPU_SECONDS, hard))
