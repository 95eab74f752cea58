"""A process of its own: a stranger's file on standard input, its pages as JPEG on standard output.

Whatever is hidden in the file (scripts, links, where a photo was taken, a second file behind the first) is not in its
pictures. Should the file break the decoder all the same, it has broken a process that may do next to nothing and ends.

    python make_pages.py <pdf|jpeg|gif|bmp> <most pages>

Each page is four bytes with its length, the highest first, and the JPEG. Ends with `TOO_MANY` for a file with more
pages, with `UNREADABLE` or by a signal for one that cannot be read, and with anything else but 0 when it could not even
begin. Knows nothing of this program, so that it starts fast.
"""

import ctypes
import io
import math
import os
import resource
import struct
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pypdfium2
from PIL import Image, ImageOps

TOO_MANY, UNREADABLE = 3, 4
LONGEST_SIDE = 2000
"""Pixels of a page: small print on A4 can be read."""
ACROSS, TALLEST = 1000, 8000
"""Of a long one (a receipt, a screenshot of a chat), which would be too narrow to read."""
MOST_PIXELS = 64_000_000
"""Of a picture that is decoded: twice what the phones that people send from take."""
LARGEST_SCALE = 4.0
"""Pixels for a point (1/72 inch) of a PDF."""
QUALITY = 82
NICE = 10
"""Calls come first."""
FIRST_TO_GO = Path("/proc/self/oom_score_adj")
"""Where the machine's memory is short, Linux ends this process and not the telephone."""
MEMORY = 1 << 30
CPU_SECONDS = 30
CREATE_RULESET, RESTRICT_SELF, NO_NEW_PRIVILEGES = 444, 446, 38
"""Landlock's system calls, the same on every machine, and prctl's word for what it asks before."""
ALL_OF_FILES, ALL_OF_TCP, ALL_BEYOND = 0x1FFF, 3, 3
"""What is then forbidden: every use of files, and, from these versions on, of TCP and of signals to others."""
TCP_SINCE, BEYOND_SINCE = 4, 6


def confine() -> None:
    """No files, no children, so much memory and time: what is read from here on is a stranger's.

    Not one file, for whoever may have three closes his own and has three others.
    """
    os.nice(NICE)
    with suppress(OSError):  # where there is no /proc
        FIRST_TO_GO.write_text("1000")
    fence_off()
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
    ):
        resource.setrlimit(what, (most, most))


def fence_off() -> None:
    """Away from the processes of the same user, whose memory could be read, where Linux has Landlock (5.13)."""
    libc = ctypes.CDLL(None)
    version = libc.syscall(ctypes.c_long(CREATE_RULESET), None, ctypes.c_size_t(0), 1)
    if version < 1:
        return
    tcp, beyond = ALL_OF_TCP * (version >= TCP_SINCE), ALL_BEYOND * (version >= BEYOND_SINCE)
    rules = struct.pack("QQQ", ALL_OF_FILES, tcp, beyond)
    fence = libc.syscall(ctypes.c_long(CREATE_RULESET), rules, ctypes.c_size_t(len(rules)), 0)
    libc.prctl(NO_NEW_PRIVILEGES, *map(ctypes.c_ulong, (1, 0, 0, 0)))
    if fence < 0 or libc.syscall(ctypes.c_long(RESTRICT_SELF), fence, 0) != 0:
        raise OSError("no fence, although there is Landlock")
    os.close(fence)


def warm_up(kind: str) -> None:
    """Have everything loaded that a file of this kind needs: afterwards no file can be opened, a module's neither."""
    if kind == "pdf":
        as_jpeg(pypdfium2.PdfDocument.new().new_page(10, 10).render().to_pil())
        return
    sample, white = io.BytesIO(), Image.new("RGB", (2, 2), "white")
    white.save(sample, kind, save_all=kind == "gif", append_images=[Image.new("RGBA", (2, 2))] * (kind == "gif"))
    as_jpeg(picture(sample.getvalue(), kind))
    as_jpeg(Image.new("LA", (2, 2)))


def pages_of_pdf(data: bytes, most: int) -> Iterator[Image.Image]:
    """Forms are drawn as they were filled in; this PDFium has no JavaScript."""
    document = pypdfium2.PdfDocument(data)
    if len(document) > most:
        sys.exit(TOO_MANY)
    document.init_forms()
    for page in document:
        yield page.render(scale=min(LARGEST_SCALE, scale_of(*page.get_size()))).to_pil()


def scale_of(width: float, height: float) -> float:
    """By which a page of this size can be read, and is no larger than it need be."""
    across, along = sorted((max(width, 1), max(height, 1)))
    return max(LONGEST_SIDE / along, min(ACROSS / across, TALLEST / along))


def picture(data: bytes, kind: str) -> Image.Image:
    """The first one in the file, upright."""
    image: Image.Image = Image.open(io.BytesIO(data), formats=[kind])
    if image.width * image.height > MOST_PIXELS:
        raise ValueError("too many pixels")
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    return ImageOps.exif_transpose(image)


def as_jpeg(image: Image.Image) -> bytes:
    """Nothing but its pixels, on white."""
    image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    scale = min(1, scale_of(*image.size))
    image.thumbnail((math.ceil(image.width * scale), math.ceil(image.height * scale)))
    page, written = Image.new("RGB", image.size, "white"), io.BytesIO()
    page.paste(image, mask=image if image.mode == "RGBA" else None)
    page.save(written, "JPEG", quality=QUALITY)
    return written.getvalue()


def main(kind: str, most: int) -> None:
    """Does all of the above."""
    Image.init()
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warm_up(kind)
    confine()
    try:
        answer(sys.stdin.buffer.read(), kind, most)
    except Exception:  # whatever a decoder may raise
        sys.exit(UNREADABLE)


def answer(data: bytes, kind: str, most: int) -> None:
    """Page after page."""
    for image in pages_of_pdf(data, most) if kind == "pdf" else [picture(data, kind)]:
        jpeg = as_jpeg(image)
        sys.stdout.buffer.write(len(jpeg).to_bytes(4) + jpeg)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
