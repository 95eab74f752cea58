"""The demo's transcript: who said, pressed or stored what, and when, readable on a terminal."""

import sys
import textwrap
import time
from typing import TextIO

WIDTH = 110
INDENT = 20


class Transcript:
    """Lines of `seconds  WHO  what`, in acts. Keys that one person presses in a row make one line."""

    def __init__(self, to: TextIO = sys.stdout) -> None:
        self.last_act = "before the first"
        self._to = to
        self._began = time.monotonic()
        self._keys: tuple[str, str, float] | None = None
        """Who presses, what so far, since when."""

    def act(self, title: str) -> None:
        """A new part of the story."""
        self._flush_keys()
        self.last_act = title
        self._write(f"\n{title}")

    def __call__(self, who: str, what: str) -> None:
        """One line."""
        self._flush_keys()
        self._line(time.monotonic(), who, what)

    def pressed(self, who: str, key: str) -> None:
        """A key; the line is written when the row of keys has ended."""
        if self._keys is not None and self._keys[0] == who:
            self._keys = (who, self._keys[1] + key, self._keys[2])
        else:
            self._flush_keys()
            self._keys = (who, key, time.monotonic())

    def _flush_keys(self) -> None:
        if self._keys is not None:
            who, keys, since = self._keys
            self._keys = None
            self._line(since, who, f"presses {keys}")

    def _line(self, at: float, who: str, what: str) -> None:
        head = f"{at - self._began:7.1f} s  {who:<8}  "
        self._write(
            textwrap.fill(what, WIDTH, initial_indent=head, subsequent_indent=" " * INDENT, break_long_words=False,
                          break_on_hyphens=False)
        )  # fmt: skip

    def _write(self, text: str) -> None:
        print(text, file=self._to, flush=True)
