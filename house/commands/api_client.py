"""`duravani api-client`: the other systems that may use the API."""

import argparse

from config.settings import Settings
from house.commands.common import BY, OK, Commands, command, group, refusals


def add_to(commands: Commands) -> None:
    """api-client add, list, revoke."""
    clients = group(commands, "api-client", "other systems that read prescriptions (docs/api.md)")
    command(clients, "add", _add, "let a system in; prints its secret, this once").add_argument("name")
    command(clients, "list", _list, "who was let in")
    command(clients, "revoke", _revoke, "shut a system out, with all its tokens").add_argument("client_id")


async def _add(options: argparse.Namespace, settings: Settings) -> int:
    from core.clinic.api.manage_clients import add_client
    from house.wiring import open_clinic

    async with open_clinic(settings) as clinic:
        with refusals():
            new = await add_client(clinic, options.name, BY)
    print(
        f"client_id {new.client.client_id}\nclient_secret {new.secret}\n"
        f"token endpoint {settings.url}/api/oauth2/token\n  This secret is not shown again."
    )
    return OK


async def _list(_: argparse.Namespace, settings: Settings) -> int:
    from core.clinic.api.manage_clients import clients
    from house.wiring import open_clinic

    async with open_clinic(settings) as clinic:
        for client in await clients(clinic):
            state = f"revoked {client.revoked_at:%Y-%m-%d}" if client.revoked_at else "open"
            print(
                f"{client.client_id}\t{client.name}\t{' '.join(client.scopes)}\t{client.created_at:%Y-%m-%d}\t{state}"
            )
    return OK


async def _revoke(options: argparse.Namespace, settings: Settings) -> int:
    from core.clinic.api.manage_clients import revoke_client
    from house.wiring import open_clinic

    async with open_clinic(settings) as clinic:
        with refusals():
            await revoke_client(clinic, options.client_id, BY)
    return OK
