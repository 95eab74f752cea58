"""The description of the API: it has every address that there is, and what answers is as it says (schemathesis)."""

import asyncio
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from aiohttp import encode_basic_auth
from aiohttp.test_utils import TestServer
from aiohttp.web import RouteDef

from tests.web.api.conftest import Asked
from web.api.guard import scope_of
from web.api.routes import routes
from web.api.tells import OPENAPI
from web.deps import ApiLimits
from web.routes import make_app

OFTEN = ApiLimits(10**6, 10**6, 10**6)
SEED, EXAMPLES, SECONDS = 20261128, 100, 120


def test_the_description_has_every_address() -> None:
    served = {(route.path, route.method.lower()) for route in routes() if isinstance(route, RouteDef)}
    assert {(path, method) for path, methods in OPENAPI["paths"].items() for method in methods} == served


def test_scopes_are_as_guarded() -> None:
    guarded = {route.path for route in routes() if isinstance(route, RouteDef) and scope_of(route.handler)}
    told = {
        path for path, methods in OPENAPI["paths"].items() for one in methods.values()
        if one["security"] == [{"token": ["prescriptions.read"]}]
    }  # fmt: skip
    assert told == guarded


async def test_what_answers_is_as_described(asked: Asked, tmp_path: Path) -> None:
    """Schemathesis makes requests from the description, good ones and bad ones, against the running application."""
    await asked.agree()
    other = encode_basic_auth(asked.client.client.client_id, asked.client.secret)
    headers = {"token": f"Bearer {await asked.token()}", "client": other}
    async with TestServer(make_app(replace(asked.house.deps(), api_limits=OFTEN))) as server:
        address = str(server.make_url("")).rstrip("/")
        description, config = tmp_path / "openapi.json", tmp_path / "schemathesis.toml"
        description.write_text(json.dumps(with_example(OPENAPI, asked.signed.number)))
        config.write_text(CONFIG.format_map(headers))
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run", str(description),
            "--url", address, "--checks", "all", "--seed", str(SEED), "--max-examples", str(EXAMPLES), "--no-color",
            cwd=tmp_path, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        try:
            async with asyncio.timeout(SECONDS):
                told = (await process.communicate())[0].decode()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    assert process.returncode == 0, told[-6000:]
    assert f"Tested: {len(OPENAPI['paths'])}" in told, told


def with_example(description: dict[str, Any], number: str) -> dict[str, Any]:
    """With a document that there is, so that good answers are looked at, too."""
    text = json.dumps(description)
    assert "RX261121000176" in text
    return {**json.loads(text.replace("RX261121000176", number)), "servers": []}


CONFIG = """
generation.database = "none"

[[operations]]
include-path-regex = "^/api/fhir/(Bundle|Doc)"
headers = {{ Authorization = "{token}" }}

[[operations]]
include-path = "/api/oauth2/token"
headers = {{ Authorization = "{client}" }}
"""
"""Who asks for what as whom. Without the header schemathesis asks as well, and looks for the 401."""
