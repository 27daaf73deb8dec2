"""Border 2: what the marts must be before they are published, one rule after the other.

The rules look at marts as a reader does: parts against totals, shares against 100, growth against
the values that it came from, this night against the current release.
"""

from expectations.rule import Agrees, Rule

MARTS_RULES: tuple[Rule, ...] = (
    Rule(
        name="victims_by_category_total",
        asset="marts/victims_by_category",
        severity="blocking",
        claim=Agrees(),
        description="The victims of all categories add up to the victims of the year.",
        reason="Two tables that disagree cannot both be right.",
        next_step="Compare core.victims of the year with its cubes.",
    ),
    Rule(
        name="victims_by_category_shares",
        asset="marts/victims_by_category",
        severity="blocking",
        claim=Agrees(),
        description="The rounded shares of the categories add up to 100 in every year.",
        reason="A reader adds them up.",
        next_step="Look at the rounding macro: ties go to the code that comes first in its list.",
    ),
)
