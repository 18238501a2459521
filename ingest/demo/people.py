"""Households and the persons in them, each from its index alone."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from ingest.demo import identifiers, names
from ingest.demo.units import NEW, OLD, Unit, Units

TODAY = date(2025, 12, 1)
"""The day on which the made-up agencies extracted their files."""

FIRST_IDENTITY = date(2022, 10, 20)
"""First day of Decree 59/2022, with which electronic identities began."""

# Ways to divide a block of persons into households. Every way has as many households, so the household and
# the place in it follow from a person's index without looking at the persons before.
BLOCK = 18
WAYS = ((4, 3, 5, 2, 4), (1, 6, 4, 3, 4), (2, 4, 4, 5, 3), (3, 4, 1, 4, 6), (5, 2, 3, 4, 4))
HOUSEHOLDS = 5

# Share per ten thousand, census of 2019; the smaller groups share the rest.
ETHNICITIES = {
    "01": 8532, "02": 192, "03": 189, "06": 151, "08": 145, "05": 137, "07": 113, "09": 93, "04": 78,
    "10": 53, "12": 41, "13": 30, "15": 21, "14": 22, "16": 21, "17": 19, "18": 19, "19": 16, "20": 13,
    "21": 15, "22": 10, "23": 10, "24": 10, "25": 7, "26": 8, "27": 7, "28": 5, "29": 9, "30": 4, "31": 5,
    "35": 3, "37": 2, "55": 1,
}  # fmt: skip
_GROUPS = tuple(ETHNICITIES)
_GROUP_WEIGHTS = tuple(accumulate(ETHNICITIES.values()))


@dataclass(frozen=True, slots=True)
class Household:
    """People who live together, in a commune of the old register and its successor in the new one.

    `members` are the indices of its persons, the head first. `register` says which of the two its record
    was last written with; `since` is when it moved in. `moved_from` is the old commune it lived in before.
    """

    index: int
    members: range
    old: Unit
    new: Unit
    register: str
    since: date
    moved_from: Unit | None
    ethnicity: str

    @property
    def commune(self) -> Unit:
        """The commune as the household's record names it."""
        return self.old if self.register == OLD else self.new

    @property
    def head(self) -> int:
        return self.members.start

    @property
    def number(self) -> str:
        """The household's number: `H` and 9 digits."""
        return f"H{self.index:09}"


@dataclass(frozen=True, slots=True)
class Person:
    """Someone made up. `commune` and `register` are as in the household's record.

    `role` is the relation to the head: head, spouse, child, parent. `ethnicity` is the official number,
    `identity_level` a notation of the code list or None without an electronic identity. `birth_province`
    is an old 2-digit code.
    """

    index: int
    citizen_number: str
    name: str
    sex: str
    born: date
    birth_province: str
    ethnicity: str
    civil_status: str
    household: int
    role: str
    commune: str
    register: str
    identity_level: str | None
    identity_issued: date | None

    @property
    def is_adult(self) -> bool:
        return age(self.born) >= 18


def age(born: date) -> int:
    """Full years on `TODAY`."""
    return TODAY.year - born.year - ((TODAY.month, TODAY.day) < (born.month, born.day))


def way(source: random.Random) -> tuple[int, ...]:
    """How many persons each household of a block has."""
    return source.choice(WAYS)


def household(source: random.Random, index: int, members: range, units: Units) -> Household:
    old = source.choices(units.home, cum_weights=units.home_weights)[0]
    moved_from = None
    if source.random() < 0.25:
        moved_from = source.choices(units.home, cum_weights=units.home_weights)[0]
        moved_from = moved_from if moved_from.code != old.code else None
    # Who moved since the reform has a record in today's codes; the others where it was written anew.
    since = TODAY - timedelta(days=int(source.triangular(30, 9000, 900)))
    register = NEW if since.isoformat() >= NEW or source.random() < 0.6 else OLD
    ethnicity = source.choices(_GROUPS, cum_weights=_GROUP_WEIGHTS)[0]
    return Household(index, members, old, units.successor(old), register, since, moved_from, ethnicity)


def person(source: random.Random, family: random.Random, home: Household, index: int, seed: int) -> Person:
    """`family` is the same for every member: what they share is drawn from it, in one order, first."""
    head_sex = "male" if family.random() < 0.68 else "female"
    head_born = date(1945, 1, 1) + timedelta(days=int(family.triangular(0, 20_400, 13_000)))
    father, mother = (names.surname(family, home.ethnicity) for _ in range(2))
    married = family.random() < 0.85
    place = index - home.members.start
    role = _role(place, len(home.members), married)
    sex = head_sex
    if role == "spouse":
        sex = "female" if head_sex == "male" else "male"
    elif role != "head":
        sex = "male" if source.random() < 0.52 else "female"
    born = head_born
    if role == "spouse":
        born = head_born + timedelta(days=source.randrange(-1500, 1500))
    elif role == "child":
        born = min(head_born + timedelta(days=source.randrange(7700, 14_000)), TODAY - timedelta(days=20))
    elif role == "parent":
        born = head_born - timedelta(days=source.randrange(7700, 11_000))
    # Children bear the father's name, whichever of the two is the head.
    own = father if role == "child" or (sex == "male" and role in ("head", "spouse")) else mother
    birth_province = home.old.province if source.random() < 0.75 else "01"
    level, issued = _identity(source, born)
    return Person(
        index=index,
        citizen_number=identifiers.citizen_number(birth_province, sex, born, index, seed),
        name=names.person(source, own, sex, born.year),
        sex=sex,
        born=born,
        birth_province=birth_province,
        ethnicity=home.ethnicity,
        civil_status=_civil_status(source, role, born, married and len(home.members) > 1),
        household=home.index,
        role=role,
        commune=home.commune.code,
        register=home.register,
        identity_level=level,
        identity_issued=issued,
    )


def _role(place: int, size: int, married: bool) -> str:
    if place == 0:
        return "head"
    if place == 1 and married:
        return "spouse"
    return "parent" if place == size - 1 and size >= 5 else "child"


def _civil_status(source: random.Random, role: str, born: date, married: bool) -> str:
    years = age(born)
    if role in ("head", "spouse") and married:
        return "married"
    if years < 22 or role == "child":
        return "single"
    if role == "parent" or years > 65:
        return source.choice(("widowed", "widowed", "married"))
    return source.choice(("divorced", "single", "widowed"))


def _identity(source: random.Random, born: date) -> tuple[str | None, date | None]:
    """Level of the electronic identity and the day it was given; children under 14 mostly have none."""
    years = age(born)
    drawn = source.random()
    if years < 14 or drawn < 0.12:
        return None, None
    issued = FIRST_IDENTITY + timedelta(days=source.randrange(1100))
    return ("level-1" if drawn < 0.2 else "level-2"), issued
