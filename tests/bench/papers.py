"""`python -m tests.bench.papers`: how many papers one core prints a second, and what the seal and its check add."""

import argparse
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

import pypdf

from core.adapters.pdf import Seal
from core.adapters.pdf.keys import self_made
from tests.adapters.papers import LANGUAGES, PATIENT, make_printer, printed


def main() -> None:
    """Print the figures; CPU time, so that others on the machine do not count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, default=120)
    papers: int = parser.parse_args().papers
    printer = make_printer()
    patients = [replace(PATIENT, language=language, id=at) for at in range(10) for language in LANGUAGES]
    pages = len(pypdf.PdfReader(BytesIO(printed(printer, patient=patients[0]))).pages)
    spent = _each(papers, lambda at: printed(printer, patient=patients[at % len(patients)]))
    print(f"printed: {spent:.1f} ms a paper of {pages} page, {1000 * pages / spent:.0f} pages a second")
    with TemporaryDirectory() as folder:
        now = datetime.now(UTC)
        pair = self_made(Path(folder) / "seal.pem", "Bench", now)
        time = self_made(Path(folder) / "time.pem", "Bench", now, for_timestamps=True)
    paper = printed(printer)
    plain, timed = Seal(pair, name="Bench"), Seal(pair, name="Bench", own_timestamps=time)
    print(f"sealed: {_each(papers // 4, lambda _: plain.seal(paper)):.1f} ms more")
    print(f"sealed with a timestamp: {_each(papers // 4, lambda _: timed.seal(paper)):.1f} ms more")


def _each(times: int, do: Callable[[int], object]) -> float:
    """Milliseconds of CPU for one, after a first round that loads what is loaded once."""
    for at in range(len(LANGUAGES)):
        do(at)
    start = process_time()
    for at in range(times):
        do(at)
    return (process_time() - start) * 1000 / times


if __name__ == "__main__":
    main()
