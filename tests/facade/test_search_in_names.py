"""Search as people type it."""

import re

import pytest

from api.facade.search import pattern

FINDS = [
    ("ba dinh", "Phường Ba Đình"),
    ("BA ĐÌNH", "Phường Ba Đình"),
    ("phuong", "Phường Ba Đình"),
    ("hà nội", "Thành phố Hà Nội"),
    ("ha noi", "Thành phố Hà Nội"),
    ("hồ chí", "Thành phố Hồ Chí Minh"),
    ("  ba   đình ", "Phường Ba Đình"),
    ("(cũ)", "Phường Điện Biên (cũ)"),
    ("a\u0300", "là"),
]
FINDS_NOT = [("hà", "Hạ Long"), ("ba.dinh", "Ba Đình"), ("đ", "Dương"), ("^ba", "Ba Đình"), (".*", "Ba Đình")]


@pytest.mark.parametrize(("typed", "name"), FINDS)
def test_finds(typed: str, name: str) -> None:
    assert re.search(pattern(typed), name, re.IGNORECASE)


@pytest.mark.parametrize(("typed", "name"), FINDS_NOT)
def test_does_not_find(typed: str, name: str) -> None:
    assert not re.search(pattern(typed), name, re.IGNORECASE)
