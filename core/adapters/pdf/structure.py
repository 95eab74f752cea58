"""What a screen reader follows: headings, paragraphs, tables in reading order (ISO 32000-1, 14.7, 14.8)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.adapters.pdf.raw import Raw, add, reference, text_string


@dataclass(slots=True, eq=False)
class Node:
    """An element: a heading, a paragraph, a table's row or cell, a figure."""

    kind: str
    """A standard structure type: `H1`, `P`, `Table`, `TR`, `TH`, `TD`, `Figure` …"""
    inside: "Node | None" = None
    alternative: str = ""
    """What is read aloud instead of a figure."""
    children: list["Node"] = field(default_factory=list)
    marks: list[tuple[str, int]] = field(default_factory=list)
    """Where its content was drawn: the page's object, the number of the marked content there."""

    def __post_init__(self) -> None:
        if self.inside is not None:
            self.inside.children.append(self)

    def every(self) -> Iterator["Node"]:
        """This element and all within, in reading order."""
        yield self
        for child in self.children:
            yield from child.every()


def write_structure(document: Any, root: Node, pages: Sequence[Sequence[Node]], language: str) -> None:
    """Into a document about to be saved; `pages` says whose content the numbered marks of each page are."""
    top = Raw()
    raws = {id(node): Raw() for node in root.every()}
    places = {key: add(document, raw) for key, raw in raws.items()}
    place = add(document, top)
    for node in root.every():
        raws[id(node)].written = _element(document, node, places[id(node.inside)] if node.inside else place, places)
    numbers = " ".join(f"{page} [{' '.join(places[id(node)] for node in nodes)}]" for page, nodes in enumerate(pages))
    top.written = f"<</Type/StructTreeRoot/K[{places[id(root)]}]/ParentTree<</Nums[{numbers}]>>>>"
    catalog = document.Catalog
    catalog.StructTreeRoot = top
    catalog.MarkInfo = Raw("<</Marked true>>")
    catalog.ViewerPreferences = Raw("<</DisplayDocTitle true>>")
    catalog.Lang = Raw(text_string(language))
    for number, page in enumerate(document.Pages.pages):
        page.__Defaults__ = {**page.__Defaults__, "StructParents": number, "Tabs": "/S"}


def _element(document: Any, node: Node, parent: str, places: dict[int, str]) -> str:
    kids = [
        *(f"<</Type/MCR/Pg {reference(document, page)}/MCID {number}>>" for page, number in node.marks),
        *(places[id(child)] for child in node.children),
    ]
    said = f"/Alt {text_string(node.alternative)}" if node.alternative else ""
    return f"<</Type/StructElem/S/{node.kind}/P {parent}{said}/K[{' '.join(kids)}]>>"
