"""Functions of text."""

from ingest.mapping.functions.function import (
    GREL,
    IDLAB,
    NO_VALUE,
    OTHER,
    VALUE,
    Function,
    Parameter,
    bound,
)

# White space of Unicode that people paste without seeing it: RE2's \s is ASCII's alone.
SPACE_CHARACTERS = "\t\n\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(
    map(chr, range(0x2000, 0x200C))
)
_SPACES = "".join(rf"\x{{{ord(char):X}}}" for char in SPACE_CHARACTERS)
_TIDY = f"[^{_SPACES}]+( [^{_SPACES}]+)*"

_FROM = Parameter("from", ("p_int_i_from", "indexFrom"))
_TO = Parameter("to", ("p_int_i_opt_to", "indexTo"), "-1")


def _trimmed(value: str) -> str:
    return f"regexp_replace(regexp_replace({value}, '^[{_SPACES}]+', ''), '[{_SPACES}]+$', '')"


def single_spaced(value: str) -> str:
    """SQL of a text with one space between words; a text that is so already costs one match."""
    joined = f"trim(regexp_replace({value}, '[{_SPACES}]+', ' ', 'g'))"
    return f"CASE WHEN regexp_full_match({value}, '{_TIDY}') THEN {value} ELSE {joined} END"


def _normalised_name(value: str) -> str:
    # A name of spaces alone is no name.
    return bound("tidy", f"nfc_normalize({single_spaced(value)})", "nullif(tidy, '')")


def _part(value: str, separator: str, number: str) -> str:
    parts, place = f"string_split({value}, {separator})", f"TRY_CAST({number} AS INTEGER)"
    return f"CASE WHEN {place} <> 0 THEN {parts}[{place}] END"


def _substring(value: str, begin: str, end: str) -> str:
    first, last = f"TRY_CAST({begin} AS INTEGER)", f"TRY_CAST({end} AS INTEGER)"
    return (
        f"CASE WHEN {last} < 0 THEN substring({value}, {first} + 1) "
        f"ELSE substring({value}, {first} + 1, greatest({last} - {first}, 0)) END"
    )


def _concatenated(separator: str, *parts: str) -> str:
    return f"concat_ws({separator}, {', '.join(part for part in parts if part != NO_VALUE)})"


def _upper_url(value: str) -> str:
    return f"upper(CASE WHEN starts_with(lower({value}), 'http') THEN {value} ELSE 'http://' || {value} END)"


def _boolean(condition: str) -> str:
    return f"CAST({condition} AS VARCHAR)"


FUNCTIONS = (
    Function(
        "upper",
        (VALUE,),
        lambda value: f"upper({value})",
        also=(f"{GREL}toUpperCase", f"{GREL}toUppercase", f"{GREL}string_toUppercase"),
    ),
    Function(
        "lower",
        (VALUE,),
        lambda value: f"lower({value})",
        also=(f"{GREL}toLowerCase", f"{GREL}toLowercase", f"{GREL}string_toLowercase"),
    ),
    Function("trim", (VALUE,), _trimmed, also=(f"{GREL}string_trim", f"{GREL}trim", f"{IDLAB}trim")),
    Function("normaliseName", (VALUE,), _normalised_name),
    Function(
        "replace",
        (
            VALUE,
            Parameter("find", ("p_string_find", "find")),
            Parameter("replacement", ("p_string_replace", "replace")),
        ),
        lambda value, find, by: f"replace({value}, {find}, {by})",
        also=(f"{GREL}string_replace",),
    ),
    Function(
        "concat",
        (
            Parameter("separator", ("delimiter",), ""),
            Parameter("first", ("str", "valueParam", "valueParameter")),
            Parameter("second", ("otherStr", "valueParam2", "valueParameter2")),
            *(Parameter(name, optional=True) for name in ("third", "fourth", "fifth", "sixth")),
        ),
        _concatenated,
        also=(f"{IDLAB}concat",),
    ),
    Function(
        "part",
        (VALUE, Parameter("separator", ("p_string_sep", "p_string_separator")), Parameter("number")),
        _part,
    ),
    Function("substring", (VALUE, _FROM, _TO), _substring, also=(f"{GREL}string_substring",)),
    Function(
        "length",
        (VALUE,),
        lambda value: f"CAST(length({value}) AS VARCHAR)",
        "integer",
        also=(f"{GREL}string_length",),
    ),
    Function(
        "contains",
        (VALUE, OTHER),
        lambda value, other: _boolean(f"contains({value}, {other})"),
        "boolean",
        also=(f"{GREL}string_contains",),
    ),
    Function(
        "startsWith",
        (VALUE, OTHER),
        lambda value, other: _boolean(f"starts_with({value}, {other})"),
        "boolean",
        also=(f"{GREL}string_startsWith",),
    ),
    Function("upperUrl", (VALUE,), _upper_url, also=(f"{IDLAB}toUpperCaseURL",)),
)
