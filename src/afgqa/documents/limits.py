"""What a process may take of the processor and of memory, where the system can tell it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["limited"]


@contextmanager
def limited(seconds: int, memory: int) -> Iterator[None]:
    """Let this process take so many seconds and bytes more; it is ended, or gets MemoryError.

    Nothing is limited on Windows.
    """
    try:
        import resource
    except ImportError:  # Windows
        yield
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    soon = int(used.ru_utime + used.ru_stime) + seconds + 1
    before = [resource.getrlimit(which) for which in (resource.RLIMIT_CPU, resource.RLIMIT_AS)]
    limits = (soon, _taken() + memory)
    for which, limit, (_, hard) in zip(
        (resource.RLIMIT_CPU, resource.RLIMIT_AS), limits, before, strict=True
    ):
        most = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(which, (most, hard))
    try:
        yield
    finally:
        for which, old in zip((resource.RLIMIT_CPU, resource.RLIMIT_AS), before, strict=True):
            resource.setrlimit(which, old)


def _taken() -> int:
    """Bytes of addresses that this process has already; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError, IndexError):
        return 0
    import resource

    return pages * resource.getpagesize()
