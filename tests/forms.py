"""What a browser would post: the fields of a form of a page, with what stands in them."""

from html.parser import HTMLParser


class _Form(HTMLParser):
    """The fields of the form that goes to this address (by itself or by one of its buttons), with what is in them."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] | None = None
        self._address, self._open, self._area = address, list[tuple[str, str]](), ""
        self._select, self._first = "", False
        self._named: dict[str, list[tuple[str, str]]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = self._named.setdefault(at["id"], []) if "id" in at else []
        elif tag == "input" and "name" in at:  # it may stand elsewhere and name its form
            belongs = self._named.setdefault(at["form"], []) if "form" in at else self._open
            belongs.append((at["name"], at.get("value", "")))
        elif tag == "select" and "name" in at:
            self._select, self._first = at["name"], True
            self._open.append((self._select, ""))
        elif tag == "option" and self._select and (self._first or "selected" in at):
            self._open[-1] = (self._select, at.get("value", ""))
            self._first = False
        elif tag == "textarea":
            self._area = at["name"]
            self._open.append((self._area, ""))
        if self._address in (at.get("action"), at.get("formaction")):
            self.fields = self._open

    def handle_endtag(self, tag: str) -> None:
        self._area = ""
        if tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            name, text = self._open.pop()
            self._open.append((name, text + data))


def fields_of(page: str, address: str) -> list[tuple[str, str]]:
    """Of the form that goes to this address, in its order. `AssertionError` when the page has none."""
    form = _Form(address)
    form.feed(page)
    assert form.fields is not None, f"no form goes to {address}"
    return form.fields
