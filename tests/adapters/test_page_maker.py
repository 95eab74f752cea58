"""What strangers send becomes pictures that we made, by a process that may do next to nothing."""

import ctypes
import errno
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from core.adapters.records import ChildPageMaker, page_maker
from core.adapters.records.make_pages import BEYOND_SINCE, CREATE_RULESET, LONGEST_SIDE
from core.ports import RecordUnreadable, TooManyPages
from core.rules.health_record import LARGEST_RECORD, MOST_PAGES, SentAs, kind_of
from tests.papers_sent import pdf, photo, scan, telling_exif, within_itself

HUGE = b"\x60\xea\x60\xea"
"""60,000 x 60,000 pixels, as a GIF says it."""
RED, BLUE = (254, 0, 0), (0, 0, 254)


def near(pixel: object, colour: tuple[int, int, int]) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(a - b) < 12 for a, b in zip(pixel, colour, strict=True))


def _landlock() -> bool:
    """Which forbids signals from its sixth version on."""
    return bool(ctypes.CDLL(None).syscall(ctypes.c_long(CREATE_RULESET), None, ctypes.c_size_t(0), 1) >= BEYOND_SINCE)


async def made(data: bytes) -> list[Image.Image]:
    kind = kind_of(data)
    assert kind is not None
    return [Image.open(io.BytesIO(page)) for page in await ChildPageMaker().pages(data, kind)]


@pytest.mark.parametrize("kind", ["JPEG", "GIF", "BMP"])
async def test_a_photo_is_one_page(kind: str) -> None:
    (page,) = await made(photo(kind))
    assert (page.format, page.size) == ("JPEG", (300, 200))
    assert near(page.getpixel((20, 100)), RED)
    assert near(page.getpixel((280, 100)), BLUE)


async def test_a_large_photo_is_made_smaller() -> None:
    (page,) = await made(photo(size=(4000, 3000)))
    assert page.size == (LONGEST_SIDE, LONGEST_SIDE * 3 // 4)


@pytest.mark.parametrize(
    ("size", "made_of_it"),
    [((1080, 7000), (1000, 6481)), ((7000, 1080), (6481, 1000)), ((300, 5000), (300, 5000)), ((9, 60_000), (2, 8000))],
)
async def test_a_long_one_stays_wide_enough_to_be_read(size: tuple[int, int], made_of_it: tuple[int, int]) -> None:
    (page,) = await made(photo(size=size))
    assert page.size == pytest.approx(made_of_it, abs=1)


async def test_a_long_page_of_a_pdf_likewise() -> None:
    """A receipt, eight centimetres wide."""
    (page,) = await made(pdf(size=(230, 2000)))
    assert page.size == pytest.approx((920, 8000), abs=1)


async def test_a_photo_stands_upright_and_tells_nothing_of_whoever_took_it() -> None:
    data = photo(exif=telling_exif())
    assert b"Whose Camera" in data
    (page,) = await ChildPageMaker().pages(data, SentAs.JPEG)
    upright = Image.open(io.BytesIO(page))
    assert upright.size == (200, 300)
    assert near(upright.getpixel((100, 20)), RED)
    assert b"Whose Camera" not in page
    assert not upright.getexif()


async def test_what_is_clear_is_white_and_only_the_first_of_moving_pictures_is_taken() -> None:
    clear, written = Image.new("RGBA", (60, 40)), io.BytesIO()
    clear.save(written, "GIF", save_all=True, append_images=[Image.new("RGB", (60, 40), "black")])
    (page,) = await made(written.getvalue())
    assert near(page.getpixel((30, 20)), (255, 255, 255))


async def test_a_second_file_behind_the_first_is_gone() -> None:
    (page,) = await ChildPageMaker().pages(photo() + b"<script>alert(1)</script>MZ\x90", SentAs.JPEG)
    assert b"script" not in page
    assert b"MZ" not in page


async def test_each_page_of_a_pdf() -> None:
    pages = await made(b"\0scanner\n" + pdf(3))
    assert len(pages) == 3
    assert {max(page.size) for page in pages} == {1200}  # 300 points, as large as a point may be
    assert all(min(page.convert("L").tobytes()) < 40 for page in pages)  # something is written there


async def test_what_was_filled_into_a_form_can_be_read() -> None:
    async def ink(field: str) -> int:
        (page,) = await made(pdf(text="", field=field))
        return sum(level < 100 for level in page.convert("L").crop((80, 480, 900, 640)).tobytes())

    assert await ink("XXXXXXXX") > await ink(" ") + 100


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7 and nothing more",
        pdf(password="secret"),
        photo()[:200],
        photo("BMP")[:60],
        b"GIF89a",
        # Headers that promise 60,000 x 60,000 pixels: 10 GB.
        b"GIF89a"
        + b"\x60\xea\x60\xea"
        + b"\xf0\0\0"
        + b"\0" * 6
        + b","
        + b"\0" * 4
        + b"\x60\xea\x60\xea"
        + b"\0\2\2\0;",
        photo("BMP")[:18] + (60_000).to_bytes(4, "little") * 2 + photo("BMP")[26:],
    ],
    ids=["no pdf", "locked", "cut jpeg", "cut bmp", "empty gif", "huge gif", "huge bmp"],
)
async def test_what_cannot_be_read(data: bytes) -> None:
    with pytest.raises(RecordUnreadable):
        await made(data)


async def test_no_more_pages_than_may_be_sent() -> None:
    assert len(await made(pdf(MOST_PAGES))) == MOST_PAGES
    with pytest.raises(TooManyPages):
        await made(pdf(MOST_PAGES + 1))


async def test_a_small_file_with_one_large_picture_on_every_page_does_not_fill_the_ledger() -> None:
    data = scan(Image.effect_noise((2000, 2000), 120), MOST_PAGES)
    assert len(data) < LARGEST_RECORD
    with pytest.raises(RecordUnreadable):
        await ChildPageMaker().pages(data, SentAs.PDF)


async def test_a_house_that_cannot_make_pictures_does_not_call_the_file_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_maker, "PROGRAM", Path(__file__).with_name("no_such_program.py"))
    with pytest.raises(RuntimeError, match="could not begin"):
        await ChildPageMaker().pages(photo(), SentAs.JPEG)


async def test_a_file_that_breaks_the_decoder_is_one_that_cannot_be_read() -> None:
    """A form that is drawn within itself, for ever."""
    with pytest.raises(RecordUnreadable):
        await ChildPageMaker().pages(within_itself(), SentAs.PDF)


async def test_a_file_that_takes_too_long_is_given_up_and_its_process_ends() -> None:
    with pytest.raises(RecordUnreadable):
        await ChildPageMaker(patience=0).pages(photo(), SentAs.JPEG)
    assert not _children()


@pytest.mark.parametrize(
    ("attempt", "error"),
    [
        ("open('/etc/hostname')", "OSError"),
        ("import socket; socket.socket()", "OSError"),
        ("bytearray(2 << 30)", "MemoryError"),
        ("open('/dev/null', 'w')", "OSError"),
        ("os.close(0); os.open('/etc/hostname', os.O_RDONLY)", "OSError"),
        ("os.close(2); socket.socket()", "OSError"),
    ],
)
def test_the_process_may_do_next_to_nothing(attempt: str, error: str) -> None:
    """Should a file make it run something else."""
    assert _confined(f"try: {attempt}\nexcept BaseException as error: print(type(error).__mro__)").find(error) > 0


@pytest.mark.skipif(not _landlock(), reason="needs Linux with Landlock")
@pytest.mark.parametrize("attempt", ["kill(os.getppid(), 0)", "ptrace(SEIZE, os.getppid(), None, None)"])
def test_the_process_does_not_reach_whoever_started_it(attempt: str) -> None:
    """Whose memory holds the database's password."""
    assert _confined(f"print(libc.{attempt}, ctypes.get_errno())") == f"-1 {errno.EPERM}"


def test_where_memory_is_short_the_process_goes_first() -> None:
    """Before whoever holds the calls."""
    assert _confined("print(score.read())") == "1000"


def _confined(attempt: str) -> str:
    """What such a process says when it tries this."""
    lines = (
        "import ctypes, os, socket",
        "from core.adapters.records.make_pages import confine",
        "score = open('/proc/self/oom_score_adj')",
        "libc, SEIZE = ctypes.CDLL(None, use_errno=True), 0x4206",
        "confine()",
        attempt,
    )
    return subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True).stdout.strip()


def _children() -> list[str]:
    """Processes of ours that make pages."""
    tasks = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    ids = {child for task in tasks for child in task.read_text().split()}
    lines = [(child, Path(f"/proc/{child}/cmdline")) for child in ids]
    return [child for child, line in lines if line.exists() and b"make_pages" in line.read_bytes()]
