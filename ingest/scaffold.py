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
    iris = Iris(settings.base_iri)
    for source in sorted(path for path in TEMPLATE.rglob("*") if path.is_file()):
        target = folder / source.relative_to(TEMPLATE)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = source.read_text(encoding="utf-8")
        target.write_text(iris.rebase(text).replace("{{name}}", name), encoding="utf-8")
    return folder
