"""One check's tools: the validator with its shapes, what is seen beside the data, the words of remedies."""

import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rdflib import SH, Graph, URIRef

from graph import turtle
from graph.settings import Settings
from graph.shacl import Validator
from graph.shacl.validator import ColumnsValidator
from graph.vocabulary import Vocabulary
from ingest import rules
from ingest.checking import shapes as shape_files
from ingest.checking import surroundings
from ingest.checking.partial_view import NOT_LOOKED_UP, NOTHING_TO_MEND, partial_view
from ingest.checking.surroundings import Surroundings
from ingest.remedies import Remedies


@dataclass(frozen=True, slots=True)
class Checker:
    """`own` judges, `validator` is it as the sender may see it; `place` is a folder for what is made on the
    way, gone when the check is."""

    settings: Settings
    shapes: Graph
    validator: Validator
    own: ColumnsValidator
    around: Surroundings
    words: Remedies
    place: Path

    @property
    def targeted(self) -> dict[str, list[str]]:
        """The shapes that have targets, each with them."""
        predicates = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)
        found: dict[str, list[str]] = {}
        for predicate in predicates:
            for shape, target in self.shapes.subject_objects(predicate):
                if isinstance(shape, URIRef):
                    found.setdefault(str(shape), []).append(str(target))
        return dict(sorted(found.items()))

    def context(self, without: str | None = None) -> list[Path]:
        """The columns files to judge together with, less those of one data set."""
        return [path for name, path in self.around.columns.items() if name != without]


@contextmanager
def checker(
    settings: Settings,
    *,
    shapes: Sequence[Path] = (),
    graphs: Collection[str] | None = None,
    alone: bool = False,
) -> Iterator[Checker]:
    """`graphs` are those that may be looked at, None for all of them; `alone`: nothing published is.

    Raises as `shapes.folder` does.
    """
    with (
        tempfile.TemporaryDirectory(prefix="lienthong-") as passing,
        shape_files.folder(shapes, settings) as folder,
    ):
        place = Path(passing)
        graph, own = _read(folder, settings) if shapes else _own(settings)
        around = surroundings.seen(settings, () if alone else graphs, place)
        view: Validator = own
        if around.unseen:
            vocabulary = Vocabulary.load(settings.ontology_dir / "catalogue.ttl", base=settings.base_iri)
            view = partial_view(own, graph, vocabulary.graph, around.unseen)
        words = Remedies(graph, settings.base_iri, {NOT_LOOKED_UP.vi: NOTHING_TO_MEND})
        yield Checker(settings, graph, view, own, around, words, place)


def _own(settings: Settings) -> tuple[Graph, ColumnsValidator]:
    """Those of the service, which may have been read already (`cli.prepared`)."""
    known = rules.load(settings)
    return known.shapes, known.validator


def _read(folder: Path, settings: Settings) -> tuple[Graph, ColumnsValidator]:
    graph = turtle.read(*sorted(folder.glob("*.ttl")), base=settings.base_iri)
    return graph, ColumnsValidator(folder, settings.ontology_dir, settings.base_iri)
