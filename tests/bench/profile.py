"""Where the program's time goes during journeys: `python -m tests.bench.profile docs/call-path.svg` draws it.

py-spy looks at the running program from outside 200 times a second; only samples that held the interpreter count. It
must be allowed to (root, or kernel.yama.ptrace_scope = 0).
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from tests.bench.catalogue import load_catalogue
from tests.bench.flame import draw
from tests.bench.house import LANGUAGE, open_house
from tests.bench.journeys import open_practice
from tests.bench.phones import Phones
from tests.live.instance import CHECKOUT

RATE, SECONDS, WARM_UP = 20.0, 15.0, 2.0
SAMPLES_PER_SECOND = 200
DOCTORS = 100


async def profile() -> list[str]:
    """Collapsed stacks of the program while it serves `RATE` journeys a second."""
    async with open_house(DOCTORS, round(RATE * (SECONDS + WARM_UP)) + 1) as house:
        phones = Phones(house.sip, load_catalogue(CHECKOUT / ".build/prompts" / LANGUAGE / "prompt"))
        try:
            async with open_practice(house, phones) as practice:
                await practice.block(RATE, WARM_UP)
                recording = asyncio.create_task(_record(house.processes()["python"]))
                await practice.block(RATE, SECONDS)
                return await recording
        finally:
            phones.close()


async def _record(pid: int) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        stacks = Path(folder, "stacks")
        process = await asyncio.create_subprocess_exec(
            str(Path(sys.executable).with_name("py-spy")), "record", "--gil", "--format", "raw", "--pid", str(pid),
            "--rate", str(SAMPLES_PER_SECOND), "--duration", str(int(SECONDS)), "--output", str(stacks),
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        if await process.wait() != 0:
            raise RuntimeError("py-spy could not look into the program: run this as root")
        return await asyncio.to_thread(lambda: stacks.read_text().splitlines())


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.profile", description=__doc__)
    parser.add_argument("picture", type=Path, help="an SVG file")
    title = f"Python time of `duravani run` during {RATE:g} journeys a second"
    parser.parse_args().picture.write_text(draw(asyncio.run(profile()), title))


if __name__ == "__main__":
    main()
