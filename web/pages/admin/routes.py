"""The addresses of the administration; each needs the right to administer."""

from functools import partial

from aiohttp import web

from web.access import Right
from web.guard import may
from web.pages.admin import audit, hours, opds, person, pharmacies, prompts, roster, settings, sms, staff

ADMIN = partial(may, Right.ADMINISTER)


def routes() -> list[web.AbstractRouteDef]:
    """To be added to those of the other panels."""
    get, post = web.get, web.post
    return [
        get("/admin", ADMIN(staff.everybody)),
        get("/admin/hire/{kind:doctor|operator}", ADMIN(staff.hiring)),
        post("/admin/hire/{kind:doctor|operator}", ADMIN(staff.hire)),
        get("/admin/staff/{id}", ADMIN(person.shown)),
        post("/admin/staff/{id}/change", ADMIN(person.change)),
        post("/admin/staff/{id}/verify", ADMIN(person.verify)),
        post("/admin/staff/{id}/password", ADMIN(person.password)),
        post("/admin/staff/{id}/phone", ADMIN(person.phone)),
        post("/admin/staff/{id}/sessions", ADMIN(person.sessions)),
        post("/admin/staff/{id}/leave", ADMIN(person.leave)),
        get("/admin/pharmacies/new", ADMIN(pharmacies.registering)),
        post("/admin/pharmacies/new", ADMIN(pharmacies.register)),
        get("/admin/pharmacies/{id}", ADMIN(pharmacies.shown)),
        post("/admin/pharmacies/{id}/change", ADMIN(pharmacies.change)),
        post("/admin/pharmacies/{id}/verify", ADMIN(pharmacies.verify)),
        post("/admin/pharmacies/{id}/pin", ADMIN(pharmacies.pin)),
        get("/admin/roster", ADMIN(roster.calendar)),
        get("/admin/roster.csv", ADMIN(roster.export)),
        post("/admin/roster/add", ADMIN(roster.add)),
        post("/admin/roster/drop", ADMIN(roster.drop)),
        post("/admin/roster/check", ADMIN(roster.check, largest_file=roster.LARGEST_ROSTER)),
        post("/admin/roster/import", ADMIN(roster.take, largest_file=roster.LARGEST_ROSTER)),
        get("/admin/hours", ADMIN(hours.shown)),
        post("/admin/hours/weekday", ADMIN(hours.change_weekday)),
        post("/admin/hours/day", ADMIN(hours.change_day)),
        post("/admin/hours/days", ADMIN(hours.change_days)),
        post("/admin/hours/restore", ADMIN(hours.restore)),
        get("/admin/opds", ADMIN(opds.shown)),
        post("/admin/opds/add", ADMIN(opds.add)),
        post("/admin/opds/rename", ADMIN(opds.rename)),
        post("/admin/opds/speak", ADMIN(opds.speak)),
        post("/admin/opds/retire", ADMIN(opds.retire)),
        post("/admin/opds/reopen", ADMIN(opds.reopen)),
        post("/admin/opds/states", ADMIN(opds.states)),
        get("/admin/prompts", ADMIN(prompts.shown)),
        get("/admin/prompts/sound.wav", ADMIN(prompts.sound)),
        post("/admin/prompts/record", ADMIN(prompts.record, largest_file=prompts.LARGEST_UPLOAD)),
        post("/admin/prompts/unrecord", ADMIN(prompts.unrecord)),
        get("/admin/sms", ADMIN(sms.shown)),
        post("/admin/sms", ADMIN(sms.change)),
        post("/admin/sms/restore", ADMIN(sms.restore)),
        get("/admin/settings", ADMIN(settings.shown)),
        post("/admin/settings", ADMIN(settings.change)),
        post("/admin/settings/restore", ADMIN(settings.restore)),
        get("/admin/audit", ADMIN(audit.shown)),
        get("/admin/audit.csv", ADMIN(audit.export), allow_head=False),
    ]
