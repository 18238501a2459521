"""Search in names as Vietnamese people type.

Case never matters. A letter without marks stands for all its marked forms (`ha noi` finds “Hà Nội”), a letter
with marks for itself (`hà` does not find “Hạ”).

SPARQL has no function that takes marks off, so the text becomes a regular expression for `REGEX(…, "i")`.
"""

import re
import unicodedata
from collections import defaultdict

# Vowels with every mark of quality and tone, and đ: the letters of Vietnamese that are not in ASCII.
_LETTERS = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"


def _variants() -> dict[str, str]:
    forms: dict[str, str] = defaultdict(str)
    for letter in _LETTERS:
        plain = "d" if letter == "đ" else unicodedata.normalize("NFD", letter)[0]
        forms[plain] += letter + letter.upper()
    return dict(forms)


_VARIANTS = _variants()


def pattern(text: str) -> str:
    """A regular expression (XPath Functions §5.6.1) that is found in every name in which `text` is found."""
    words = unicodedata.normalize("NFC", text).split()
    return r"\s+".join("".join(_letter(char) for char in word) for word in words)


def _letter(char: str) -> str:
    forms = _VARIANTS.get(char.lower())
    return f"[{char.lower()}{char.upper()}{forms}]" if forms else re.escape(char)
