"""One's own way in: another password, and the other browsers in which one is signed in (ASVS 6.2.2, 6.2.3, 7.5.2)."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from core.clinic.admin.renew_access import find_person, save_person
from core.clinic.clinic import Clinic
from core.clinic.passwords import fits, hashed
from core.clinic.sign_in import SignedIn, actor
from core.rules.password import check_password
from core.rules.records import AuditEntry, WebSession
from core.rules.staff_fields import BadField


async def change_own_password(clinic: Clinic, me: SignedIn, current: str, new: str) -> None:
    """Every other session of theirs ends, this one goes on: its telephone hangs on it. Raises `BadField`."""
    await _prove(me, current)
    check_password(new, (me.person.login, me.person.name, clinic.policy.clinic_name))
    if new == current:
        raise BadField("new", "same", "is the one that you have")
    password_hash = await hashed(new)
    async with clinic.ledger.write() as books:
        person = await find_person(books, me.person.id)
        if person.password_hash != me.person.password_hash:  # changed meanwhile: `current` is not theirs any more
            raise BadField("current", "wrong", "is not right")
        await save_person(books, replace(person, password_hash=password_hash))
        await books.sessions.drop_of(me.session.kind, me.session.person_id, but=me.session.id_hash)
        who = actor(me.session)
        await books.audit(AuditEntry(clinic.clock.now(), who, "changed own password", who))
    await _tell(clinic, me)


async def own_sessions(clinic: Clinic, me: SignedIn) -> Sequence[WebSession]:
    """Where they are signed in, here too; who signed in first comes first."""
    async with clinic.ledger.read() as books:
        return await books.sessions.of(me.session.kind, me.session.person_id, clinic.clock.now())


async def end_own_sessions(clinic: Clinic, me: SignedIn, current: str, which: Collection[str]) -> int:
    """Those of their other sessions whose `id_hash` is named; how many ended. Raises `BadField`."""
    await _prove(me, current)
    async with clinic.ledger.write() as books:
        theirs = await books.sessions.of(me.session.kind, me.session.person_id, clinic.clock.now())
        others = {session.id_hash for session in theirs} - {me.session.id_hash}
        ended = others.intersection(which)
        for id_hash in ended:
            await books.sessions.drop(id_hash)
        if ended:
            who = actor(me.session)
            await books.audit(AuditEntry(clinic.clock.now(), who, "ended own sessions", who, str(len(ended))))
    await _tell(clinic, me)
    return len(ended)


async def _prove(me: SignedIn, current: str) -> None:
    if not await fits(current, me.person.password_hash):
        raise BadField("current", "wrong", "is not right")


async def _tell(clinic: Clinic, me: SignedIn) -> None:
    """A telephone that was lent to one of the ended sessions is void."""
    await clinic.line.publish("staff", {"kind": "signed_out", "person": me.session.person_id})
