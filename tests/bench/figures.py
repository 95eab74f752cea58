"""Percentiles, CPU time, and how they are printed."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")


def percentile(times: Sequence[int], share: float) -> float | None:
    """In ms, of times in ns: nearest rank; None of nothing."""
    if not times:
        return None
    return sorted(times)[min(len(times) - 1, int(len(times) * share))] / 1e6


def shown(value: float | None, digits: int = 1) -> str:
    """For a table."""
    return "-" if value is None else f"{value:.{digits}f}"


@dataclass(slots=True)
class Cpu:
    """What each of some processes used while a block ran, in ms (utime + stime of proc(5))."""

    processes: Mapping[str, int]
    """Process ids by name."""
    used: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Counts what the block uses."""
        before = {name: _used(pid) for name, pid in self.processes.items()}
        yield
        self.used = {name: max(0.0, _used(pid) - before[name]) for name, pid in self.processes.items()}


def all_used() -> float:
    """What the whole machine has used since it started, in ms (proc(5): all of /proc/stat but idle and iowait)."""
    user, nice, system, _, _, *rest = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]
    return sum(map(int, (user, nice, system, *rest))) * TICK_MS


def children(pid: int) -> list[int]:
    """This process and all that descend from it."""
    threads = Path(f"/proc/{pid}/task").glob("*/children")
    return [pid, *(each for file in threads for child in file.read_text().split() for each in children(int(child)))]


def _used(pid: int) -> float:
    """Nothing of a process that has ended."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return 0.0
    fields = stat.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * TICK_MS
