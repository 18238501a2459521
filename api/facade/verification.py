"""Whether what is said of a person is what the register says: yes or no for each field, nothing else."""

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from api.facade import filters
from api.facade.sight import Sight
from api.reader import Reader
from graph.errors import AccessError, ParameterError
from graph.resources import Property, ResourceType
from graph.sparql import terms
from graph.text import Text

FIELDS = ("number", "name", "birthDate")
PURPOSE = "purpose"
LONGEST_PURPOSE = 500
_KEYS: Mapping[str, str] = {"number": "citizenNumber", "name": "name", "birthDate": "birthDate"}
"""The keys of the shape that these are."""
SCHEMA: Mapping[str, object] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["number"],
    "anyOf": [{"required": ["name"]}, {"required": ["birthDate"]}],
    "properties": {
        "number": {"type": "string", "pattern": r"\S", "description": "Số định danh / The citizen number"},
        "name": {
            "type": "string",
            "pattern": r"\S",
            "description": "Họ và tên, có dấu / The name, with marks",
        },
        "birthDate": {"type": "string", "format": "date", "description": "Ngày sinh / The date of birth"},
        "purpose": {
            "type": "string",
            "pattern": r"\S",
            "maxLength": LONGEST_PURPOSE,
            "description": "Hỏi để làm gì; ghi vào nhật ký / What it is asked for; goes to the audit log",
        },
    },
    "examples": [{"number": "001188000007", "name": "Trần Thị Mật", "birthDate": "1988-10-29"}],
}
"""JSON Schema of a claim."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What is to be verified: the number, and a name, a date of birth or both; and what for."""

    number: str
    name: str | None = None
    birth_date: str | None = None
    purpose: str | None = None

    @property
    def given(self) -> dict[str, str]:
        every = {"number": self.number, "name": self.name, "birthDate": self.birth_date}
        return {field: value for field, value in every.items() if value is not None}


def read(body: bytes) -> Claim:
    """The claim in a JSON object. Raises ParameterError naming the field and what it takes."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict) or not set(told) <= {*FIELDS, PURPOSE}:
        wrong = "" if not isinstance(told, dict) else ", ".join(sorted(set(told) - {*FIELDS, PURPOSE}))
        raise _wrong(Text(f"Phần thân chưa đúng: {wrong}", f"The body is wrong: {wrong}"))
    for field in (*FIELDS, PURPOSE):
        if field in told and (not isinstance(told[field], str) or not told[field].strip()):
            raise _wrong(
                Text(f"«{field}» phải là chuỗi không rỗng.", f"“{field}” must be a string that is not empty.")
            )
    if len(told.get(PURPOSE, "")) > LONGEST_PURPOSE:
        most = LONGEST_PURPOSE
        raise _wrong(Text(f"«purpose» dài quá {most} ký tự.", f"“purpose” is longer than {most} characters."))
    if "number" not in told or not {"name", "birthDate"} & told.keys():
        raise _wrong(
            Text(
                "Cần number, cùng với name hoặc birthDate.",
                "There must be number, and name or birthDate with it.",
            )
        )
    born = filters.date("birthDate", told["birthDate"]) if "birthDate" in told else None
    return Claim(told["number"].strip(), told.get("name"), born, told.get(PURPOSE))


def permit(resource: ResourceType, sight: Sight) -> None:
    """Raises AccessError, before anything is looked up, unless the caller may see every field that is asked:
    of somebody without the grant no answer depends on what the register holds."""
    if not all(sight.sees(one) for one in _properties(resource).values()):
        raise AccessError(
            Text(
                "Bạn chưa được phép đối chiếu thông tin người.", "You may not verify what is said of persons."
            ),
            hint=Text(
                "Cần quyền đọc dữ liệu dân cư; xem /access/explain.",
                "That takes a grant to read the population data; see /access/explain.",
            ),
        )


async def verify(reader: Reader, resource: ResourceType, claim: Claim) -> tuple[str | None, dict[str, bool]]:
    """The person of that number, and for each field that was given whether this one has it; of a number that
    nobody has, none matches."""
    known = _properties(resource)
    number = terms.literal(claim.number, known["number"].datatype)
    found = await reader.rows(
        f"SELECT ?item WHERE {{ ?item {terms.iri(known['number'].path)} {number} ;"
        f" a {terms.iri(resource.target_class)} }} LIMIT 2"
    )
    if len(found) != 1:
        return None, dict.fromkeys(claim.given, False)
    iri = found[0]["item"].value
    said = await reader.rows(f"SELECT ?path ?value WHERE {{ {terms.iri(iri)} ?path ?value }}")
    values = {(row["path"].value, _same(row["value"].value)) for row in said}
    return iri, {field: (known[field].path, _same(value)) in values for field, value in claim.given.items()}


def _same(text: str) -> str:
    """Composed letters (NFC), without case and stray spaces; marks count: Hà is not Hạ."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _properties(resource: ResourceType) -> dict[str, Property]:
    return {field: one for field, key in _KEYS.items() if (one := resource.property(key)) is not None}


def _wrong(message: Text) -> ParameterError:
    example = '{"number": "001188000007", "name": "Trần Thị Mật", "birthDate": "1988-10-29"}'
    return ParameterError(message, hint=Text(f"Ví dụ: {example}", f"For example: {example}"))
