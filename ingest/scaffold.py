"""A new data set's folder, made from `ingest/template/`; as it stands it passes the conformance kit."""

from pathlib import Path

from graph.errors import ParameterError
from graph.iris import Iris
from graph.settings import Settings
from graph.text import Text
from ingest.dataset import NAME

TEMPLATE = Path(__file__).parent / "template"


def create(name: str, settings: Settings) -> Path:
    """Makes the folder. Raises ParameterError for a bad or taken name."""
    folder = require_free(name, settings)
    for source in sorted(path for path in TEMPLATE.rglob("*") if path.is_file()):
        inside = str(source.relative_to(TEMPLATE))
        target = folder / inside
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text(inside, name, settings), encoding="utf-8")
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
