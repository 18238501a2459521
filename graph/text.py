"""Texts for people: always Vietnamese and English."""

from dataclasses import dataclass
from typing import Literal

Language = Literal["vi", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence or label in both languages of the service."""

    vi: str
    en: str

    def of(self, language: str) -> str:
        """The text in `language` (a BCP 47 tag): English for `en…`, Vietnamese for anything else."""
        return self.en if language.lower().split("-")[0] == "en" else self.vi

    def __str__(self) -> str:
        return self.vi if self.vi == self.en else f"{self.vi} / {self.en}"
