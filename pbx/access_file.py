"""Where the Asterisk of a home is when another process runs it (role `switch`): its ports and secrets, read afresh."""

import json
from pathlib import Path

from pbx.render_config import Access


class AccessFile:
    """home/asterisk/access.json, read again whenever the switch has written a new one (it replaces the file whole)."""

    def __init__(self, home: Path) -> None:
        self._path = home / "asterisk" / "access.json"
        self._seen: tuple[int, int] | None = None
        self._access: Access | None = None

    def read(self) -> Access:
        """As it is now; cheap enough to ask before each request. Raises FileNotFoundError before the first start."""
        found = self._path.stat()
        seen = (found.st_ino, found.st_mtime_ns)
        if self._access is None or seen != self._seen:
            self._access, self._seen = Access(**json.loads(self._path.read_text())), seen
        return self._access
