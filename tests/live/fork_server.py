"""The process of which tests' programs are forked: it has imported all of Duravani, which takes a start a second.

    python -m tests.live.fork_server DESCRIPTOR

A client (`tests.live.forks`) connects to the socket that DESCRIPTOR listens with, and sends one message: an `Order` as
JSON, with what shall be standard output and error. It gets the program's process id and, when the program has ended,
its exit code (as `subprocess` counts it). Ends with its standard input.
"""

import gc
import json
import os
import select
import socket
import sys
from contextlib import suppress
from importlib import import_module

import main
from tests.live.forks import Order

LONGEST = 1 << 20
"""Bytes of an order."""
LATER = (
    "house.serve", "house.status", "house.health", "house.backup", "pyhanko.sign.signers", "pyhanko.sign.timestamps",
)  # fmt: skip
"""What `main` imports when it is needed."""


def serve(descriptor: int) -> None:
    """Until standard input ends. In each program that is forked it ends with that program."""
    with socket.socket(fileno=descriptor) as listening:
        for name in LATER:
            import_module(name)
        gc.freeze()  # what all share is copied by nobody's search for garbage
        while sys.stdin not in select.select((listening, sys.stdin), (), ())[0]:
            connection, _ = listening.accept()
            with connection:
                if os.fork() == 0:
                    listening.close()
                    return _attend(connection)
            _bury()


def _bury() -> None:
    """Those who have waited for a program that has ended."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass


def _attend(connection: socket.socket) -> None:
    """Fork the program, and tell its client how it fares."""
    message, files, _, _ = socket.recv_fds(connection, LONGEST, 2)
    if not message:  # the client has gone
        return
    order: Order = json.loads(message)
    program = os.fork()
    if program == 0:
        connection.close()
        return _become(order, files)
    for file in files:
        os.close(file)
    connection.send(b"%d" % program)
    _, status = os.waitpid(program, 0)
    connection.send(b"%d" % os.waitstatus_to_exitcode(status))
    os._exit(0)


def _become(order: Order, files: list[int]) -> None:
    """As if it had been started with these words."""
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    for own, file in enumerate(files, 1):
        os.dup2(file, own)
        os.close(file)
    os.environ.clear()
    os.environ.update(order["environment"])
    os.chdir(order["folder"])
    sys.argv = ["main.py", *order["words"]]
    main.cli()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
