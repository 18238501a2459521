"""Text as it is compared: without case, marks and punctuation. Index and question are folded by this."""

import unicodedata


def fold(text: str) -> str:
    """Words of plain letters and digits, one blank between them: “Hà Nội (Đống Đa)” is `ha noi dong da`.

    Letter by letter: compatibility decomposition (UAX #15, NFKD), marks taken off, case folded; đ, which does
    not decompose, is d. Whatever is no letter and no digit parts words: `BC-907` is two.
    """
    return " ".join(text.translate(_TABLE).split())


class _Table(dict[int, str]):
    """Code point → what it is folded to; found out once for each that occurs."""

    def __missing__(self, code: int) -> str:
        plain = self[code] = "".join(map(_plain, _decomposed(_decomposed(chr(code)).casefold())))
        return plain


def _decomposed(text: str) -> str:
    """Folding case may make forms anew that decompose (ŉ), so this is done before it and behind it."""
    return unicodedata.normalize("NFKD", text)


def _plain(char: str) -> str:
    if unicodedata.category(char) == "Mn":
        return ""
    return _LETTERS.get(char, char) if char.isalnum() else " "


_LETTERS = {"đ": "d"}
_TABLE = _Table()
