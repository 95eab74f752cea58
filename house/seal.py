"""The seal on prescriptions: with the deployment's key, or a self-made one."""

import asyncio
import logging
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from config.settings import BadSettings, Settings
from core.adapters.pdf import Seal
from core.adapters.pdf.keys import BadKey, KeyPair, load_key_pair, self_made

log = logging.getLogger(__name__)

SELF_MADE = "seal.pem"
"""In the home; `house.backup` keeps it."""
SELF_MADE_TIME = "timestamp.pem"
"""Likewise, for timestamps that prove nothing but our own clock; not kept."""


def open_seal(settings: Settings) -> Seal:
    """Read when the house starts, so that a bad key is noticed then and not by a doctor. Raises `BadSettings`."""
    now = datetime.now(UTC)
    try:
        if settings.signing_key:
            pair, time = _own(settings, now), None
        else:
            pair = self_made(settings.home / SELF_MADE, settings.clinic_name, now)
            time = self_made(settings.home / SELF_MADE_TIME, settings.clinic_name, now, for_timestamps=True)
            if not settings.on_loopback:
                log.warning("prescriptions are sealed with a self-made certificate: set DURAVANI_SIGNING_KEY")
    except BadKey as error:
        raise BadSettings(f"DURAVANI_SIGNING_KEY: {error}") from error
    return Seal(pair, name=settings.clinic_name, timestamp_url=settings.timestamp_url, own_timestamps=time)


async def warm_up_seal(after: float = 0.0) -> None:
    """Import, in a thread, what seals a paper: that takes a second, which the first patient of a day shall not wait.

    `after` so many seconds: a thread that imports holds up the loop, and a start has calls to adopt.
    """
    await asyncio.sleep(after)
    for name in ("pyhanko.sign.signers", "pyhanko.sign.timestamps"):
        await asyncio.to_thread(import_module, name)


def _own(settings: Settings, now: datetime) -> KeyPair:
    certificate = Path(settings.signing_certificate) if settings.signing_certificate else None
    passphrase = settings.signing_passphrase.get_secret_value()
    return load_key_pair(Path(settings.signing_key), certificate, passphrase, now)
