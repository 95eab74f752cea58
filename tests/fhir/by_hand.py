"""Tries our checkers on the documents that NRCeS publishes: `python -m tests.fhir.by_hand FOLDER`.

The folder is an unpacked `ndhm.in`, which lies in no registry that tests may use: whoever has it runs this by hand. One
line a Bundle of a kind that we make; exit code 1 when one that its publisher calls right is called wrong here.
"""

import json
import sys
from pathlib import Path

from tests.fhir import abdm
from tests.fhir.r4_validator import r4_validator


def main(folder: Path) -> int:
    wrong = 0
    with r4_validator() as r4:
        for path in sorted(folder.rglob("Bundle-*.json")):
            bundle = json.loads(path.read_text("utf-8"))
            names = [name for entry in bundle["entry"] for name in abdm.claims(entry["resource"])]
            if {"PrescriptionRecord", "OPConsultRecord"} & set(names):
                found = [*r4.problems(bundle), *abdm.problems(bundle)]
                wrong += bool(found)
                print(f"{path.name}: {'; '.join(found) or 'right'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
