"""A clinic with one signed prescription, a patient who may agree, and another system that asks."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import ClientResponse, encode_basic_auth

from core.clinic.api.manage_clients import NewClient, add_client
from core.clinic.desk.link_abha import link_abha
from core.clinic.issue_prescription import issue_prescription
from core.rules.abha import AbhaLink
from core.rules.patient import Patient
from core.rules.prescription import Medicine, Prescription, SignedPrescription
from tests.web.house import Browser, House, browser, build_model, open_house

ABHA = "91-1234-5678-9012"
SYSTEM = "https://healthid.abdm.gov.in"
TOKEN = "/api/oauth2/token"


@dataclass
class Asked:
    """The clinic as another system meets it."""

    house: House
    http: Browser
    client: NewClient
    patient: Patient
    signed: SignedPrescription

    @property
    def bundle(self) -> str:
        return f"/api/fhir/Bundle/{self.signed.number}-prescription"

    @property
    def listing(self) -> str:
        return f"/api/fhir/DocumentReference?patient.identifier={SYSTEM}|{ABHA}"

    async def agree(self) -> AbhaLink:
        """The patient says yes at the desk."""
        return await link_abha(self.house.clinic, 1, "operator:1", self.patient.mobile, self.patient.id, ABHA)

    async def token(self, **more: str) -> str:
        """A fresh one."""
        basic = encode_basic_auth(self.client.client.client_id, self.client.secret)
        answer = await self.http.post(
            TOKEN, data={"grant_type": "client_credentials", **more}, headers={"Authorization": basic}
        )
        assert answer.status == 200, await answer.text()
        given: str = (await answer.json())["access_token"]
        return given

    async def get(self, address: str, **headers: str) -> ClientResponse:
        """With a token."""
        return await self.http.get(address, headers={"Authorization": f"Bearer {await self.token()}", **headers})

    async def audited(self, subject: str) -> list[tuple[str, str]]:
        """Who did what to it, newest first."""
        async with self.house.clinic.ledger.read() as books:
            return [(entry.actor, entry.action) for entry in await books.audit_of(subject)]

    async def sign_another(self) -> SignedPrescription:
        """For the same patient."""
        met = await self.house.after_talk(self.patient)
        medicine = Medicine("paracetamol", "tablet", "500 mg", "1-0-1", 3)
        content = Prescription("Fever", "Viral fever", (medicine,), allergies="none known")
        return await issue_prescription(
            self.house.clinic, doctor_id=met.doctor_id, consultation_id=met.id, content=content
        )


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> House:
    return build_model(tmp_path_factory.mktemp("model"))


@pytest.fixture
async def asked(tmp_path: Path, model: House, valkey_url: str) -> AsyncIterator[Asked]:
    async with open_house(tmp_path, model, valkey_url) as house, browser(house.deps()) as http:
        asked = Asked(house, http, await add_client(house.clinic, "Hospital", "test"), await house.patient(), None)  # type: ignore[arg-type]
        asked.signed = await asked.sign_another()
        yield asked
