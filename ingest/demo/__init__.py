"""Demonstration data: the source files that the agencies of a made-up state would send.

Everything follows from a scale and a seed: the same two give the same bytes. Nobody in it is real.
"""

from ingest.demo.faults import Faults, spoilt
from ingest.demo.files import CsvFile
from ingest.demo.generate import generate
from ingest.demo.manifest import DatasetManifest, Fault, Manifest
from ingest.demo.world import World

__all__ = ["CsvFile", "DatasetManifest", "Fault", "Faults", "Manifest", "World", "generate", "spoilt"]
