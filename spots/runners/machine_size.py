"""How many workers fit on this machine: by its cores, and by the memory that is free.

Stands apart: it asks the operating system, and no library, what there is.
"""

from __future__ import annotations

import ctypes
import os
import sys
from contextlib import suppress
from pathlib import Path

#: Memory that a worker may come to need, bytes: a prefecture with full outlines peaks at 0.6 GB,
#: and a mapped network is shared.
WORKER_BYTES = 1024**3
_MEMINFO = Path("/proc/meminfo")
_CONTROL_GROUP = Path("/sys/fs/cgroup")


def fitting_workers() -> int:
    """Return how many workers this machine has cores and free memory for; at least one."""
    free = free_bytes()
    by_memory = usable_cores() if free is None else free // WORKER_BYTES
    return max(1, min(usable_cores(), by_memory))


def usable_cores() -> int:
    """Return how many cores this process may use: containers and batch systems give some only."""
    allowed = getattr(os, "sched_getaffinity", None)
    cores = len(allowed(0)) if allowed is not None else os.cpu_count() or 1
    with suppress(OSError, ValueError):
        quota, period = (_CONTROL_GROUP / "cpu.max").read_text(encoding="ascii").split()
        if quota != "max":
            cores = min(cores, max(1, int(quota) // int(period)))
    return cores


def free_bytes() -> int | None:
    """Return how much memory can be had without swapping; None where nobody says."""
    found = [each for each in (_of_linux(), _of_group(), _of_windows()) if each is not None]
    if found:
        return min(found)
    with suppress(ValueError, OSError, AttributeError):  # macOS: what there is altogether, halved
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    return None


def _of_linux() -> int | None:
    with suppress(OSError, ValueError, IndexError):
        for line in _MEMINFO.read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    return None


def _of_group() -> int | None:
    """Return what is left of the limit of this process' control group."""
    with suppress(OSError, ValueError):
        limit = (_CONTROL_GROUP / "memory.max").read_text(encoding="ascii").strip()
        used = int((_CONTROL_GROUP / "memory.current").read_text(encoding="ascii"))
        if limit != "max":
            return max(0, int(limit) - used)
    return None


class _MemoryStatus(ctypes.Structure):
    """MEMORYSTATUSEX of Windows."""

    _fields_ = (
        ("length", ctypes.c_ulong),
        ("load", ctypes.c_ulong),
        *((name, ctypes.c_ulonglong) for name in ("total", "available")),
        *((name, ctypes.c_ulonglong) for name in ("page_total", "page_available")),
        *((name, ctypes.c_ulonglong) for name in ("virtual_total", "virtual_available")),
        ("extended", ctypes.c_ulonglong),
    )


def _of_windows() -> int | None:
    if sys.platform != "win32":
        return None
    status = _MemoryStatus()
    status.length = ctypes.sizeof(status)
    if not ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status)):
        return None
    return int(status.available)
