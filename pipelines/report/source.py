"""What the report reads of a release: rows of the schema `marts`, as they are, for one year.

Plain selects only. What a number means was decided by the marts; what may be printed is decided in
`figures.py`.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import duckdb

from pipelines.errors import DataNotPassed, WrongUse

Key = tuple[str, str, str, str, str]
"""measure, breakdown, member, within_breakdown, within_member; `all` where there is none."""

YEAR_OF = {
    "figures": "year",
    "yearly_totals": "year",
    "contacts_by_month": "year",
    "website_visitors": "year",
    "contacts_around_campaigns": "year(starts_on)",
    "data_completeness": "year(day)",
    "figure_reconciliation": "year",
}
"""Every mart that is read here, and the calendar year of its rows."""


@dataclass(frozen=True)
class Cell:
    """One row of `marts.figures`; shares and growth are percentages, not yet rounded."""

    value: int
    denominator: int | None
    share_pct: float | None
    share_pct_rounded: int | None
    previous_value: int | None
    growth_pct: float | None


@dataclass(frozen=True)
class YearTotal:
    """One row of `marts.yearly_totals`, and in how many of its months there were contacts."""

    year: int
    contacts: int
    victims: int
    victims_per_contact: float | None
    days_missing: int
    is_complete: bool
    months: int

    @property
    def is_whole(self) -> bool:
        """Whether the year may be compared: no day missing, and in service all year round."""
        return self.is_complete and self.months == 12

    def is_tellable(self, minimum: int) -> bool:
        """Whether its totals point at nobody: no fewer than `minimum`, or no victim at all."""
        return self.contacts >= minimum and (self.victims >= minimum or self.victims == 0)


@dataclass(frozen=True)
class MissingDays:
    """A run of days for which a source delivered nothing usable."""

    source: str
    first_day: dt.date
    last_day: dt.date


@dataclass(frozen=True)
class Marts:
    """All that one year's report is made of."""

    year: int
    cells: dict[Key, Cell]
    previous: dict[Key, Cell]
    totals: tuple[YearTotal, ...]
    month_by_channel: dict[tuple[int, str], int]
    visitors_by_month: dict[tuple[int, int, str], int]
    campaigns: tuple[dict[str, Any], ...]
    campaigns_before: tuple[dict[str, Any], ...]
    missing: tuple[MissingDays, ...]
    reconciliation: tuple[dict[str, Any], ...]

    @property
    def total(self) -> YearTotal:
        """The totals of the report's year."""
        return next(total for total in self.totals if total.year == self.year)

    @property
    def year_before(self) -> "Marts":
        """What is known here of the year before: its cells, its campaigns and the totals."""
        return replace(
            self,
            year=self.year - 1,
            cells=self.previous,
            previous={},
            campaigns=self.campaigns_before,
            campaigns_before=(),
        )

    def cell(
        self, measure: str, breakdown: str, member: str, within: tuple[str, str] = ("all", "all")
    ) -> Cell | None:
        """The figure of these keys, or None if the marts have none."""
        return self.cells.get((measure, breakdown, member, *within))


def years_with_data(connection: duckdb.DuckDBPyConnection, minimum: int = 1) -> list[int]:
    """The calendar years of which the marts hold `minimum` contacts (and victims) or more."""
    rows = _rows(
        connection,
        """select year from marts.yearly_totals
        where contacts >= ? and (victims >= ? or victims = 0) order by year""",
        [minimum, minimum],
    )
    return [row["year"] for row in rows]


def first_year_that_differs(
    connection: duckdb.DuckDBPyConnection, other: duckdb.DuckDBPyConnection
) -> int | None:
    """The earliest calendar year of which two databases hold other rows; None if there is none.

    A report reads nothing of later years than its own, so that of any year before is the same.
    """
    differing = _year_hashes(connection) ^ _year_hashes(other)
    return min((year for _, year, *_ in differing), default=None)


def _year_hashes(connection: duckdb.DuckDBPyConnection) -> set[tuple[str, int, int, int]]:
    """Mart, year, rows and a hash of them, of every mart that `read_marts` reads."""
    every = " union all ".join(
        f"select '{mart}' as mart, {year} as year, hash(mart_row) as row_hash "
        f"from marts.{mart} as mart_row"
        for mart, year in YEAR_OF.items()
    )
    rows = _rows(
        connection,
        f"select mart, year, count(*) as n, bit_xor(row_hash) as rows from ({every}) group by all",
    )
    return {(row["mart"], row["year"], row["n"], row["rows"]) for row in rows}


def read_marts(connection: duckdb.DuckDBPyConnection, year: int) -> Marts:
    """Read everything that the report of `year` needs.

    Raises:
        WrongUse: the marts hold no contact of that year.
        DataNotPassed: the database has no marts, or marts without their agreed columns.
    """
    years = years_with_data(connection)
    if year not in years:
        known = f"{years[0]} to {years[-1]}" if years else "no year"
        raise WrongUse(
            f"No report for {year}: the release holds contacts of {known}. "
            "Ask for one of these years, or run the night once the year's data has landed."
        )
    totals = _rows(
        connection,
        """select year, t.contacts, victims, victims_per_contact, days_missing, is_complete,
            (select count(*) from marts.contacts_by_month as m
                where m.year = t.year and m.channel = 'all' and m.contacts > 0) as months
        from marts.yearly_totals as t where year <= ? and contacts > 0 order by year""",
        [year],
    )
    return Marts(
        year=year,
        cells=_cells(connection, year),
        previous=_cells(connection, year - 1),
        totals=tuple(YearTotal(**row) for row in totals),
        month_by_channel={
            (row["month"], row["channel"]): row["contacts"]
            for row in _rows(
                connection,
                "select month, channel, contacts from marts.contacts_by_month where year = ?",
                [year],
            )
        },
        visitors_by_month={
            (row["year"], row["month"], row["site"]): row["visitors"]
            for row in _rows(
                connection,
                """select year, month, site, visitors from marts.website_visitors
                where year in (?, ? - 1) and visitors is not null""",
                [year, year],
            )
        },
        campaigns=tuple(_campaigns(connection, year)),
        campaigns_before=tuple(_campaigns(connection, year - 1)),
        missing=tuple(_missing(connection, year)),
        reconciliation=tuple(
            _rows(
                connection,
                """select figure_id, year, section, statistic, published, computed, status
                from marts.figure_reconciliation where year <= ? order by year, figure_id""",
                [year],
            )
        ),
    )


def _cells(connection: duckdb.DuckDBPyConnection, year: int) -> dict[Key, Cell]:
    rows = _rows(
        connection,
        """select
            measure, coalesce(nullif(breakdown, ''), 'all') as breakdown,
            coalesce(nullif(member, ''), 'all') as member,
            coalesce(nullif(within_breakdown, ''), 'all') as within_breakdown,
            coalesce(nullif(within_member, ''), 'all') as within_member,
            cast(value as bigint) as value, cast(denominator as bigint) as denominator, share_pct,
            cast(share_pct_rounded as integer) as share_pct_rounded,
            cast(previous_value as bigint) as previous_value, growth_pct
        from marts.figures
        where year = ? and value is not null and measure in
            ('contacts', 'victims', 'referrals', 'web_visitors')""",
        [year],
    )
    keys = ("measure", "breakdown", "member", "within_breakdown", "within_member")
    cells = {}
    for row in rows:
        measure, breakdown, member, within_breakdown, within_member = (row.pop(k) for k in keys)
        cells[measure, breakdown, member, within_breakdown, within_member] = Cell(**row)
    return cells


def _campaigns(connection: duckdb.DuckDBPyConnection, year: int) -> list[dict[str, Any]]:
    return _rows(
        connection,
        """select * from marts.contacts_around_campaigns
        where starts_on >= make_date(?, 1, 1) and starts_on < make_date(? + 1, 1, 1)
        order by starts_on, campaign_id""",
        [year, year],
    )


def _missing(connection: duckdb.DuckDBPyConnection, year: int) -> list[MissingDays]:
    rows = _rows(
        connection,
        """with missing as (
            select
                source, day,
                day - cast(row_number() over (partition by source order by day) as integer) as run
            from (
                select distinct source, day from marts.data_completeness
                where year(day) = ? and status in ('missing', 'rejected')
            )
        )
        select source, min(day) as first_day, max(day) as last_day
        from missing group by source, run order by first_day, source""",
        [year],
    )
    return [MissingDays(**row) for row in rows]


def _rows(
    connection: duckdb.DuckDBPyConnection, sql: str, values: Sequence[object] = ()
) -> list[dict[str, Any]]:
    try:
        result = connection.execute(sql, list(values))
    except (duckdb.CatalogException, duckdb.BinderException):
        raise DataNotPassed(
            "The database does not hold the marts that the report is made of. "
            "`helpline run` builds them; `helpline releases` lists what there is."
        ) from None
    columns = [column[0] for column in result.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in result.fetchall()]
