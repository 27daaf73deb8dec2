"""Which breakdowns the report prints, each once with all of its columns.

A breakdown stands here once because its columns are protected together (`small_cells.py`): a count
that is joined in one column must not follow from another.
"""

from dataclasses import dataclass, field

Within = tuple[str, str]
WHOLE: Within = ("all", "all")


@dataclass(frozen=True)
class Breakdown:
    """One table: a measure by the members of a breakdown, for the whole and within parts of it.

    `ordered` members (ages, months, hours) are joined only with their neighbours. Where `has_whole`
    is false, the columns stand beside each other and no first column is their whole. Where a table
    `is_overlapping`, one contact can stand in several rows, so that rows have no sum.
    """

    measure: str
    breakdown: str
    within: tuple[Within, ...] = ()
    ordered: bool = False
    has_whole: bool = True
    group_breakdown: str | None = None
    is_overlapping: bool = False
    columns: tuple[Within, ...] = field(init=False)

    def __post_init__(self) -> None:
        whole = (WHOLE,) if self.has_whole else ()
        object.__setattr__(self, "columns", whole + self.within)

    @property
    def name(self) -> str:
        """The table's name and the beginning of its figures' keys: `victims.category`."""
        return f"{self.measure}.{self.breakdown}"


CHAT: Within = ("channel", "chat")
PHONE: Within = ("channel", "phone")

MONTHS = Breakdown("contacts", "month", ordered=True)

BREAKDOWNS = (
    Breakdown("victims", "category"),
    Breakdown("victims", "violence_form"),
    Breakdown("contacts", "violence_form", within=(CHAT,), is_overlapping=True),
    Breakdown("victims", "age_band", ordered=True, group_breakdown="age_group"),
    Breakdown(
        "victims",
        "sex",
        within=(("age_group", "minor"), ("age_group", "adult")),
        has_whole=False,
    ),
    Breakdown("victims", "context", group_breakdown="context_group"),
    Breakdown("contacts", "channel"),
    MONTHS,
    Breakdown("contacts", "iso_weekday", ordered=True),
    Breakdown("contacts", "hour", ordered=True),
    Breakdown("contacts", "relation", within=(CHAT, PHONE), group_breakdown="relation_group"),
    Breakdown("contacts", "contact_age_group", within=(CHAT, PHONE)),
    Breakdown("contacts", "contact_sex"),
    Breakdown("contacts", "anonymous"),
    Breakdown("referrals", "outcome"),
    Breakdown("web_visitors", "site"),
)


def figure_key(measure: str, breakdown: str, member: str, within: Within = WHOLE) -> str:
    """The key of a figure in figures.json, as editors write it: `contacts.relation.self`."""
    key = f"{measure}.{breakdown}.{member}"
    return key if within == WHOLE else f"{key}.in.{within[0]}.{within[1]}"
