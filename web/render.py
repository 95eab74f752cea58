"""Turning templates into pages: the words of the browser's language, local times, and addresses of static files."""

from datetime import date, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from web.deps import clinic_of
from web.guard import SIGNED_IN
from web.words import WORDS, Tongue

HERE = Path(__file__).parent
STATIC = HERE / "static"
PAGES = web.AppKey("pages", Environment)


@cache
def page_templates(bundle: Path | None = None) -> Environment:
    """The templates of `web/templates`; everything is escaped, and a forgotten variable is an error.

    The telephone's `bundle` is one more static file. Read once a process: to compile them takes longer than most pages.
    """
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    files = [*STATIC.iterdir(), *(bundle.parent.glob("*.js") if bundle else [])]
    versions = {path.name: sha256(path.read_bytes()).hexdigest()[:12] for path in files if path.is_file()}
    environment.globals["has_phone"] = bundle is not None and bundle.name in versions
    environment.globals["static"] = lambda name: f"/static/{name}?v={versions[name]}"
    return environment


def render(
    request: web.Request, template: str, *, status: int = 200, tongue: Tongue | None = None, **context: object
) -> web.Response:
    """A page in this tongue (by default the browser's)."""
    words = request.app[WORDS]
    tongue = tongue or words.tongue_of(request)
    signed_in = request.get(SIGNED_IN)
    html = request.app[PAGES].get_template(template).render(
        t=tongue,
        languages=words.names,
        clinic_name=clinic_of(request).policy.clinic_name,
        me=signed_in.person if signed_in else None,
        csrf=signed_in.session.csrf if signed_in else "",
        when=lambda moment: local_time(request, tongue, moment),
        day=lambda moment: local_day(request, tongue, moment),
        date_words=lambda day: date_words(tongue, day),
        **context,
    )  # fmt: skip
    return web.Response(text=html, content_type="text/html", charset="utf-8", status=status)


def pdf_response(pdf: bytes, number: str) -> web.Response:
    """A prescription's paper, shown in the browser and saved under its number."""
    disposition = {"Content-Disposition": f'inline; filename="{number}.pdf"'}
    return web.Response(body=pdf, content_type="application/pdf", headers=disposition)


def jpeg_response(jpeg: bytes) -> web.Response:
    """A page of a health record: a picture that we have made, shown in the browser."""
    return web.Response(body=jpeg, content_type="image/jpeg", headers={"Content-Disposition": "inline"})


def local_day(request: web.Request, tongue: Tongue, moment: datetime) -> str:
    """`7 Nov 2026` in the clinic's time zone."""
    return date_words(tongue, moment.astimezone(clinic_of(request).policy.time_zone).date())


def date_words(tongue: Tongue, day: date) -> str:
    """`7 Nov 2026`."""
    return f"{day.day} {tongue('time.months').split()[day.month - 1]} {day.year}"


def local_clock(request: web.Request, moment: datetime) -> str:
    """`14:05` in the clinic's time zone."""
    return f"{moment.astimezone(clinic_of(request).policy.time_zone):%H:%M}"


def local_time(request: web.Request, tongue: Tongue, moment: datetime) -> str:
    """`7 Nov 2026, 14:05` in the clinic's time zone."""
    local = moment.astimezone(clinic_of(request).policy.time_zone)
    return f"{local_day(request, tongue, moment)}, {local:%H:%M}"
