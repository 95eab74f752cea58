"""Remembers from what each sound was made: `rendered.txt`, one line as each is finished.

So an interrupted rendering goes on where it stopped. Two processes may add lines at the same time.
"""

from pathlib import Path
from typing import Final

from core.adapters.voice.jobs import Job

_JOURNAL: Final = "rendered.txt"


class Journal:
    """Which sound was made from what."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._path = folder / _JOURNAL
        lines = self._path.read_text("utf-8").splitlines() if self._path.exists() else []
        self._made = dict(line.split(" ", 1)[::-1] for line in lines if " " in line)

    def unmade(self, job: Job) -> Job:
        """The job without the stems that are made already, as it says or better."""
        return job.only(stem for stem in job.stems if not self._has(stem, job))

    def _has(self, stem: str, job: Job) -> bool:
        return self._made.get(stem, "") in job.enough and (self._folder / f"{stem}.wav").exists()

    def add(self, job: Job) -> None:
        """These sounds are made now."""
        self._made |= dict.fromkeys(job.stems, job.source)
        with self._path.open("a", encoding="utf-8") as file:
            file.writelines(f"{job.source} {stem}\n" for stem in job.stems)

    def close(self, stems: set[str]) -> None:
        """Forget, and delete, what no prompt needs any more."""
        for stem in self._made.keys() - stems:
            (self._folder / f"{stem}.wav").unlink(missing_ok=True)
        unfinished = self._path.with_suffix(".new")
        kept = sorted(stems & self._made.keys())
        unfinished.write_text("".join(f"{self._made[stem]} {stem}\n" for stem in kept), "utf-8")
        unfinished.replace(self._path)
