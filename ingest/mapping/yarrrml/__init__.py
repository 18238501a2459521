"""YARRRML: mappings as people write them in YAML, translated to the triples of RML."""

from ingest.mapping.yarrrml.translate import open_yarrrml

SUFFIXES = (".yml", ".yaml")

__all__ = ["SUFFIXES", "open_yarrrml"]
