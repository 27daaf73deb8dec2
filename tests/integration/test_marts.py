"""The marts as an interface: names, columns, keys and rows that are always there."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.settings import Settings
from pipelines.transform import run_dbt
from tests.integration.marts_night import rows

INTERFACE = {
    "yearly_totals": "year; contacts, victims, victims_per_contact, contacts_growth_pct, "
    "victims_growth_pct, days_missing, is_complete",
    "victims_by_category": "year, category; victims, share_pct, share_pct_rounded, "
    "previous_victims, growth_pct, rank",
    "victims_by_violence_form": "year, category, violence_form; victims, known_victims, "
    "share_of_known_pct, share_pct_rounded",
    "contacts_by_violence_form": "year, channel, violence_form; contacts, all_contacts, "
    "share_of_contacts_pct",
    "victims_by_age": "year, age_band; age_group, victims, share_pct, share_pct_rounded",
    "victims_by_age_and_sex": "year, age_band, sex; age_group, victims, known_victims, "
    "share_of_known_pct",
    "victims_by_context": "year, context; context_group, victims, known_victims, "
    "share_of_known_pct",
    "contacts_by_channel": "year, channel; contacts, share_pct, share_pct_rounded, "
    "previous_contacts, growth_pct",
    "contacts_by_month": "year, month, channel; contacts",
    "contacts_by_weekday": "year, iso_weekday, channel; contacts",
    "contacts_by_hour": "year, hour, channel; contacts",
    "contact_persons": "year, channel, dimension, member; contacts, denominator, share_pct, "
    "share_pct_rounded",
    "referrals_by_outcome": "year, outcome; outcome_group, referrals, share_pct, "
    "share_pct_rounded, contacts_with_outcome, share_of_contacts_pct, previous_referrals, "
    "growth_pct",
    "website_visitors": "year, month, site; visitors, visits, previous_visitors, growth_pct",
    "contacts_around_campaigns": "campaign_id; name, theme, kind, starts_on, ends_on, "
    "days_observed_before, days_observed_during, contacts_per_day_before, "
    "contacts_per_day_during, contacts_per_day_same_weeks_last_year, rate_ratio, "
    "rate_ratio_low, rate_ratio_high, rate_ratio_last_year, rate_ratio_last_year_low, "
    "rate_ratio_last_year_high, visitors_per_day_before, visitors_per_day_during, impressions, "
    "clicks, spend, currency, overlaps",
    "figures": "year, measure, breakdown, member, within_breakdown, within_member; section, "
    "value, denominator, share_pct, share_pct_rounded, previous_value, growth_pct, unit, caveat",
    "figure_reconciliation": "figure_id; year, section, statistic, published, computed, low, "
    "high, status, note",
    "data_completeness": "source, day; status, delivery_id",
}

# rows of one year: the codes of each list as counted in the list, times the members of the others
ROWS_OF_A_YEAR = {
    "yearly_totals": 1,
    "victims_by_category": 14,
    "victims_by_violence_form": (14 + 1) * 9,
    "contacts_by_violence_form": (5 + 1) * 9,
    "victims_by_age": 10,
    "victims_by_age_and_sex": 10 * 8,
    "victims_by_context": 15,
    "contacts_by_channel": 5,
    "contacts_by_month": 12 * (5 + 1),
    "contacts_by_weekday": 7 * (5 + 1),
    "contacts_by_hour": 24 * (5 + 1),
    "contact_persons": (5 + 1) * (14 + (3 + 1) + 7 + 8 + 7),
    "referrals_by_outcome": 12,
    "website_visitors": (12 + 1) * 2,
}


def test_the_marts_and_their_columns_and_keys_are_the_interface(night_home: Path) -> None:
    found = rows(
        Settings(home=night_home),
        """
        select
            table_name,
            array_to_string(any_value(constraint_column_names), ', ') || '; '
            || string_agg(column_name, ', ' order by column_index)
                filter (where not list_contains(constraint_column_names, column_name))
        from duckdb_columns() as columns
        inner join duckdb_constraints() as keys using (database_name, schema_name, table_name)
        where columns.schema_name = 'marts' and keys.constraint_type = 'PRIMARY KEY'
        group by table_name
        """,
    )
    assert dict(found) == INTERFACE


@pytest.mark.parametrize("mart", ROWS_OF_A_YEAR)
def test_every_code_keeps_its_row_in_every_year(mart: str, night_home: Path) -> None:
    found = rows(
        Settings(home=night_home),
        f"select year, count(*) from marts.{mart} group by year order by year",
    )
    assert found == [(year, ROWS_OF_A_YEAR[mart]) for year in range(2012, 2021)]


def test_every_column_has_a_comment_that_readers_of_the_database_see(night_home: Path) -> None:
    silent = rows(
        Settings(home=night_home),
        "select table_name, column_name from duckdb_columns() "
        "where schema_name = 'marts' and coalesce(comment, '') = ''",
    )
    assert silent == []


@pytest.mark.parametrize(
    ("key", "caveat"),
    [
        ((2020, "contacts", "all", "all"), None),
        ((2012, "contacts", "all", "all"), "partial_year"),
        ((2020, "contacts", "violence_form", "sexual"), "several_per_contact"),
        ((2020, "victims", "violence_form", "sexual"), None),
        ((2020, "web_visitors", "all", "all"), "daily_unique_visitors"),
        ((2012, "web_visitors", "month", "5"), "partial_year|daily_unique_visitors"),
        ((2020, "contacts", "hour", "9"), None),
        ((2020, "contacts", "week", "2020-12-21"), None),
        ((2020, "contacts", "week", "2020-12-28"), "partial_week"),
        ((2019, "contacts", "week", "2019-12-30"), "partial_week"),
        ((2020, "rate_ratio", "campaign", "C2020-01"), "not_a_cause"),
    ],
)
def test_a_figure_says_what_to_beware_of(
    key: tuple[int, str, str, str], caveat: str | None, night_home: Path
) -> None:
    year, measure, breakdown, member = key
    found = rows(
        Settings(home=night_home),
        f"select distinct caveat from marts.figures where year = {year} "
        f"and measure = '{measure}' and breakdown = '{breakdown}' and member = '{member}'",
    )
    assert found == [(caveat,)]


def test_marts_on_hand_worked_cases_are_as_worked_out(
    copied_home: Callable[[], Settings],
) -> None:
    """dbt's unit tests; their names say what each claims."""
    run_dbt(copied_home(), ["test", "--select", "test_type:unit,path:models/marts"])
