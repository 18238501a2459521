"""How many examples Hypothesis makes up for a property.

As a rule so many as a test asks for, the same in every run. With HYPOTHESIS_PROFILE=thorough many times more,
others each time: for whoever looks for faults rather than for what broke.
"""

import os

from hypothesis import settings

USUAL, THOROUGH = "usual", "thorough"
TIMES = 25
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", USUAL)

# No example has a deadline: how long one takes says what else the machine does.
settings.register_profile(USUAL, derandomize=True, deadline=None)
settings.register_profile(THOROUGH, max_examples=100 * TIMES, print_blob=True, deadline=None)


def examples(number: int) -> int:
    """`number`, or as many times more as the profile asks for."""
    return number * TIMES if PROFILE == THOROUGH else number
