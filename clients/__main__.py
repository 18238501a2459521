"""`python -m clients [FOLDER]`: clients of this checkout's ontology and shapes, and their document."""

import json
from pathlib import Path
from typing import Annotated

import typer

from api.app import create_app
from clients import python, typescript

BUILT = Path("build/clients")


def main(
    folder: Annotated[
        Path, typer.Argument(help="Thư mục kết quả / Where they are written; what was there is replaced")
    ] = BUILT,
    document: Annotated[
        Path | None,
        typer.Option(help="Tệp openapi.json của một dịch vụ / A service's openapi.json, not this checkout's"),
    ] = None,
) -> None:
    """Sinh ứng dụng khách Python và kiểu TypeScript / Make the Python client and the TypeScript types."""
    text = document.read_text(encoding="utf-8") if document else json.dumps(create_app().openapi())
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "openapi.json").write_text(text, encoding="utf-8")
    described = json.loads(text)
    python.generate(described, folder / "python")
    typescript.generate(described, folder / "typescript")
    typer.echo(f"{folder}/python · {folder}/typescript")


if __name__ == "__main__":
    typer.run(main)
