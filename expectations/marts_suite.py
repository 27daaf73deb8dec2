"""Border 2: what the marts must be before they are published, one rule after the other.

The rules look at marts as a reader does: parts against totals, shares against 100, growth against
the values that it came from, this night against the current release.
"""

from expectations.rule import Agrees, AtMost, Rule

MART_KEYS: dict[str, tuple[str, ...]] = {
    "yearly_totals": ("year",),
    "victims_by_category": ("year", "category"),
    "victims_by_violence_form": ("year", "category", "violence_form"),
    "contacts_by_violence_form": ("year", "channel", "violence_form"),
    "victims_by_age": ("year", "age_band"),
    "victims_by_age_and_sex": ("year", "age_band", "sex"),
    "victims_by_context": ("year", "context"),
    "contacts_by_channel": ("year", "channel"),
    "contacts_by_month": ("year", "month", "channel"),
    "contacts_by_weekday": ("year", "iso_weekday", "channel"),
    "contacts_by_hour": ("year", "hour", "channel"),
    "contact_persons": ("year", "channel", "dimension", "member"),
    "referrals_by_outcome": ("year", "outcome"),
    "website_visitors": ("year", "month", "site"),
    "contacts_around_campaigns": ("campaign_id",),
    "figures": ("year", "measure", "breakdown", "member", "within_breakdown", "within_member"),
    "figure_reconciliation": ("year", "figure_id"),
}
"""The key of each mart that must not lose a row (DESIGN §7); completeness only ever grows."""

COUNTED = (
    "contacts_by_channel",
    "contacts_by_hour",
    "contact_persons",
    "contacts_by_violence_form",
    "victims_by_category",
    "victims_by_age",
    "victims_by_context",
    "referrals_by_outcome",
)
ADDED = (
    *COUNTED,
    "contacts_by_month",
    "contacts_by_weekday",
    "victims_by_violence_form",
    "victims_by_age_and_sex",
    "website_visitors",
)
CODED = tuple(
    mart
    for mart in ADDED
    if mart != "website_visitors" and MART_KEYS[mart][1] not in ("month", "iso_weekday", "hour")
)
EXACT = 1e-6
"""Distance that two ways of computing the same number may show in floating point."""

MARTS_RULES: tuple[Rule, ...] = (
    Rule(
        name="adds_up",
        assets=(*ADDED, "yearly_totals"),
        severity="blocking",
        claim=Agrees(),
        description="The parts of each table add up to the totals of the year or to its own.",
        reason="Two tables that disagree about one number cannot both be right.",
        next_step=(
            "Compare marts.{mart} with core for {year} ({item}); `helpline run` rebuilds a mart, "
            "and a model that is wrong is found by the rule cubes_equal_core."
        ),
    ),
    Rule(
        name="cubes_equal_core",
        assets=COUNTED,
        severity="blocking",
        claim=Agrees(),
        description=(
            "The daily cube behind a mart equals a recount of core, on every day that changed "
            "since the current release and on five days drawn each night."
        ),
        reason="Cubes are kept and not recomputed; one that rotted would stay wrong for ever.",
        next_step=(
            "Look at {day} in core. Delete the cube's line in core.watermarks and `helpline run`: "
            "the cube is rebuilt whole."
        ),
    ),
    Rule(
        name="marts_equal_cubes",
        assets=ADDED,
        severity="blocking",
        claim=Agrees(),
        description="Every code of every year counts in the mart what it counts in the cube.",
        reason="A renamed or swapped code keeps every total, and is still a wrong figure.",
        next_step="Compare marts.{mart} with its cube for {year}, {item}; look at its joins.",
    ),
    Rule(
        name="every_code_present",
        assets=(*CODED, "website_visitors"),
        severity="blocking",
        claim=Agrees(),
        description="Every code of a code list has its row in every year, zero or not.",
        reason="A chart or a comparison that lacks a code shows the wrong neighbours.",
        next_step="Compare the {item} of marts.{mart} in {year} with codes.code_lists.",
    ),
    Rule(
        name="shares_add_up",
        assets=(
            "victims_by_category",
            "victims_by_violence_form",
            "victims_by_age",
            "contacts_by_channel",
            "contact_persons",
            "referrals_by_outcome",
        ),
        severity="blocking",
        claim=Agrees(),
        description="Rounded shares that belong together add up to 100, where there is anything.",
        reason="Readers add them up, and largest remainder promises that they may.",
        next_step="Look at share_pct_rounded of marts.{mart} in {year} {item} and at its rounding.",
    ),
    Rule(
        name="shares_recompute",
        assets=(*CODED, "yearly_totals"),
        severity="blocking",
        claim=AtMost(EXACT),
        description="Every share is a part of its stated denominator; rounding moves it below 1.",
        reason="A share with another denominator than it names misleads more than none.",
        next_step="Recompute {item} of marts.{mart} in {year}: expected {expected}, found {found}.",
    ),
    Rule(
        name="growth_recomputes",
        assets=(
            "yearly_totals",
            "victims_by_category",
            "contacts_by_channel",
            "referrals_by_outcome",
            "website_visitors",
        ),
        severity="blocking",
        claim=AtMost(EXACT),
        description="Growth follows from the value of the year and the value of the year before.",
        reason="Growth is what headlines quote.",
        next_step="Recompute the growth of {item} in marts.{mart}, {year}: {expected} or {found}.",
    ),
    Rule(
        name="ranks_follow_counts",
        assets=("victims_by_category",),
        severity="blocking",
        claim=Agrees(),
        description="The rank of a category follows its number of victims.",
        reason="A wrong order is a wrong statement.",
        next_step="Look at rank in marts.victims_by_category, {year}: {item}.",
    ),
    Rule(
        name="distinct_contacts",
        assets=("contacts_by_violence_form", "referrals_by_outcome"),
        severity="blocking",
        claim=AtMost(0),
        description="No code counts more distinct contacts than there are contacts.",
        reason="It would mean that victims or referrals were counted as contacts.",
        next_step="Look at the distinct count behind {item} in marts.{mart}, {year}.",
    ),
    Rule(
        name="advertised_campaigns",
        assets=("contacts_around_campaigns",),
        severity="warning",
        claim=Agrees(),
        description="Every campaign that was advertised is in the campaign calendar.",
        reason="What was advertised of others is in no mart; the calendar may come later, though.",
        next_step=(
            "{found} campaigns of {item} in {year}, from {day} on, are not in the calendar: mend "
            "their ids in the export or in the calendar; if it is right, accept it as below."
        ),
    ),
    Rule(
        name="nothing_lost",
        assets=tuple(MART_KEYS),
        severity="blocking",
        claim=Agrees(),
        description="Every year and code that readers have in the current release is still there.",
        reason="A report or a dashboard that built on it would silently show less.",
        next_step=(
            'Compare with the release: `helpline query "select * from marts.{mart} where year = '
            '{year}"`. If landing lost files, bring them back and `helpline run`.'
        ),
    ),
    Rule(
        name="reconciliation_open",
        assets=("figure_reconciliation",),
        severity="blocking",
        claim=Agrees(),
        description="No published figure of a year that is over and not frozen differs.",
        reason="Either the data or the publication is wrong, and readers would find out first.",
        next_step=(
            "`helpline explain {item}`: published {published}, computed {computed}. Mend "
            "the data, or the line of published/*.csv."
        ),
    ),
    Rule(
        name="reconciliation_frozen",
        assets=("figure_reconciliation",),
        severity="warning",
        claim=Agrees(),
        description="The figures of frozen years still come out as they were published.",
        reason="A frozen report stays as it is; what changed since is a revision, and is listed.",
        next_step="List it as a revision: {item} of {year} was {published} and is now {computed}.",
    ),
    Rule(
        name="closed_year_changed",
        assets=("figures",),
        severity="warning",
        claim=Agrees(),
        description="The figures of years that a release had complete are what they were in it.",
        reason="Late corrections are right to count, but whoever quoted the old value must know.",
        next_step="Tell who uses {year}: {item} was {expected} and is now {found}.",
    ),
)
