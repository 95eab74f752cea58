"""`duravani sms`: what went out and came in, the registered texts and their DLT ids (T11)."""

import argparse
import json
from functools import partial

from config.settings import Settings
from house.commands.common import BY, OK, Commands, command, group, positive, refusals


def add_to(commands: Commands) -> None:
    """sms list, sms texts, sms text, sms id."""
    sms = group(commands, "sms", "SMS")
    listing = command(sms, "list", _sms_list, "what went out and came in, oldest first")
    listing.add_argument("--json", action="store_true")
    listing.add_argument("--limit", type=positive, default=100, metavar="N", help="the newest N each way (%(default)s)")
    texts = command(sms, "texts", _texts, "the texts as they are registered, with their DLT ids")
    texts.add_argument(
        "--written", action="store_true", help="with {clinic_name} and {public_url}, as they are changed"
    )
    for name, part, text in (
        ("text", "text", "another text for what is sent from now on"),
        ("id", "dlt_id", "another DLT id for a text"),
    ):
        changing = command(sms, name, partial(_change, part), text)
        changing.add_argument("key", help="e.g. token")
        changing.add_argument("language", help="e.g. hi")
        changing.add_argument("value", nargs="?", metavar=name.upper(), help="without it: back to what the files say")


async def _texts(options: argparse.Namespace, settings: Settings) -> int:
    from house.wiring import open_clinic

    async with open_clinic(settings) as clinic:
        for template in clinic.sms:
            text = template.written if options.written else template.text
            print(f"{template.key}\t{template.language}\t{template.dlt_id}\t{text}")
    return OK


async def _change(part: str, options: argparse.Namespace, settings: Settings) -> int:
    from core.clinic.admin.change_setting import change_setting, restore_setting
    from house.wiring import open_clinic

    key = f"sms.{options.key}.{options.language}.{part}"
    async with open_clinic(settings) as clinic:
        with refusals():
            if options.value is None:
                await restore_setting(clinic, key, BY)
            else:
                await change_setting(clinic, key, options.value, BY)
    return OK


async def _sms_list(options: argparse.Namespace, settings: Settings) -> int:
    from house.wiring import open_clinic

    async with open_clinic(settings) as clinic, clinic.ledger.read() as books:
        out = await books.outbox.latest(options.limit)
        received = await books.outbox.latest_received(options.limit)
    messages = [
        {
            "direction": "out", "at": sms.created_at.isoformat(), "mobile": sms.mobile, "state": sms.state.value,
            "cause": sms.cause, "template": sms.template, "language": sms.language, "text": sms.text,
            "attempts": sms.attempts, "error": sms.error,
        }
        for sms in out
    ]  # fmt: skip
    messages += [
        {"direction": "in", "at": sms.received_at.isoformat(), "mobile": sms.mobile, "text": sms.text}
        for sms in received
    ]
    messages.sort(key=lambda message: str(message["at"]))
    if options.json:
        print(json.dumps(messages, ensure_ascii=False, indent=1))
    else:
        for message in messages:
            arrow = "->" if message["direction"] == "out" else "<-"
            print(f"{message['at']} {arrow} {message['mobile']} [{message.get('state', 'received')}] {message['text']}")
    return OK
