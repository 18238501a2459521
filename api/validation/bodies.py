"""What is sent, put into files: a body as it is, or the files of a form (RFC 7578)."""

import asyncio
import shutil
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path, PurePath

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from graph.errors import ContentTooLargeError, ParameterError, UnsupportedMediaError
from graph.formats import DOCUMENTS
from graph.settings import MIB
from graph.text import Text

FORM = "multipart/form-data"
MOST_FILES = 50
EXAMPLE = Text("Ví dụ: curl -F file=@don-vi.ttl …/validate", "Example: curl -F file=@units.ttl …/validate")


@dataclass(frozen=True, slots=True)
class Sent:
    """The files, and their size in bytes altogether."""

    files: tuple[Path, ...]
    size: int


def media_type(request: Request) -> str:
    return request.headers.get("content-type", "").split(";")[0].strip().lower()


async def receive(request: Request, folder: Path, name: str, *, max_mb: int) -> Sent:
    """The files of the request, below `folder`; a body that is no form is called `name`.

    Raises ContentTooLargeError as soon as more is announced or sent than is taken, ParameterError for a form
    that is none.
    """
    limit = max_mb * MIB
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise _too_large(max_mb)
    if media_type(request) == FORM:
        return await _form(request, folder, max_mb)
    path, size = folder / name, 0
    with path.open("wb") as file:
        async for chunk in _limited(request, max_mb):
            size += len(chunk)
            await asyncio.to_thread(file.write, chunk)
    return Sent((path,), size)


def suffix_of(media_type: str) -> str:
    """The extension of an RDF format. Raises UnsupportedMediaError naming those that are read."""
    for one in DOCUMENTS:
        if one.is_called(media_type):
            return one.extension
    known = ", ".join([*(one.media_type for one in DOCUMENTS), FORM])
    raise UnsupportedMediaError(
        Text(f"Không đọc được «{media_type}».", f"“{media_type}” is not read here."),
        hint=Text(
            f"Content-Type: {known}. Tệp nguồn của một bộ dữ liệu: POST /datasets/TÊN/validate",
            f"Content-Type: {known}. Source files of a data set: POST /datasets/NAME/validate",
        ),
    )


def plain(name: str) -> str:
    """A file's name without folders, of either kind of slash, and never hidden."""
    return PurePath(name.replace("\\", "/")).name.lstrip(".") or "sent"


async def _form(request: Request, folder: Path, max_mb: int) -> Sent:
    parser = MultiPartParser(request.headers, _limited(request, max_mb), max_files=MOST_FILES)
    try:
        form = await parser.parse()
    except MultiPartException as wrong:
        raise ParameterError(
            Text(f"Biểu mẫu không đọc được: {wrong.message}", f"The form cannot be read: {wrong.message}"),
            hint=EXAMPLE,
        ) from wrong
    try:
        uploads = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
        files, size = [], 0
        for upload in uploads:
            path = folder / plain(upload.filename or "")
            await asyncio.to_thread(_copy, upload, path)
            files.append(path)
            size += upload.size or 0
    finally:
        await form.close()
    if not files:
        raise ParameterError(
            Text("Biểu mẫu không có tệp nào.", "The form has no file."),
            hint=EXAMPLE,
        )
    return Sent(tuple(dict.fromkeys(files)), size)


def _copy(upload: UploadFile, path: Path) -> None:
    with path.open("wb") as file:
        shutil.copyfileobj(upload.file, file)


async def _limited(request: Request, max_mb: int) -> AsyncGenerator[bytes, None]:
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > max_mb * MIB:
            raise _too_large(max_mb)
        yield chunk


def _too_large(max_mb: int) -> ContentTooLargeError:
    return ContentTooLargeError(
        Text(f"Phần thân lớn hơn {max_mb} MiB.", f"The body is larger than {max_mb} MiB."),
        hint=Text(
            f"Chia thành nhiều phần, mỗi phần dưới {max_mb} MiB, hoặc chạy lienthong validate tại chỗ.",
            f"Split it into parts of less than {max_mb} MiB, or run lienthong validate where the file is.",
        ),
    )
