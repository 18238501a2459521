"""Commands whose modules are imported when they are used.

All of them together are seventeen hundred modules and two seconds; one needs a quarter of that, or less.
"""

from collections.abc import Iterator, Mapping, MutableMapping
from importlib import import_module
from typing import Any

import typer
import typer.main
from typer.core import TyperCommand, TyperGroup

Command = TyperCommand | TyperGroup


class Commands(MutableMapping[str, Command]):
    """The commands of a group by name, each made when it is first asked for."""

    def __init__(self, places: Mapping[str, str]) -> None:
        self._places = places
        self._made: dict[str, Command] = {}

    def __getitem__(self, name: str) -> Command:
        if name not in self._made:
            self._made[name] = _made(name, self._places[name])
        return self._made[name]

    def __setitem__(self, name: str, command: Command) -> None:
        self._made[name] = command

    def __delitem__(self, name: str) -> None:
        del self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def group(places: Mapping[str, str]) -> type[TyperGroup]:
    """The class of a group that has these commands: name → `module:function`, or `module:app` of a group."""

    class Group(TyperGroup):
        def __init__(self, **given: Any) -> None:
            super().__init__(**given | {"commands": Commands(places)})

    return Group


def _made(name: str, place: str) -> Command:
    module, _, attribute = place.partition(":")
    found = getattr(import_module(module), attribute)
    whole = typer.Typer(rich_markup_mode="markdown")
    if isinstance(found, typer.Typer):
        whole.add_typer(found, name=name)
    else:
        whole.command(name)(found)
    made = typer.main.get_group(whole).commands[name]
    assert isinstance(made, Command)
    return made
