"""Whether this machine knows its own name without asking a name server (hosts(5))."""

import socket
from pathlib import Path

HOSTS = Path("/etc/hosts")


def knows_own_name(table: str | None = None, name: str | None = None) -> bool:
    """Whether the name is in the table: the text of /etc/hosts, and the machine's own name, where None."""
    lines = (HOSTS.read_text() if table is None else table).splitlines()
    known = [word for line in lines for word in line.partition("#")[0].split()[1:]]
    return (socket.gethostname() if name is None else name) in known
