"""IRIs and language tags as regular expressions that Python and DuckDB (RE2) read alike."""

import re

# RFC 3987 §2.2: iunreserved, that is letters, digits, -._~ and ucschar (no private use, no noncharacters).
_PLANES = "".join(rf"\x{{{plane:X}0000}}-\x{{{plane:X}FFFD}}" for plane in range(1, 14))
_BELOW_PLANE_1 = r"\x{A0}-\x{D7FF}\x{F900}-\x{FDCF}\x{FDF0}-\x{FFEF}"
IUNRESERVED = rf"A-Za-z0-9\-._~{_BELOW_PLANE_1}{_PLANES}\x{{E1000}}-\x{{EFFFD}}"
_OTHER_ALLOWED = r":/?#@!$&'()*+,;="
_SCHEME = r"[A-Za-z][A-Za-z0-9+.\-]*:"
# An IPv6 address is the only place of a bracket in an IRI.
_IP_LITERAL = r"(//([^/?#\[\]@]*@)?\[[0-9A-Fa-f:.]+\])?"

ABSOLUTE_IRI = rf"{_SCHEME}{_IP_LITERAL}([{IUNRESERVED}{_OTHER_ALLOWED}]|%[0-9A-Fa-f]{{2}})*"
ABSOLUTE_URI = rf"{_SCHEME}{_IP_LITERAL}([A-Za-z0-9\-._~{_OTHER_ALLOWED}]|%[0-9A-Fa-f]{{2}})*"
WITH_SCHEME = rf"{_SCHEME}.*"

# BCP 47 §2.1: language, then subtags; or private use; or a grandfathered i-…. A language of four letters is
# reserved and of none with more has IANA's registry a record (§2.2.1), so that "english" is no tag.
LANGUAGE_TAG = r"([A-Za-z]{2,3}|[iIxX]-[A-Za-z0-9]{1,8})(-[A-Za-z0-9]{1,8})*"


def python(pattern: str) -> re.Pattern[str]:
    """The pattern for Python, which writes \\x{A0} otherwise."""
    return re.compile(
        re.sub(r"\\x\{([0-9A-F]+)\}", lambda found: re.escape(chr(int(found[1], 16))), pattern), re.DOTALL
    )


_ABSOLUTE = python(ABSOLUTE_IRI)
_TAG = python(LANGUAGE_TAG)


def is_absolute_iri(text: str) -> bool:
    """RFC 3987 absolute IRI, with or without a fragment."""
    return _ABSOLUTE.fullmatch(text) is not None


def is_language_tag(text: str) -> bool:
    """Well-formed by BCP 47."""
    return _TAG.fullmatch(text) is not None
