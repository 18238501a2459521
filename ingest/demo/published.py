"""The real figures that stand beside generated ones: `data/published.csv` in a data set's folder.

Systems only count them: what the mapping makes of them is part of what is published.
"""

import csv
from pathlib import Path

from ingest.demo.manifest import DatasetManifest

FOLDER = Path(__file__).parents[1] / "datasets"
FILE = Path("data") / "published.csv"
OF_INDICATOR = ("name_vi", "name_en", "definition_vi", "definition_en", "set", "unit")
OF_OBSERVATION = (
    "period", "value", "numerator", "denominator", "unit", "published_on",
    "source_url", "source_vi", "source_en", "note_vi", "note_en",
)  # fmt: skip


def count(manifest: DatasetManifest) -> None:
    """Adds the quads and entities of the data set's published figures; each filled cell is one quad."""
    with (FOLDER / manifest.name / FILE).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    indicators = {row["indicator"]: row for row in rows}
    for row in indicators.values():
        manifest.count("indicator:Indicator")
        manifest.quads += 1 + sum(bool(row[column]) for column in OF_INDICATOR)
    for row in rows:
        manifest.count("indicator:Observation")
        # Class, indicator and core:isGenerated besides.
        manifest.quads += 3 + sum(bool(row[column]) for column in OF_OBSERVATION)
