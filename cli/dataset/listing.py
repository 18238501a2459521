"""`lienthong dataset list`: the data sets there are, and what is published of them."""

from rich.table import Table

from cli.console import out
from graph import settings
from graph.stores.generations import Generations
from ingest import dataset as datasets


def list_datasets() -> None:
    """Liệt kê các bộ dữ liệu và phiên bản đang công bố. / List data sets and their published versions.

    Ví dụ / Example: lienthong dataset list
    """
    chosen = settings.load()
    current = Generations(chosen.data_dir).current()
    published = current.manifest.datasets if current else {}
    table = Table(
        "bộ dữ liệu / data set", "tên / title", "mức / class", "phiên bản / version", "quad", box=None
    )
    for name, one in datasets.discover(chosen).items():
        entry = published.get(name)
        version, quads = (entry.version, f"{entry.quads:,}") if entry else ("–", "–")
        table.add_row(name, one.title.of(chosen.language), one.access, version, quads)
    out.print(table)
