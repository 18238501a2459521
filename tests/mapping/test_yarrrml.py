"""What is wrong in a YARRRML document is named with its line."""

from pathlib import Path

import pytest

from graph.errors import MappingError
from ingest import mapping
from ingest.mapping.yarrrml.values import expanded, short, template

GOOD = """prefixes:
  ex: http://example.org/
sources:
  wards: [wards.csv~csv]
mappings:
  ward:
    sources: wards
    s: ex:ward/$(code)
    po:
      - [ex:name, $(name), vi~lang]
      - p: ex:in
        o:
          mapping: province
          condition:
            function: equal
            parameters:
              - [str1, $(province)]
              - [str2, $(code)]
  province:
    sources: [provinces.csv~csv]
    s: ex:province/$(code)
"""


def load(folder: Path, text: str) -> mapping.Mapping:
    (folder / "m.yarrrml.yml").write_text(text, encoding="utf-8")
    return mapping.load(folder / "m.yarrrml.yml", base="https://data.example.vn/")


def test_names_and_places_are_those_of_the_document(tmp_path: Path) -> None:
    rules = load(tmp_path, GOOD)
    assert [one.name for one in rules.triples_maps] == ["ward", "province"]
    assert [one.name for one in rules.logical_sources] == ["wards", "provinces"]
    assert [one.place.line for one in rules.triples_maps] == [6, 19]


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("po:", "pos:", 9, "no key “pos”"),
        ("sources: wards", "sources: ward", 7, "no source “ward”"),
        ("wards.csv~csv", "wards.csv", 4, "does not say how to read it"),
        ("wards.csv~csv", "wards.csv~excel", 4, "formulation “excel” is not known"),
        ("mapping: province", "mapping: provinces", 13, "no mapping “provinces”"),
        ("function: equal", "function: contains", 14, "Only the function equal"),
        ("              - [str2, $(code)]\n", "", 14, "needs two parameters"),
        ("[str2, $(code)]", "[str2, $(code), s]", 18, "One value of each side"),
        ("[ex:name, $(name), vi~lang]", "[ex:name]", 10, "there are 1 parts"),
        ("vi~lang", "tiếng~lang", 10, "no language tag"),
        ("$(name), vi~lang", "{function: dates, parameters: []}", 10, "no function"),
        ("$(name), vi~lang", "{value: x, type: number}", 10, "no type “number”"),
        ("$(name), vi~lang", "{datatype: xsd:int}", 10, "“value” or “function” is missing"),
        ("s: ex:ward/$(code)", "s: ex:ward/$(code)\n    subject: x", 9, "are the same"),
        ("    s: ex:ward/$(code)\n", "    s: ex:ward/$(code)\n    s: x\n", 9, "stands twice"),
        ("    sources: wards\n", "", 6, "lacks “sources”"),
        ("  ward:\n", "  ward: {\n", 8, "Not YAML"),
        ("mappings:", "maps:", 5, "no key “maps”"),
        ("mappings:", "targets: {}\nmappings:", 5, "“targets” of YARRRML is not supported"),
        ("$(name), vi~lang", "{value: x, targets: out}", 10, "“targets” of YARRRML is not supported"),
        ("mapping: province", "quoted: province", 13, "“quoted” of YARRRML is not supported"),
        ("mappings:", "external: {a: [b]}\nmappings:", 5, "A text is expected"),
        ("wards: [wards.csv~csv]", "wards: {type: localfile}", 4, "lacks “access”"),
        (
            "wards: [wards.csv~csv]",
            "wards: {access: h/d, type: postgresql, table: t, credentials: {username: u, password: s3cret}}",
            4,
            "may not hold",
        ),
    ],
)
def test_errors_have_a_line(tmp_path: Path, old: str, new: str, line: int, says: str) -> None:
    assert old in GOOD
    with pytest.raises(MappingError) as caught:
        load(tmp_path, GOOD.replace(old, new, 1))
    assert says in caught.value.message.en
    assert "s3cret" not in str(caught.value)
    place = caught.value.place
    assert place is not None
    assert (place.file, place.line) == (str(tmp_path / "m.yarrrml.yml"), line)


def test_aliases_cannot_grow_without_bound(tmp_path: Path) -> None:
    levels = "".join(f"  p{n}: &p{n} [*p{n - 1}, *p{n - 1}, *p{n - 1}]\n" for n in range(1, 20))
    with pytest.raises(MappingError, match="nested too deep or too large"):
        load(tmp_path, f"prefixes:\n  p0: &p0 x\n{levels}")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("$(a)", "{a}"),
        ("x{$(a b)}-$(c)", r"x\{{a b}\}-{c}"),
        (r"$(a\)b)", "{a)b}"),
        ("$(f(x))", "{f(x)}"),
        (r"$(\_a)$(a\_b)", r"{_a}{a\\_b}"),
        ("$ (a)", "$ (a)"),
        ("$(a{b})", r"{a\{b\}}"),
    ],
)
def test_templates(text: str, wanted: str) -> None:
    assert template(text) == wanted


def test_short_texts() -> None:
    assert (short("ex:$(id)~iri").value, short("ex:$(id)~iri").mark) == ("ex:$(id)", "iri")
    assert (short("en~lang").value, short("a~b").mark) == ("en", None)
    assert short("$(ISO 3166)").reference == "ISO 3166"
    assert short("$(a)$(b)").reference is None
    assert expanded("ex:a", {"ex": "http://e.org/"}) == "http://e.org/a"
    assert expanded("http://e.org", {"http": "x"}) is None
    assert expanded("giờ: 5", {"ex": "x"}) is None
