"""`lienthong dataset explain`: what a data set reads, what is made of it, and the SQL that does it."""

from typing import Annotated

import typer

from cli.console import err
from graph import settings
from graph.text import Text
from ingest import dataset as datasets
from ingest import explanation


def explain(
    name: Annotated[str, typer.Argument(metavar="DATASET", help="Ví dụ / e.g. moha-agencies")],
    sql: Annotated[bool, typer.Option("--sql/--no-sql", help="Kèm SQL. / With the SQL.")] = True,
) -> None:
    """In nguồn, kế hoạch và SQL của ánh xạ. / Print the sources, the plan and the SQL of a mapping.

    Cột được lấy từ tệp mẫu của bộ dữ liệu, không đọc dữ liệu thật. / Columns are those of the data set's
    sample; the data itself is not read.

    Ví dụ / Examples:

        lienthong dataset explain moha-agencies

        lienthong dataset explain nso-administrative-units --no-sql
    """
    chosen = settings.load()
    (one,) = datasets.select(datasets.discover(chosen), [name])
    explained = explanation.explain(one, chosen)
    # Data on stdout, as it is: rich would take SQL's brackets for markup.
    print(explained.text(with_sql=sql))
    summary = Text(
        f"{len(explained.sources)} nguồn · {len(explained.triples_maps)} ánh xạ bộ ba · "
        f"{explained.statements} câu SQL",
        f"{len(explained.sources)} sources · {len(explained.triples_maps)} triples maps · "
        f"{explained.statements} SQL statements",
    )
    err.print(str(summary), style="bold")
