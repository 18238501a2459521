"""What the service knows of its users: API keys. Kept in the data folder, in SQLite."""

from graph.registry.database import Registry
from graph.registry.keys import Key, Keys

__all__ = ["Key", "Keys", "Registry"]
