"""What another system reads: documents of patients who agree, and nothing else; as FHIR, with its errors."""

from base64 import b64decode
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.clinic.api.manage_clients import hash_of
from core.clinic.desk.link_abha import withdraw_abha
from core.rules.api_client import ApiToken
from tests.fhir import abdm
from tests.fhir.r4_validator import R4, r4_validator
from tests.web.api.conftest import ABHA, SYSTEM, Asked
from tests.web.house import browser
from web.deps import ApiLimits


@pytest.fixture(scope="module")
def r4() -> Any:
    with r4_validator() as validator:
        yield validator


async def body(answer: Any, status: int = 200) -> dict[str, Any]:
    assert answer.status == status, await answer.text()
    assert answer.headers["Content-Type"] == "application/fhir+json; charset=utf-8"
    read: dict[str, Any] = await answer.json(content_type=None)
    return read


@pytest.mark.parametrize("kind", ["prescription", "consultation"])
async def test_a_document_is_read_and_the_look_is_audited(asked: Asked, r4: R4, kind: str) -> None:
    await asked.agree()
    bundle = await body(await asked.get(f"/api/fhir/Bundle/{asked.signed.number}-{kind}"))
    assert [*r4.problems(bundle), *abdm.problems(bundle)] == []
    assert bundle["id"] == f"{asked.signed.number}-{kind}"
    assert ABHA in {one["value"] for one in bundle["entry"][1]["resource"]["identifier"]}
    audited = await asked.audited(f"prescription:{asked.signed.id}")
    assert audited[0] == ("api:1", f"read {kind} record")


async def test_the_paper_is_in_it(asked: Asked) -> None:
    await asked.agree()
    bundle = await body(await asked.get(asked.bundle))
    async with asked.house.clinic.ledger.read() as books:
        assert b64decode(bundle["entry"][-1]["resource"]["data"]) == await books.prescriptions.pdf(asked.signed.id)


async def test_without_a_yes_it_is_as_if_it_did_not_exist(asked: Asked) -> None:
    hidden = await asked.get(asked.bundle)
    unknown = await asked.get("/api/fhir/Bundle/RX261121999995-prescription")
    assert await body(hidden, 404) == await body(unknown, 404)
    assert (await body(await asked.get(asked.listing)))["total"] == 0
    audited = await asked.audited(f"prescription:{asked.signed.id}")
    assert ("api:1", "refused: patient has not agreed") in audited
    assert await asked.audited("prescription:unknown") == [("api:1", "refused: no such record")]
    assert await asked.audited("patient:unknown") == [("api:1", "refused: nobody has agreed")]


async def test_a_yes_that_is_taken_back_holds_no_more(asked: Asked) -> None:
    await asked.agree()
    assert (await asked.get(asked.bundle)).status == 200
    assert await withdraw_abha(asked.house.clinic, "operator:1", asked.patient.mobile, asked.patient.id)
    assert (await asked.get(asked.bundle)).status == 404
    assert (await body(await asked.get(asked.listing)))["total"] == 0
    assert not await withdraw_abha(asked.house.clinic, "operator:1", asked.patient.mobile, asked.patient.id)
    await asked.agree()  # and may be given again
    assert (await asked.get(asked.bundle)).status == 200


@pytest.mark.parametrize(
    "identity", ["1", "RX", "RX261121000176", "nonsense-prescription", "RX261121000176-other", "%00"]
)
async def test_nonsense_is_not_found(asked: Asked, identity: str) -> None:
    await asked.agree()
    outcome = await body(await asked.get(f"/api/fhir/Bundle/{identity}"), 404)
    assert outcome["issue"][0]["code"] == "not-found"


async def test_who_has_it_already_is_told_so(asked: Asked) -> None:
    await asked.agree()
    first = await asked.get(asked.bundle)
    tag = first.headers["ETag"]
    again = await asked.get(asked.bundle, **{"If-None-Match": f'W/"other", {tag}'})
    assert (again.status, again.headers["ETag"], await again.read()) == (304, tag, b"")
    async with asked.house.clinic.ledger.write() as books:
        await books.prescriptions.void(asked.signed, asked.house.clock.now())
    changed = await asked.get(asked.bundle, **{"If-None-Match": tag})
    bundle = await body(changed)
    assert changed.headers["ETag"] != tag
    assert (bundle["meta"]["versionId"], bundle["entry"][0]["resource"]["status"]) == ("1-void", "entered-in-error")


async def test_a_patients_documents_are_found_in_pages(asked: Asked, r4: R4) -> None:
    await asked.agree()
    asked.house.clock.advance(timedelta(days=1))
    newer = await asked.sign_another()
    first = await body(await asked.get(f"{asked.listing}&_count=3"))
    assert r4.problems(first) == []
    assert first["total"] == 4
    (after,) = (link["url"] for link in first["link"] if link["relation"] == "next")
    second = await body(await asked.get(after.removeprefix("http://duravani.test")))
    ids = [entry["resource"]["id"] for page in (first, second) for entry in page["entry"]]
    assert ids == [
        f"{newer.number}-consultation", f"{newer.number}-prescription",
        f"{asked.signed.number}-consultation", f"{asked.signed.number}-prescription",
    ]  # fmt: skip
    assert [link["relation"] for link in second["link"]] == ["self"]
    url = first["entry"][0]["resource"]["content"][0]["attachment"]["url"]
    assert (await asked.get(url.removeprefix("http://duravani.test"))).status == 200
    assert ("api:1", "listed records") in await asked.audited(f"patient:{asked.patient.id}")


async def test_the_number_may_stay_out_of_the_address(asked: Asked) -> None:
    await asked.agree()
    headers = {"Authorization": f"Bearer {await asked.token()}"}
    form = {"patient.identifier": f"{SYSTEM}|{ABHA}", "_count": "1"}
    posted = await body(await asked.http.post("/api/fhir/DocumentReference/_search", data=form, headers=headers))
    assert posted == await body(await asked.get(f"{asked.listing}&_count=1"))
    answer = await asked.http.post("/api/fhir/DocumentReference/_search", json=form, headers=headers)
    assert (await body(answer, 400))["issue"][0]["code"] == "invalid"


@pytest.mark.parametrize("identifier", [ABHA, "91123456789012", f"{SYSTEM}|91 1234 5678 9012"])
async def test_the_number_may_be_written_as_people_write_it(asked: Asked, identifier: str) -> None:
    await asked.agree()
    found = await body(await asked.get(f"/api/fhir/DocumentReference?patient.identifier={identifier}"))
    assert found["total"] == 2


@pytest.mark.parametrize("identifier", ["|", "other|91-1234-5678-9012", "91-1234-5678-9013", "x" * 200, "100000009"])
async def test_nobody_is_found_by_anything_else(asked: Asked, identifier: str) -> None:
    await asked.agree()
    found = await body(await asked.get(f"/api/fhir/DocumentReference?patient.identifier={identifier}"))
    assert (found["total"], "entry" in found) == (0, False)


@pytest.mark.parametrize(
    "query",
    ["", "patient.identifier=", "patient=1", "{}&_count=0", "{}&_count=51", "{}&_count=x", "{}&_before=-1",
     "{}&date=2026", "{}&{}", "patient.identifier=" + "x" * 201, "{}&_count=" + "9" * 5000],
)  # fmt: skip
async def test_a_search_that_is_not_known_is_refused(asked: Asked, query: str) -> None:
    whose = f"patient.identifier={ABHA}"
    outcome = await body(await asked.get(f"/api/fhir/DocumentReference?{query.replace('{}', whose)}"), 400)
    assert outcome["issue"][0]["code"] == "invalid"


async def test_a_void_one_says_so_in_the_list(asked: Asked) -> None:
    await asked.agree()
    async with asked.house.clinic.ledger.write() as books:
        await books.prescriptions.void(asked.signed, asked.house.clock.now())
    found = await body(await asked.get(asked.listing))
    assert {entry["resource"]["status"] for entry in found["entry"]} == {"entered-in-error"}


@pytest.mark.parametrize("header", ["Bearer wrong", "Bearer", "Basic abc", "Bearer a b", "Bearer \udcff"])
async def test_a_token_that_is_no_good(asked: Asked, header: str) -> None:
    answer = await asked.http.get(asked.bundle, headers={"Authorization": header})
    assert (await body(answer, 401))["issue"][0]["code"] == "login"
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="duravani", error="invalid_token"'


async def test_a_token_without_the_scope(asked: Asked) -> None:
    now = asked.house.clock.now()
    async with asked.house.clinic.ledger.write() as books:
        await books.api_clients.add_token(ApiToken(hash_of("weak"), 1, (), now, now + timedelta(hours=1)))
    answer = await asked.http.get(asked.bundle, headers={"Authorization": "Bearer weak"})
    assert (await body(answer, 403))["issue"][0]["code"] == "forbidden"
    assert 'error="insufficient_scope", scope="prescriptions.read"' in answer.headers["WWW-Authenticate"]


async def test_guessing_tokens_is_slowed_down(asked: Asked) -> None:
    for _ in range(ApiLimits().wrong_tokens):
        assert (await asked.http.get(asked.bundle, headers={"Authorization": "Bearer wrong"})).status == 401
    answer = await asked.http.get(asked.bundle, headers={"Authorization": "Bearer wrong"})
    assert (answer.status, answer.headers["Retry-After"]) == (429, "60")


async def test_a_client_that_asks_too_often_waits(asked: Asked) -> None:
    headers = {"Authorization": f"Bearer {await asked.token()}"}
    async with browser(replace(asked.house.deps(), api_limits=ApiLimits(requests=2))) as http:
        answers = [(await http.get(asked.bundle, headers=headers)).status for _ in range(3)]
        assert answers == [404, 404, 429]
        assert (await http.get("/api/fhir/metadata")).status == 200


@pytest.mark.parametrize("address", ["/api/fhir/Bundle/1", "/api/fhir/DocumentReference", "/api/fhir/metadata"])
async def test_nothing_is_written(asked: Asked, address: str) -> None:
    for method in ("POST", "PUT", "DELETE"):
        answer = await asked.http.request(method, address)
        assert (await body(answer, 405))["issue"][0]["code"] == "not-supported"
        assert answer.headers["Allow"] == "GET,HEAD"


async def test_it_tells_what_it_can_do(asked: Asked, r4: R4) -> None:
    told = await body(await asked.http.get("/api/fhir/metadata"))
    assert r4.problems(told) == []
    server = await (await asked.http.get("/.well-known/oauth-authorization-server")).json()
    assert server["token_endpoint"] == "http://duravani.test/api/oauth2/token"
    assert await body(await asked.http.get("/api/fhir/Patient/1"), 404)
