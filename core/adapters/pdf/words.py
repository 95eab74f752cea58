"""The words on the paper in the patient's language, with the English beside them."""

from collections.abc import Mapping


class Words:
    """Labels of one paper: `words["date"]` is `तारीख़ · Date`, or `Date` for an English patient."""

    def __init__(self, table: Mapping[str, Mapping[str, str]], language: str) -> None:
        """A language that is not in the table gets English."""
        self.language = language if language in table else "en"
        self._english = table["en"]
        self._own = table[self.language]

    @property
    def translated(self) -> bool:
        """Whether it is another language than English."""
        return self.language != "en"

    def __getitem__(self, key: str) -> str:
        return " · ".join(text for text in self.both(key) if text)

    def both(self, key: str) -> tuple[str, str]:
        """The patient's language, and English where it is not the same."""
        own, english = self._own[key], self._english[key]
        return own, "" if own == english else english

    def own(self, key: str) -> str:
        """Only in the patient's language."""
        return self._own[key]
