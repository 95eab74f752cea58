"""Free ports for whatever a test starts."""

import random
import socket


def free_port() -> int:
    """A port that nobody uses on 127.0.0.1 just now, by UDP or TCP, from below those that the kernel gives away."""
    while True:
        port = random.randrange(20000, 32000)
        try:
            for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
                with socket.socket(socket.AF_INET, kind) as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return port
