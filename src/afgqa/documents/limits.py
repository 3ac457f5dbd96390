"""How much time and memory reading a file may take; and limiting this process to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

__all__ = ["limited", "memory_for", "seconds_for"]

_SECONDS: Final = 10
_SECONDS_A_BYTE: Final = 2e-6
_MEMORY: Final = 256 << 20
_MEMORY_A_BYTE: Final = 32


def seconds_for(size: int) -> float:
    """Processor seconds in which the text of a file of `size` bytes must be extracted."""
    return _SECONDS + size * _SECONDS_A_BYTE


def memory_for(size: int) -> int:
    """Bytes of memory that extracting the text of a file of `size` bytes may take."""
    return _MEMORY + size * _MEMORY_A_BYTE


@contextmanager
def limited(seconds: int, memory: int) -> Iterator[None]:
    """Limit what this process uses from now on: beyond it, it is killed or gets MemoryError.

    `seconds` are of processor time, `memory` is in bytes. Nothing is limited on Windows.
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
    """Bytes of address space that this process uses already; 0 if the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError, IndexError):
        return 0
    import resource

    return pages * resource.getpagesize()
