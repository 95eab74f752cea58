"""The token endpoint: what RFC 6749 asks of it, and who gets nothing."""

from datetime import timedelta

import pytest
from aiohttp import encode_basic_auth

from core.clinic.api.manage_clients import revoke_client
from tests.web.api.conftest import TOKEN, Asked
from web.deps import ApiLimits

GRANT = {"grant_type": "client_credentials"}


async def refused(asked: Asked, data: object, status: int, error: str, basic: str = "") -> None:
    answer = await asked.http.post(TOKEN, data=data, headers={"Authorization": basic} if basic else {})
    assert (answer.status, (await answer.json())["error"]) == (status, error)
    assert answer.headers["Cache-Control"] == "no-store"
    assert ("WWW-Authenticate" in answer.headers) == (status == 401)


@pytest.mark.parametrize("by", ["basic", "post"])
async def test_a_client_gets_a_token_for_an_hour(asked: Asked, by: str) -> None:
    client, secret = asked.client.client.client_id, asked.client.secret
    headers = {"Authorization": encode_basic_auth(client, secret)} if by == "basic" else {}
    posted = {"client_id": client, "client_secret": secret} if by == "post" else {}
    answer = await asked.http.post(TOKEN, data={**GRANT, **posted, "scope": ""}, headers=headers)
    given = await answer.json()
    assert answer.status == 200
    assert (answer.headers["Cache-Control"], answer.headers["Pragma"]) == ("no-store", "no-cache")
    assert {name: given[name] for name in ("token_type", "expires_in", "scope")} == {
        "token_type": "Bearer", "expires_in": 3600, "scope": "prescriptions.read",
    }  # fmt: skip
    async with asked.house.clinic.ledger.read() as books:
        assert (
            await books.api_clients.of_token(given["access_token"], asked.house.clock.now()) is None
        )  # the hash alone
    assert await asked.audited("api:1") == [("api:1", "got a token"), ("test", "let in")]


async def test_what_is_wrong_is_said_as_the_rfc_says(asked: Asked) -> None:
    client, secret = asked.client.client.client_id, asked.client.secret
    right = encode_basic_auth(client, secret)
    await refused(asked, GRANT, 401, "invalid_client")
    await refused(asked, GRANT, 401, "invalid_client", encode_basic_auth(client, "wrong"))
    await refused(asked, GRANT, 401, "invalid_client", encode_basic_auth("nobody", secret))
    await refused(asked, GRANT | {"client_id": client, "client_secret": "wrong"}, 401, "invalid_client")
    await refused(asked, GRANT | {"client_id": client, "client_secret": secret}, 400, "invalid_request", right)
    await refused(asked, GRANT | {"client_id": "another"}, 400, "invalid_request", right)
    await refused(asked, {"other": "1"}, 400, "invalid_request", right)
    await refused(asked, {"grant_type": "password"}, 400, "unsupported_grant_type", right)
    await refused(asked, GRANT | {"scope": "prescriptions.write"}, 400, "invalid_scope", right)
    await refused(asked, [("grant_type", "client_credentials")] * 2, 400, "invalid_request", right)
    await refused(asked, b'{"grant_type": "client_credentials"}', 400, "invalid_request", right)
    await refused(asked, GRANT | {"scope": "x" * 300}, 400, "invalid_request", right)
    assert ("api:1", "refused: wrong secret or revoked") in await asked.audited("api:1")


@pytest.mark.parametrize("header", ["Basic", "Basic !!!", "Bearer abc", "Basic bm9jb2xvbg=="])
async def test_a_header_that_is_not_basic(asked: Asked, header: str) -> None:
    answer = await asked.http.post(TOKEN, data=GRANT, headers={"Authorization": header})
    assert (answer.status, (await answer.json())["error"]) == (401, "invalid_client")


async def test_a_token_ends_after_an_hour(asked: Asked) -> None:
    await asked.agree()
    token = await asked.token()
    headers = {"Authorization": f"Bearer {token}"}
    asked.house.clock.advance(timedelta(minutes=59))
    assert (await asked.http.get(asked.bundle, headers=headers)).status == 200
    asked.house.clock.advance(timedelta(minutes=1))
    answer = await asked.http.get(asked.bundle, headers=headers)
    assert (answer.status, 'error="invalid_token"' in answer.headers["WWW-Authenticate"]) == (401, True)


async def test_who_is_shut_out_is_out_at_once(asked: Asked) -> None:
    await asked.agree()
    headers = {"Authorization": f"Bearer {await asked.token()}"}
    await revoke_client(asked.house.clinic, asked.client.client.client_id, "test")
    assert (await asked.http.get(asked.bundle, headers=headers)).status == 401
    await refused(
        asked, GRANT, 401, "invalid_client", encode_basic_auth(asked.client.client.client_id, asked.client.secret)
    )
    with pytest.raises(LookupError, match="revoked already"):
        await revoke_client(asked.house.clinic, asked.client.client.client_id, "test")


async def test_guessing_is_slowed_down(asked: Asked) -> None:
    for _ in range(ApiLimits().token_requests):
        await refused(asked, GRANT, 401, "invalid_client", encode_basic_auth("nobody", "wrong"))
    answer = await asked.http.post(TOKEN, data=GRANT, headers={"Authorization": encode_basic_auth("nobody", "wrong")})
    assert (answer.status, answer.headers["Retry-After"]) == (429, "60")


async def test_only_posts(asked: Asked) -> None:
    answer = await asked.http.get(TOKEN)
    assert (answer.status, answer.headers["Allow"]) == (405, "POST")
    assert (await answer.json())["error"] == "invalid_request"
    answer = await asked.http.post(TOKEN, data={"grant_type": "x" * 100_000})
    assert (answer.status, (await answer.json())["error"]) == (413, "invalid_request")
