"""How many of what in which year: the totals that the fictional records must meet.

Exact counts of 2020 and 2019 satisfy every figure of the published 2020 annual report at once;
only those figures are published, the rest of the margins is one choice among many. Years before
are shares that lead smoothly to 2019. Labels stand in the order of the code lists; the last
column of a list that may be unknown holds all kinds of not-known.

Which label goes with which (`plausible`) and when (`seasons`) does not belong here.
"""

import numpy as np

from pipelines.sample.deal import Floats, Ints, apportion

FIRST_YEAR, LAST_YEAR = 2012, 2020

CONTACTS = {
    2012: 2500, 2013: 3250, 2014: 4676, 2015: 4707, 2016: 4596, 2017: 4812, 2018: 5126,
    2019: 5409, 2020: 8059,
}  # fmt: skip
VICTIMS = {
    2012: 2480, 2013: 3290, 2014: 4837, 2015: 5934, 2016: 6272, 2017: 6792, 2018: 7218,
    2019: 7402, 2020: 11305,
}  # fmt: skip

MONTHS_2020 = (582, 586, 616, 967, 850, 694, 664, 625, 625, 664, 640, 546)
WEEKDAYS_2020 = (1390, 1330, 1345, 1328, 1362, 688, 616)

SEXUAL_CHATS_2020 = 160
SEXUAL_SHARE_OF_CHATS = 0.168

WEB_VISITORS = {
    "adults": {
        2012: 9800, 2013: 14900, 2014: 18200, 2015: 21300, 2016: 24100, 2017: 27400, 2018: 31000,
        2019: 35031, 2020: 60253,
    },
    "minors": {
        2012: 3100, 2013: 4400, 2014: 5600, 2015: 6900, 2016: 8100, 2017: 9600, 2018: 11200,
        2019: 13100, 2020: 21480,
    },
}  # fmt: skip

# Per attribute: year → counts (2019, 2020: exact) or shares (2012) of each label.
MARGINS: dict[str, dict[int, tuple[float, ...]]] = {
    "about_nobody": {
        2012: (0.78, 0.22),
        2013: (0.79, 0.21),
        2014: (0.81, 0.19),
        2015: (0.87, 0.13),
        2016: (0.91, 0.09),
        2019: (4976, 433),
        2020: (7414, 645),
    },
    "channel": {
        2012: (0.853, 0.125, 0.022),
        2019: (4340, 917, 152),
        2020: (5698, 1450, 911),
    },
    # where the channels were going before the chat's hours were tripled in April 2020
    "channel_on_old_hours": {
        2012: (0.853, 0.125, 0.022),
        2019: (4340, 917, 152),
        2020: (0.792, 0.168, 0.040),
    },
    "category": {
        2012: (0.64, 0.125, 0.075, 0.05, 0.025, 0.02, 0.02, 0.025, 0.02),
        2019: (4419, 1141, 612, 334, 180, 170, 165, 160, 221),
        2020: (6407, 2110, 887, 428, 266, 263, 262, 262, 420),
    },
    "relation_in_chat": {
        2012: (0.5, 0.085, 0.11, 0.19, 0.03, 0.02, 0.012, 0.008, 0.03, 0.015),
        2019: (80, 12, 16, 28, 4, 3, 2, 1, 4, 2),
        2020: (501, 62, 90, 175, 18, 14, 12, 9, 20, 10),
    },
    "relation_elsewhere": {
        2012: (0.28, 0.22, 0.145, 0.115, 0.15, 0.04, 0.01, 0.015, 0.015, 0.01),
        2019: (1620, 1118, 764, 652, 700, 162, 64, 79, 60, 38),
        2020: (2207, 1588, 1051, 858, 786, 223, 98, 121, 157, 59),
    },
    "contact_age_in_chat": {
        2012: (0.16, 0.69, 0.15),
        2019: (25, 105, 22),
        2020: (144, 628, 139),
    },
    "contact_age_elsewhere": {
        2012: (0.026, 0.866, 0.108),
        2019: (132, 4640, 485),
        2020: (187, 6258, 703),
    },
    "contact_sex": {
        2012: (0.72, 0.275, 0.0005, 0.0045),
        2019: (3930, 1455, 6, 18),
        2020: (5869, 2158, 12, 20),
    },
    "anonymous": {
        2012: (0.59, 0.40, 0.01),
        2019: (3453, 1906, 50),
        2020: (5739, 2250, 70),
    },
    "minor_age": {2012: (0.33, 0.335, 0.22, 0.115), 2020: (2194, 2239, 1585, 835)},
    "minor_sex": {2012: (0.54, 0.44, 0.0003, 0.0197), 2020: (3679, 3060, 5, 109)},
    "adult_sex": {2012: (0.65, 0.23, 0.0007, 0.1193), 2020: (2797, 1065, 5, 585)},
    "form": {2012: (0.44, 0.34, 0.088, 0.004, 0.128), 2020: (4879, 3896, 1041, 59, 1430)},
    "context": {
        2012: (0.72, 0.09, 0.015, 0.009, 0.005, 0.006, 0.004, 0.0015, 0.009, 0.0145, 0.126),
        2020: (8008, 980, 192, 104, 60, 65, 48, 20, 120, 180, 1528),
    },
}  # fmt: skip

# Outcomes overlap: contacts with each, per year (2012: share of contacts).
OUTCOMES: dict[int, tuple[float, ...]] = {
    2012: (0.47, 0.25, 0.22, 0.17, 0.25, 0.06, 0.05),
    2019: (2400, 1450, 1180, 950, 1616, 340, 260),
    2020: (3300, 2150, 1500, 1350, 2876, 520, 400),
}

# Victims of a category that come second or later in their contact; the rest is child maltreatment.
FOLLOWING_SHARE = np.array([0, 0.043, 0.17, 0.257, 0.04, 0.27, 0.23, 0.19, 0.14])
# Minors among victims of separation conflict and of other problems (the other categories are
# all minors or all adults).
MIXED_MINORS = np.array([128, 55]), np.array([428, 420])


def shares(name: str, when: float | Floats) -> Floats:
    """Expected share of each label at a moment (in years), running smoothly through mid-years."""
    return _through(MARGINS[name], when, relative=True)


def counts(name: str, year: int, total: int) -> Ints:
    """Records per label in a year, of `total`: as stated for 2019 and 2020, else by the shares."""
    known = MARGINS[name].get(year)
    if known is not None and year >= 2019:
        if sum(known) != total:
            raise ValueError(f"{name} of {year} sums to {sum(known)} and not to {total}")
        return np.array(known, np.int64)
    return apportion(total, shares(name, year + 0.5))


def outcome_counts(year: int) -> Ints:
    """Contacts with each of the seven outcomes in a year."""
    if year >= 2019:
        return np.array(OUTCOMES[year], np.int64)
    return np.rint(outcome_rates(year + 0.5) * CONTACTS[year]).astype(np.int64)


def outcome_rates(when: float | Floats) -> Floats:
    """Expected share of contacts with each outcome at a moment (in years)."""
    rates = {
        year: tuple(value / (CONTACTS[year] if year >= 2019 else 1) for value in values)
        for year, values in OUTCOMES.items()
    }
    return _through(rates, when, relative=False)


def mixed_minors(category: Ints) -> Ints:
    """Minors among the victims of separation conflict and of other problems in a year."""
    minors, of = MIXED_MINORS
    rounded: Ints = np.rint(category[[3, 8]] * minors / of).astype(np.int64)
    return rounded


def _through(
    knots: dict[int, tuple[float, ...]], when: float | Floats, *, relative: bool
) -> Floats:
    table = np.array([knots[year] for year in sorted(knots)], np.float64)
    if relative:
        table = table / table.sum(axis=1, keepdims=True)
    middles = np.array(sorted(knots)) + 0.5
    return np.stack([np.interp(when, middles, column) for column in table.T], axis=-1)
