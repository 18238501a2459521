"""Whether a run can apply new files of changes to the published version, or has to read everything.

Nothing here decides what the result is: that is a function of the files alone (`ingest.sources.delta`).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from graph.errors import Place, SourceError
from graph.text import Text
from ingest import sources
from ingest.inputs import Inputs

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
"""SHA-256 of no bytes: a file of no changes."""


@dataclass(frozen=True, slots=True)
class Increment:
    """The published version at `previous`, and by source the files of changes it does not have yet.

    `quarantined` are the entities that it was published without.
    """

    previous: Path
    fresh: Mapping[str, tuple[str, ...]]
    quarantined: tuple[str, ...]

    @property
    def parts(self) -> frozenset[str]:
        """The names that relations give these files."""
        return frozenset(
            sources.part_name(source, path) for source, files in self.fresh.items() for path in files
        )

    @property
    def files(self) -> frozenset[str]:
        return frozenset(path for files in self.fresh.values() for path in files)


def decide(
    previous: Path | None,
    before: Inputs | None,
    now: Inputs,
    wholes: Mapping[str, str],
    folder: Path,
) -> Increment | Text:
    """The increment, or why everything is read. `wholes` gives each source with changes its whole file, by
    the names of `Inputs.files`; `folder` is where the source files are.

    Raises SourceError where files of changes contradict what was applied before.
    """
    if previous is None or before is None:
        return Text("chưa có phiên bản nào để thay đổi", "there is no version to change yet")
    for source, whole in wholes.items():
        _refuse_contradiction(source, whole, before, now, folder)
    if before.faulty:
        return Text(
            f"{before.faulty} bản ghi của phiên bản trước không ánh xạ được",
            f"{before.faulty} rows of the version before cannot be mapped",
        )
    if before.rules != now.rules:
        return Text("ontology, hình dạng, thiết lập hoặc chương trình đã đổi", "the rules have changed")
    fresh: dict[str, tuple[str, ...]] = {}
    for source in wholes:
        applied, there = before.changes.get(source, ()), now.changes.get(source, ())
        if there[: len(applied)] != applied:
            return Text(
                f"một tệp thay đổi của «{source}» đến muộn", f"a file of changes of “{source}” came late"
            )
        fresh[source] = there[len(applied) :]
    new = {f"data/{path}" for files in fresh.values() for path in files}
    others = {name: digest for name, digest in now.files.items() if name not in new}
    if others != before.files:
        names = [name for name in {*others, *before.files} if others.get(name) != before.files.get(name)]
        return Text(f"đã đổi: {', '.join(sorted(names))}", f"changed: {', '.join(sorted(names))}")
    if not new:
        return Text("không có tệp thay đổi nào mới", "there is no new file of changes")
    return Increment(previous, fresh, before.quarantined)


def _refuse_contradiction(source: str, whole: str, before: Inputs, now: Inputs, folder: Path) -> None:
    applied = before.changes.get(source, ())
    kept = [path for path in applied if _same(path, before, now)]
    if before.files.get(whole) != now.files.get(whole):
        stale = [path for path in kept if now.files[f"data/{path}"] != EMPTY]
        if stale:
            raise _stale(source, stale, folder)
        return
    if missing := [path for path in applied if f"data/{path}" not in now.files]:
        raise _missing(missing, folder)
    if changed := [path for path in applied if path not in kept]:
        raise _changed(changed, folder)


def _same(path: str, before: Inputs, now: Inputs) -> bool:
    return before.files.get(f"data/{path}") == now.files.get(f"data/{path}")


def _stale(source: str, files: Sequence[str], folder: Path) -> SourceError:
    listed = ", ".join(files)
    return SourceError(
        Text(
            f"Tệp toàn bộ của «{source}» là mới, nhưng các tệp thay đổi của tệp cũ vẫn còn: {listed}",
            f"The whole file of “{source}” is new, but changes to the old one are still there: {listed}",
        ),
        hint=Text(
            "Chuyển các tệp thay đổi đã có trong tệp toàn bộ mới ra khỏi thư mục.",
            "Move the files of changes that the new whole file already holds out of the folder.",
        ),
        place=Place(file=str(folder / files[0])),
    )


def _missing(files: Sequence[str], folder: Path) -> SourceError:
    listed = ", ".join(files)
    return SourceError(
        Text(f"Thiếu tệp thay đổi đã áp dụng: {listed}", f"Applied files of changes are missing: {listed}"),
        hint=Text(
            "Đặt lại tệp, hoặc gửi tệp toàn bộ mới thay cho tất cả.",
            "Put the file back, or send a new whole file in place of all of them.",
        ),
        place=Place(file=str(folder / files[0])),
    )


def _changed(files: Sequence[str], folder: Path) -> SourceError:
    listed = ", ".join(files)
    return SourceError(
        Text(
            f"Tệp thay đổi đã áp dụng nay có nội dung khác: {listed}",
            f"Applied files of changes have other content now: {listed}",
        ),
        hint=Text(
            "Trả lại nội dung cũ và gửi phần sửa trong một tệp mới có tên đứng sau.",
            "Put the old content back, and send the correction in a new file whose name comes after.",
        ),
        place=Place(file=str(folder / files[0])),
    )


def touched(
    fresh: Mapping[str, Collection[str]], reads: Mapping[str, Collection[str]], behind: Mapping[str, str]
) -> frozenset[str] | Text:
    """The relations that new files of changes touch: the sources themselves and the views over them.

    `reads` gives each view, in the order they are made, the relations it reads; `behind` the one relation of
    a view that goes row by row.
    """
    found = {source for source, files in fresh.items() if files}
    for view, relations in reads.items():
        if not found.intersection(relations):
            continue
        if view not in behind:
            return Text(
                f"khung nhìn «{view}» không đi theo từng bản ghi",
                f"the view “{view}” does not go row by row",
            )
        found.add(view)
    return frozenset(found)
