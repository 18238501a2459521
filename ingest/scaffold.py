"""A new data set's folder, made from `ingest/template/`; as it stands it passes the conformance kit."""

from pathlib import Path

from graph.errors import ParameterError
from graph.iris import Iris
from graph.settings import Settings
from graph.text import Text
from ingest.dataset import NAME

TEMPLATE = Path(__file__).parent / "template"
README_OF_UPDATES = Path(__file__).parent / "updates" / "README.template.md"
_POLICY = '    ingest:onViolation "reject" .\n'


def create(name: str, settings: Settings) -> Path:
    """Makes the folder. Raises ParameterError for a bad or taken name."""
    folder = require_free(name, settings)
    for source in sorted(path for path in TEMPLATE.rglob("*") if path.is_file()):
        inside = str(source.relative_to(TEMPLATE))
        target = folder / inside
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text(inside, name, settings), encoding="utf-8")
    return folder


def create_kept_by_update(name: str, settings: Settings) -> Path:
    """The folder of a data set that is written by updates: a description, and what is to be done. Raises as
    `create`."""
    folder = require_free(name, settings)
    description = text("dataset.ttl", name, settings)
    assert _POLICY in description, "the template says what bad data does"
    folder.mkdir(parents=True)
    described = description.replace(_POLICY, f'    ingest:keptBy "update" ;\n{_POLICY}')
    (folder / "dataset.ttl").write_text(described, encoding="utf-8")
    readme = README_OF_UPDATES.read_text(encoding="utf-8").replace("{{name}}", name)
    (folder / "README.md").write_text(Iris(settings.base_iri).rebase(readme), encoding="utf-8")
    return folder


def require_free(name: str, settings: Settings) -> Path:
    """The folder that a new data set of this name gets. Raises ParameterError for a bad or taken name."""
    folder = settings.datasets_dir / name
    if not NAME.fullmatch(name):
        raise ParameterError(
            Text(f"Tên «{name}» không hợp lệ.", f"“{name}” is not a name for a data set."),
            hint=Text(
                "<cơ-quan>-<bộ-dữ-liệu>, chữ thường không dấu, ví dụ moh-hospitals",
                "<agency>-<data-set> in lower case, e.g. moh-hospitals",
            ),
        )
    if folder.exists():
        raise ParameterError(
            Text(f"Đã có bộ dữ liệu «{name}».", f"There is already a data set “{name}”."),
            hint=Text(f"Xem: {folder}", f"See {folder}"),
        )
    return folder


def text(inside: str, name: str, settings: Settings) -> str:
    """A file of the template, with the data set's name and our base put in."""
    written = (TEMPLATE / inside).read_text(encoding="utf-8")
    return Iris(settings.base_iri).rebase(written).replace("{{name}}", name)
