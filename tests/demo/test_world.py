"""The made-up state: whoever is asked for, from any side and in any order, is the same."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import ParameterError
from ingest.demo import World
from ingest.demo.people import TODAY, age
from ingest.demo.units import NEW, OLD
from tests.examples import examples

WORLD = World(scale=0.2, seed=2025)
INDICES = st.integers(0, WORLD.persons_count - 1)


@settings(max_examples=examples(200), deadline=None)
@given(index=INDICES)
def test_a_person_is_the_same_in_every_world_of_that_seed(index: int) -> None:
    assert World(scale=3, seed=2025).person(index) == WORLD.person(index)
    assert World(scale=0.2, seed=7).person(index) != WORLD.person(index)


@settings(max_examples=examples(200), deadline=None)
@given(index=INDICES)
def test_a_person_is_a_member_of_their_household_and_lives_there(index: int) -> None:
    person = WORLD.person(index)
    household = WORLD.household(person.household)
    assert index in household.members
    assert (person.commune, person.register) == (household.commune.code, household.register)
    assert (person.role == "head") == (index == household.head)


def test_households_divide_the_persons() -> None:
    members = [index for number in range(WORLD.households_count) for index in WORLD.household(number).members]
    assert members == list(range(WORLD.persons_count))


def test_a_citizen_number_tells_province_sex_and_year_and_is_given_once() -> None:
    persons = [WORLD.person(index) for index in range(WORLD.persons_count)]
    for one in persons:
        assert len(one.citizen_number) == 12
        assert one.citizen_number[1:3] == one.birth_province in WORLD.units.old_provinces
        assert int(one.citizen_number[3]) == 2 * (one.born.year >= 2000) + (one.sex == "female")
        assert one.citizen_number[4:6] == f"{one.born.year % 100:02}"
    assert len({one.citizen_number for one in persons}) == len(persons)


def test_families_hold_together() -> None:
    for number in range(WORLD.households_count):
        household = WORLD.household(number)
        head, *others = [WORLD.person(index) for index in household.members]
        assert head.is_adult
        for one in others:
            assert one.born <= TODAY
            if one.role == "spouse":
                assert one.sex != head.sex
                assert one.civil_status == head.civil_status == "married"
            if one.role == "child":
                assert age(head.born) - age(one.born) >= 18
    surnames = [WORLD.person(index).name.split()[0] for index in range(WORLD.persons_count)]
    assert 0.25 < surnames.count("Nguyễn") / len(surnames) < 0.45


def test_units_of_both_registers_are_in_use_and_exist() -> None:
    households = [WORLD.household(number) for number in range(WORLD.households_count)]
    assert {one.register for one in households} == {OLD, NEW}
    for one in households:
        assert WORLD.units.commune(one.register, one.commune.code) == one.commune
        assert one.new in WORLD.units.successors[one.old.code]
    assert (len(WORLD.units.old), len(WORLD.units.new)) == (10_035, 3_321)
    assert (len(WORLD.units.old_provinces), len(WORLD.units.new_provinces)) == (63, 34)


def test_enterprise_codes_are_valid_and_given_once() -> None:
    enterprises = [WORLD.enterprise(index) for index in range(WORLD.enterprises_count)]
    for one in enterprises:
        digits = [int(digit) for digit in one.code]
        total = sum(w * d for w, d in zip((31, 29, 23, 19, 17, 13, 7, 5, 3), digits, strict=False))
        assert total % 11 + digits[9] == 10
        assert WORLD.person(one.representative).is_adult
        assert 0 <= one.representative < WORLD.persons_count
        assert ("45" in one.industries) <= (one.vsic_version == "2018")
    assert len({one.code for one in enterprises}) == len(enterprises)
    assert {one.register for one in enterprises} == {OLD, NEW}


@pytest.mark.parametrize("scale", [0, -1, 101])
def test_a_scale_out_of_bounds_is_refused(scale: float) -> None:
    with pytest.raises(ParameterError, match="100"):
        World(scale, 1)
