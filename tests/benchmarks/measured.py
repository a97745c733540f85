"""CPU, wall clock and memory of a Python program as a process of its own, its children counted."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass

# The kernel's ru_maxrss of a child begins with that of the process it was forked from.
_PEAK = """
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


@dataclass(frozen=True)
class Usage:
    """Seconds of CPU and of the clock, the largest process in MiB, and what was printed last."""

    cpu: float
    wall: float
    mib: int
    said: str


def run(program: str, *arguments: object) -> Usage:
    """Run Python text with arguments; raises CalledProcessError when it fails."""
    started = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-c", program + _PEAK, *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.getcwd()},
    )
    assert child.stdout is not None
    with child.stdout:
        said = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - started
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, "benchmark arm")
    *_, answer, peak = said.strip().splitlines()
    # children that the program has waited for are in its usage
    return Usage(usage.ru_utime + usage.ru_stime, wall, int(peak) // 1024, answer)
