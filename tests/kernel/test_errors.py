"""Errors keep their words across processes and threads, and every class has its place in the tree."""

import inspect
import pickle

import pytest

from graph import errors
from graph.errors import LienthongError, Place, SourceError, unknown_name
from graph.text import Text


def test_an_error_survives_pickling() -> None:
    error = SourceError(
        Text("sai", "wrong"), hint=Text("sửa", "mend"), place=Place(file="a.csv", row=3, column="code")
    )
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is SourceError
    assert (again.message, again.hint, again.place) == (error.message, error.hint, error.place)
    assert "a.csv" in str(again)
    assert "row 3" in str(again)


def test_the_tree_of_the_docstring_is_the_tree_of_the_classes() -> None:
    assert errors.__doc__ is not None
    classes = [
        kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, LienthongError)
    ]
    for kind in classes:
        assert f"{kind.__name__} " in errors.__doc__ or f"{kind.__name__}\n" in errors.__doc__, kind
        assert kind.__doc__, kind


@pytest.mark.parametrize(("asked", "offer"), [("moha-agency", "moha-agencies"), ("zzz", "moha-agencies")])
def test_an_unknown_name_offers_what_there_is(asked: str, offer: str) -> None:
    error = unknown_name(Text("bộ dữ liệu", "data set"), asked, ["moha-agencies"])
    assert error.hint is not None
    assert offer in error.hint.vi


def test_text_falls_back_to_vietnamese() -> None:
    text = Text("xã", "commune")
    assert (text.of("vi"), text.of("en-GB"), text.of("fr")) == ("xã", "commune", "xã")
