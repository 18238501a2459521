"""What counts as the same text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.search import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Hà Nội", "ha noi"),
        ("HÀ  NỘI", "ha noi"),
        (unicodedata.normalize("NFD", "Hà Nội"), "ha noi"),
        ("Đống Đa", "dong da"),
        ("Đắk Lắk (cũ)", "dak lak cu"),
        ("Ủy ban nhân dân", "uy ban nhan dan"),
        ("09/2019/NĐ-CP", "09 2019 nd cp"),
        ("BC-907", "bc 907"),
        ("000.00.00.H26", "000 00 00 h26"),
        ("１２３", "123"),
        ("Straße", "strasse"),
        ("a_b", "a b"),
        ("…", ""),
    ],
)
def test_marks_case_and_punctuation_do_not_matter(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_what_is_folded_stays_as_it_is(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_only_letters_and_digits_are_left_with_single_blanks(text: str) -> None:
    folded = fold(text)
    assert all(word.isalnum() for word in folded.split())
    assert folded == " ".join(folded.split())


@given(st.text(alphabet=st.characters(max_codepoint=0x1EFF)), st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_the_form_of_unicode_does_not_matter(text: str, form: str) -> None:
    assert fold(unicodedata.normalize(form, text)) == fold(text)
