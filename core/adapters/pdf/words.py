"""The words on the paper in the patient's language, with the English beside them."""

from collections.abc import Mapping


class Words:
    """Labels of one paper: `words["date"]` is `तारीख़ · Date`, or `Date` for an English patient."""

    def __init__(self, table: Mapping[str, Mapping[str, str]], language: str) -> None:
        self._english = table["en"]
        self._own = table.get(language, self._english)

    def __getitem__(self, key: str) -> str:
        own, english = self._own[key], self._english[key]
        return own if own == english else f"{own} · {english}"

    def own(self, key: str) -> str:
        """Only in the patient's language."""
        return self._own[key]
