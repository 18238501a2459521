"""The files of a proposed data set: mapping, view, query, README, each as text."""

from collections.abc import Sequence
from dataclasses import dataclass

from graph.iris import Iris
from graph.text import Text
from ingest.proposal.guessing import Column
from ingest.sources import Format, LogicalSource
from ingest.sources.relation import quoted, text_literal

DATATYPES = {
    "integer": "xsd:integer",
    "decimal": "xsd:decimal",
    "date": "xsd:date",
    "vietnamese-date": "xsd:date",
    "boolean": "xsd:boolean",
    "vietnamese-boolean": "xsd:boolean",
}
KINDS = {
    "text": Text("văn bản", "text"),
    "integer": Text("số nguyên", "whole number"),
    "decimal": Text("số thập phân", "decimal number"),
    "date": Text("ngày", "date"),
    "vietnamese-date": Text("ngày kiểu 30/04/2025", "date written 30/04/2025"),
    "boolean": Text("đúng/sai", "boolean"),
    "vietnamese-boolean": Text("có/không", "yes/no in Vietnamese"),
    "code": Text("mã trong danh mục", "code of a list"),
    "enterprise": Text("mã số doanh nghiệp", "enterprise code"),
    "person": Text("số định danh cá nhân", "citizen number"),
    "commune": Text("mã xã", "commune code"),
}
FORMULATIONS = {
    Format.CSV: "rml:CSV",
    Format.XLSX: "ingest:XLSX",
    Format.JSON: "rml:JSONPath",
    Format.NDJSON: "rml:JSONPath",
    Format.XML: "rml:XPath",
    Format.PARQUET: "ingest:Parquet",
}
CONVERTED = ("vietnamese-date", "vietnamese-boolean", "person")
LABELS = ("ten", "name", "title", "tieu_de", "ten_goi", "ten_don_vi", "ten_co_quan")
NUMBER = "record_number"


@dataclass(frozen=True, slots=True)
class Subject:
    """What the documents are about: the data set, its source and its columns."""

    name: str
    source: LogicalSource
    columns: Sequence[Column]
    base: str

    @property
    def mapped(self) -> list[Column]:
        """The columns that are mapped: citizen numbers as keys of persons, nothing else about persons."""
        return [one for one in self.columns if not one.is_personal or one.kind == "person"]

    @property
    def key(self) -> Column | None:
        return next((one for one in self.mapped if one.is_key), None)

    @property
    def label(self) -> Column | None:
        named = [one for one in self.mapped if one.name in LABELS or one.name.startswith("ten_")]
        return next((one for one in named if one.kind == "text"), None)

    @property
    def has_view(self) -> bool:
        """A view turns what is not written as XML Schema writes it, and numbers rows that have no key."""
        return self.key is None or any(one.kind in CONVERTED for one in self.mapped)

    def term(self, local: str) -> str:
        """The IRI of a class or property of the data set's own, for the time being."""
        return f"<{Iris(self.base).dataset(self.name)}#{local}>"


def mapping(subject: Subject) -> str:
    """`mapping.rml.ttl`."""
    relation = "records" if subject.has_view else "source"
    key = _reference(subject.key, subject) if subject.key else NUMBER
    iris = Iris(subject.base)
    parts = [_pair("dct:identifier", f'rml:reference "{_text(key)}"')]
    for one in subject.mapped:
        if one is not subject.key:
            parts.append(_pair(*_object(one, subject, iris)))
    listed = " ,\n".join(parts)
    template = f"{iris.resolve(f'id/{subject.name}/')}{{{_braced(key)}}}"
    return f"""@prefix csvw: <http://www.w3.org/ns/csvw#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix ingest: <{iris.ontology("ingest")}> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix rml: <http://w3id.org/rml/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

# Terms of the data set's own stand in until the ontology's are chosen: see README.md.

<#source> a rml:LogicalSource ;
    rml:source [ a rml:RelativePathSource ; rml:root rml:CurrentWorkingDirectory ;
        rml:path "{_text(subject.source.path)}" ; rml:null ""{_dialect(subject.source)} ] ;
    rml:referenceFormulation {FORMULATIONS[subject.source.format]}{_details(subject.source)} .
{_view_source() if subject.has_view else ""}
<#RecordMap> a rml:TriplesMap ;
    rml:logicalSource <#{relation}> ;
    rml:subjectMap [ rml:template "{_text(template)}" ; rml:class {subject.term("Record")} ] ;
    rml:predicateObjectMap
{listed} .
"""


def view(subject: Subject) -> str:
    """`views/records.sql`."""
    cells = ["row"]
    if subject.key is None:
        cells.append(f"CAST(row AS VARCHAR) AS {NUMBER}")
    cells += [
        f"{_converted(one, _cell(one, subject.source))} AS {quoted(one.name)}" for one in subject.mapped
    ]
    listed = ",\n       ".join(cells)
    return (
        "-- Dates as XML Schema writes them, keys in place of citizen numbers. What is not understood stays\n"
        f"-- as it is, for the shapes to find.\nSELECT {listed}\nFROM source\n"
    )


def query(subject: Subject) -> str:
    """`queries/all-records.rq`."""
    return f"""# vi: Có những bản ghi nào?
# en: Which records are there?
PREFIX dct: <http://purl.org/dc/terms/>
SELECT ?record ?key WHERE {{
  ?record a {subject.term("Record")} ; dct:identifier ?key .
}}
ORDER BY ?key
LIMIT 100
"""


def readme(subject: Subject, rows: int) -> str:
    """`README.md`: what was guessed, and what is left to do, in both languages."""
    lines = [
        f"| `{one.reference}` | {_kind(one)} | {_notes(one)} |".replace("\n", " ") for one in subject.columns
    ]
    table = "\n".join(lines)
    personal = [one.reference for one in subject.columns if one.is_personal]
    warning = (
        "\n**Dữ liệu cá nhân / Personal data:** "
        + ", ".join(f"`{one}`" for one in personal)
        + ". Các cột này không được ánh xạ; số định danh chỉ thành khoá băm; mẫu chứa giá trị bịa. / These "
        "columns are not mapped; a citizen number only becomes a hashed key; the sample is made up.\n"
        if personal
        else ""
    )
    return f"""# {subject.name}

Sinh từ tệp / Made from the file `{subject.source.path}`: {rows:,} bản ghi / rows.

| cột / column | đoán là / guessed | ghi chú / note |
|---|---|---|
{table}
{warning}
## Việc còn lại / What is left to do

1. Sửa `dataset.ttl`: tên, cơ quan công bố, mô tả, giấy phép. / Mend `dataset.ttl`: title, publisher,
   description, licence.
2. Thay `{subject.term("Record")}` và các thuộc tính cùng gốc
   bằng lớp và thuộc tính của ontology. / Replace it and the properties beside it by a class and properties of
   the ontology.
3. Xem lại khoá và các cột đã đoán. / Look again at the key and at what was guessed.
4. `lienthong dataset check {subject.name} --rows 1000`, rồi / then
   `lienthong ingest {subject.name} --dry-run`.
"""


def _object(one: Column, subject: Subject, iris: Iris) -> tuple[str, str]:
    reference = _reference(one, subject)
    own = subject.term(one.name)
    match one.kind:
        case "code":
            return own, _template(iris.code(one.scheme or "", ""), reference)
        case "enterprise":
            return own, _template(iris.resolve("id/enterprise"), reference)
        case "person":
            return own, _template(iris.resolve("id/person"), reference)
        case "commune":
            return own, _template(iris.resolve("id/unit/2025-07-01"), reference)
    if one is subject.label:
        return "rdfs:label", f'rml:reference "{_text(reference)}" ; rml:language "vi"'
    if one.kind in DATATYPES:
        return own, f'rml:reference "{_text(reference)}" ; rml:datatype {DATATYPES[one.kind]}'
    return own, f'rml:reference "{_text(reference)}" ; rml:datatype xsd:string'


def _pair(predicate: str, term_map: str) -> str:
    return f"        [ rml:predicate {predicate} ; rml:objectMap [ {term_map} ] ]"


def _template(prefix: str, reference: str) -> str:
    return f'rml:template "{_text(prefix)}/{{{_text(_braced(reference))}}}"'


def _reference(one: Column, subject: Subject) -> str:
    return one.name if subject.has_view else one.reference


def _dialect(source: LogicalSource) -> str:
    if source.format is Format.CSV and source.dialect.delimiter != ",":
        shown = "\\t" if source.dialect.delimiter == "\t" else source.dialect.delimiter
        return f' ; csvw:dialect [ csvw:delimiter "{shown}" ]'
    return ""


def _details(source: LogicalSource) -> str:
    return f' ;\n    rml:iterator "{_text(source.iterator)}"' if source.iterator else ""


def _view_source() -> str:
    return """
<#records> a rml:LogicalSource ;
    rml:source [ a rml:RelativePathSource ; rml:root rml:MappingDirectory ; rml:path "views/records.sql" ] ;
    rml:referenceFormulation rml:SQL2008Query .
"""


def _cell(one: Column, source: LogicalSource) -> str:
    if not source.format.is_nested:
        return quoted(one.reference)
    if source.format is Format.XML:
        last = one.reference.rsplit("/", 1)[-1]
        path = f'$."{one.reference}"' + ("" if last.startswith("@") and "/" not in one.reference else "[0]")
        return f"it ->> {text_literal(path)}"
    return f"it ->> {text_literal(one.reference)}"


def _converted(one: Column, cell: str) -> str:
    match one.kind:
        case "vietnamese-date":
            return f"coalesce(strftime(try_strptime({cell}, '%d/%m/%Y'), '%Y-%m-%d'), {cell})"
        case "vietnamese-boolean":
            words = "WHEN 'có' THEN 'true' WHEN 'x' THEN 'true' WHEN 'không' THEN 'false'"
            return f"CASE lower({cell}) {words} ELSE {cell} END"
        case "person":
            return f"person_key({cell})"
    return cell


def _kind(one: Column) -> str:
    scheme = f" `{one.scheme}`" if one.scheme else ""
    return f"{KINDS[one.kind]}{scheme}"


def _notes(one: Column) -> str:
    notes = []
    if one.is_key:
        notes.append("khoá / key")
    if one.is_personal:
        notes.append("dữ liệu cá nhân / personal data")
    if one.is_empty_somewhere:
        notes.append("có ô trống / sometimes empty")
    return ", ".join(notes)


def _braced(reference: str) -> str:
    """A reference inside a template: braces of its own are escaped (RML-Core §5.3)."""
    return reference.replace("{", "\\{").replace("}", "\\}")


def _text(text: str) -> str:
    """Text inside a Turtle string."""
    return text.replace("\\", "\\\\").replace('"', '\\"')
