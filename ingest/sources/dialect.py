"""How a delimited file is written (CSV on the Web, Metadata Vocabulary §5.9, as RML-IO refers to it)."""

from dataclasses import dataclass
from enum import StrEnum


class Trim(StrEnum):
    """Which white space around a cell is no part of it (csvw:trim)."""

    NONE = "false"
    BOTH = "true"
    START = "start"
    END = "end"


@dataclass(frozen=True, slots=True)
class Dialect:
    """`quote` is empty where cells are never quoted. `escape` is the quote itself (written twice, RFC 4180),
    or a backslash. Lines that begin with `comment`, and the first `skip` lines, are no rows. Without
    `header`, columns are called `_col.1`, `_col.2`, … (CSVW, Tabular Data Model §4.3)."""

    delimiter: str = ","
    quote: str = '"'
    escape: str = '"'
    comment: str = ""
    header: bool = True
    skip: int = 0
    trim: Trim = Trim.NONE

    @property
    def is_plain(self) -> bool:
        """True where DuckDB's reader reads the file exactly so. It cuts a cell at a comment's mark in the
        middle of a line, and an escape outside quotes is nothing to it (2.0.0)."""
        return self == Dialect(self.delimiter, self.quote or '"', self.quote or '"')

    def trimmed(self, cell: str) -> str:
        """The cell without the white space that is no part of it."""
        match self.trim:
            case Trim.NONE:
                return cell
            case Trim.BOTH:
                return cell.strip()
            case Trim.START:
                return cell.lstrip()
            case Trim.END:
                return cell.rstrip()
