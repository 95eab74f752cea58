"""What was measured, as a table for people, as JSON for machines, and as one line that compares runs."""

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from tests.bench.bare import BareBlock
from tests.bench.contest import Gaps
from tests.bench.figures import percentile, shown
from tests.bench.journeys import Block

Row = tuple[str, str]
TIMES = frozenset(
    {"key_to_prompt", "lasted", "to_ring", "bye", "close", "app_queue", "dial", "match_to_ring"}
)  # fmt: skip
"""Fields of ns, which are stored as percentiles in ms."""


@dataclass(slots=True)
class Report:
    """One run."""

    at: datetime
    journeys: list[Block] = field(default_factory=list)
    bare: BareBlock = field(default_factory=BareBlock)
    gaps: list[Gaps] = field(default_factory=list)

    @property
    def best(self) -> Block | None:
        """The highest rate at which every journey was verified."""
        return max((block for block in self.journeys if block.flawless), key=lambda block: block.rate, default=None)

    @property
    def steady(self) -> Block | None:
        """The first rate that was flawless, the same in every run: what a call costs when nothing is full."""
        return next((block for block in self.journeys if block.flawless), None)

    def result(self) -> dict[str, float | None]:
        """By which runs are compared: gaps of the largest size, latency and CPU of the steady rate."""
        best, steady, gaps = self.best, self.steady, self.gaps[-1] if self.gaps else None
        return {
            "gap_ms_p50": _rounded(percentile(gaps.bye, 0.5) if gaps else None),
            "gap_ms_p50_app_queue": _rounded(percentile(gaps.app_queue, 0.5) if gaps else None),
            "gap_ms_p50_dial": _rounded(percentile(gaps.dial, 0.5) if gaps else None),
            "journeys_per_s": best.rate if best else None,
            "key_to_prompt_ms_p99": _rounded(percentile(steady.key_to_prompt, 0.99) if steady else None),
            "cpu_ms_call_asterisk": _rounded(steady.cpu_ms["asterisk"] if steady else None),
            "cpu_ms_call_python": _rounded(steady.cpu_ms["python"] if steady else None),
        }

    def figures(self) -> dict[str, Any]:
        """Everything, with percentiles instead of single times."""
        return {
            "at": self.at.isoformat(),
            "machine": {"cpus": os.cpu_count(), "kernel": platform.release(), "python": platform.python_version()},
            "load": os.getloadavg(),
            "result": self.result(),
            "journeys": [_condensed(asdict(block)) for block in self.journeys],
            "bare": _condensed(asdict(self.bare)),
            "gaps": [_condensed(asdict(gaps)) for gaps in self.gaps],
        }

    def table(self) -> str:
        """As Markdown, ready for docs/performance.md."""
        rows = [*self._journey_rows(), *(row for gaps in self.gaps for row in _gap_rows(gaps))]
        widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
        lines = [f"| {what:<{widths[0]}} | {value:<{widths[1]}} |" for what, value in rows]
        return "\n".join(["", lines[0], f"|{'-' * (widths[0] + 2)}|{'-' * (widths[1] + 2)}|", *lines[1:], ""])

    def _journey_rows(self) -> list[Row]:
        rows = [("measured", "value")]
        for block in self.journeys:
            verdict = f"{block.bridged} of {block.asked} bridged, {block.stored} stored, {len(block.failures)} failed"
            rows.append((f"journeys, {block.rate:g}/s", verdict))
        if (steady := self.steady) is not None:
            rows += [
                (f"key → next prompt, p50 / p99 ms at {steady.rate:g}/s", _two(steady.key_to_prompt)),
                (f"whole journey, p50 / p99 ms at {steady.rate:g}/s", _two(steady.lasted)),
                (f"CPU ms a journey at {steady.rate:g}/s", _cpu(steady.cpu_ms)),
            ]
        if self.bare.asked:
            rows += [
                ("bare Dial(), calls bridged", f"{self.bare.bridged} of {self.bare.asked}"),
                ("bare Dial(), INVITE → phone's INVITE, p50 / p99 ms", _two(self.bare.to_ring)),
                ("bare Dial(), CPU ms a call in Asterisk", shown(self.bare.cpu_ms)),
            ]
        return rows


def _gap_rows(gaps: Gaps) -> list[Row]:
    size, bridged = str(gaps.size), ", ".join(f"{name} {count}" for name, count in gaps.bridged.items())
    return [
        (f"**gap, {size}**", "p50 / p99 ms"),
        ("ours: signed while talking, BYE → INVITE", _two(gaps.bye)),
        ("ours: case closed on the panel → INVITE", _two(gaps.close)),
        ("app_queue: BYE → INVITE", _two(gaps.app_queue)),
        ("bare Dial() loop: BYE → INVITE", _two(gaps.dial)),
        ("ours: match → doctor's INVITE", _two(gaps.match_to_ring)),
        ("% of a core while all wait", _cpu(gaps.idle_cpu)),
        ("calls verified bridged; failures", f"{bridged}; {len(gaps.failures)}"),
    ]


def _two(times: Sequence[int]) -> str:
    return f"{shown(percentile(times, 0.5))} / {shown(percentile(times, 0.99))}"


def _cpu(used: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value:.1f}" for name, value in used.items())


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _condensed(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _percentiles(value) if key in TIMES else value for key, value in values.items()}


def _percentiles(times: Sequence[int]) -> dict[str, float | int | None]:
    shares = {"p10": 0.1, "p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99}
    return {"count": len(times)} | {name: _rounded(percentile(times, share)) for name, share in shares.items()}
