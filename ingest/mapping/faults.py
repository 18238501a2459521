"""Values of which a term map makes no term: noted while a plan runs, where the policy is not to stop.

In place of raising an error the macro `data_error` calls a function that notes check, row and value and gives
NULL. DuckDB evaluates it for such values alone, since it stands in the ELSE of a CASE.
"""

from dataclasses import dataclass, field

import duckdb
from duckdb.func import FunctionNullHandling

from graph.columns.connection import create_function

NOTED = 100_000
"""Most values that are kept; rows beyond them are counted without their value."""


@dataclass(slots=True)
class Faults:
    """The value by number of the check (of `Plan.checks`) and data row of the check's relation."""

    values: dict[tuple[int, int], str | None] = field(default_factory=dict)
    _is_known: bool = False

    def note(self, number: int, row: int, value: str | None) -> None:
        """One value more. Gives None: it makes no term."""
        self.values.setdefault((number, row), value if len(self.values) < NOTED else None)

    def watch(self, connection: duckdb.DuckDBPyConnection) -> None:
        """From now on plans run on this connection note faults here; the macros of plans must be there. It is
        the same connection each time."""
        if not self._is_known:
            create_function(
                connection,
                "note_fault",
                self.note,
                ["UINTEGER", "UBIGINT", "VARCHAR"],
                "VARCHAR",
                null_handling=FunctionNullHandling.SPECIAL,
                side_effects=True,
            )
            self._is_known = True
        connection.execute(
            "CREATE OR REPLACE TEMP MACRO data_error(number, data_row, value) AS "
            "note_fault(CAST(number AS UINTEGER), CAST(data_row AS UBIGINT), CAST(value AS VARCHAR))"
        )
