"""The saved queries by name, with what the ontology and the descriptions of data sets say of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Annotated, cast

from fastapi import Depends, Request

from api.datasets import dataset
from api.knowledge import Knowledge
from api.pages.examples import examples
from graph.access import Principal
from graph.queries import Parameter, SavedQuery
from graph.queries.parameter import Choice
from graph.settings import Settings
from graph.text import Text

ROOT = "/api/v1/queries"
ACROSS = Text("Đơn vị vận hành nền tảng dùng chung", "The operator of the shared platform")
"""Who answers for a question that is of no single data set."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A saved query, and who answers for it."""

    query: SavedQuery
    owner: Text

    @property
    def address(self) -> str:
        return f"{ROOT}/{self.query.name}"


class Catalogue:
    """Reads the files when it is first asked. Raises OntologyError for one that is wrong."""

    def __init__(self, settings: Settings, known: Knowledge) -> None:
        self._settings = settings
        self._known = known

    @cached_property
    def offers(self) -> Mapping[str, Offer]:
        """By name: first the questions across agencies, then those of each data set."""
        return {one.name: self._offer(one) for one in examples(self._settings)}

    def _offer(self, one: SavedQuery) -> Offer:
        parameters = tuple(replace(each, choices=self._choices(each)) for each in one.parameters)
        return Offer(replace(one, parameters=parameters), self._owner(one.dataset))

    def _owner(self, name: str | None) -> Text:
        if name is None:
            return ACROSS
        nobody = Principal("", frozenset())
        return dataset(name, self._settings, None, nobody).publisher or ACROSS

    def _choices(self, one: Parameter) -> tuple[Choice, ...]:
        """The entries of the code list that the default is of; the data sets, where it is a data set."""
        iri, known = one.default.value, self._known
        if one.default.kind != "uri":
            return ()
        if (concept := known.vocabulary.concepts.get(iri)) is not None:
            entries = known.vocabulary.scheme(concept.scheme)
            return tuple(Choice(entry.notation, entry.iri) for entry in entries)
        if iri.startswith(known.iris.dataset("")):
            names = sorted(path.parent.name for path in self._settings.datasets_dir.glob("*/dataset.ttl"))
            return tuple(Choice(name, known.iris.dataset(name)) for name in names)
        return ()


def catalogue(request: Request) -> Catalogue:
    """The catalogue the application was made with."""
    return cast(Catalogue, request.app.state.saved_queries)


CatalogueDep = Annotated[Catalogue, Depends(catalogue)]
