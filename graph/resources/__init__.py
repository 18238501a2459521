"""Resource types: what the shapes say about each kind of thing, in the words of the facade (design §8).

`load` reads them; they are plain frozen values that know no HTTP and no SPARQL.
"""

from graph.resources.model import Deprecation, Group, Kind, Property, ResourceType, ResourceTypes
from graph.resources.reading import load, read

__all__ = ["Deprecation", "Group", "Kind", "Property", "ResourceType", "ResourceTypes", "load", "read"]
