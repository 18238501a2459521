"""Numbers given by the state: how a citizen number and an enterprise code are made up."""

from datetime import date

ENTERPRISE_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)

# Multiplying by a prime that divides neither modulus spreads consecutive indices without collisions.
SPREAD = 7919
CITIZEN_SERIALS = 1_000_000
ENTERPRISE_SERIALS = 5_000_000


def citizen_number(province: str, sex: str, born: date, index: int, seed: int) -> str:
    """12 digits: province of birth registration (0 and the old 2-digit code), century and sex, year, serial.

    Unique for indices below `CITIZEN_SERIALS`. The digit for 1900–1999 is 0 for men, 1 for women; for
    2000–2099 2 and 3.
    """
    century = 2 * (born.year // 100 - 19) + (sex == "female")
    serial = (index * SPREAD + seed * 104_729) % CITIZEN_SERIALS
    return f"0{province}{century}{born.year % 100:02}{serial:06}"


def enterprise_code(province: str, index: int, seed: int) -> str:
    """10 digits with a valid check digit: 2 of the province, 7 serial, 1 check.

    Unique for indices below `ENTERPRISE_SERIALS`. Of an even serial and the next one at least one has a
    check digit, because their weighted sums differ by 3.
    """
    pair = (index * SPREAD + seed * 15_485_863) % ENTERPRISE_SERIALS
    for serial in (2 * pair, 2 * pair + 1):
        digits = f"{province}{serial:07}"
        check = check_digit(digits)
        if check is not None:
            return f"{digits}{check}"
    raise AssertionError(f"neither serial of pair {pair} has a check digit")


def check_digit(digits: str) -> int | None:
    """10 − (weighted sum of the 9 digits mod 11); None where the remainder is 0, which is never issued."""
    remainder = sum(w * int(d) for w, d in zip(ENTERPRISE_WEIGHTS, digits, strict=True)) % 11
    return 10 - remainder if remainder else None
