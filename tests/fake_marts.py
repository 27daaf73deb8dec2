"""A small warehouse with marts made by hand, for the tests of what is published.

`night` stands in every mart, so that a test can tell whether two tables come from one release.
"""

from pathlib import Path

import duckdb

from pipelines.settings import PROJECT, Settings, load_settings
from pipelines.warehouse import open_warehouse

SEEDS = PROJECT / "dbt_project" / "seeds"

_RAW = """
create schema raw;
create table raw.runs (
    run_id varchar, started_at timestamp, as_of timestamp, code_version varchar, is_sample boolean
);
create table raw.deliveries (
    load_number bigint, delivery_id bigint, source varchar, status varchar, loaded_at timestamp,
    first_day date, last_day date
);
insert into raw.runs values
    ('night-0', '2021-01-01 03:00', '2020-12-31 23:00', 'abc', true);
insert into raw.deliveries values
    (1, 51, 'phone', 'loaded', '2021-01-01 03:00:01', '2020-01-01', '2020-12-31'),
    (2, 52, 'chat', 'loaded', '2021-01-01 03:00:02', '2020-12-01', '2020-12-31');
create table raw.settings (name varchar, value varchar);
create schema codes;
"""

_MARTS = """
create schema marts;
create table marts.yearly_totals (
    year integer primary key, contacts bigint, victims bigint, contacts_growth_pct double,
    is_complete boolean
);
comment on table marts.yearly_totals is 'Contacts and victims of each year.';
comment on column marts.yearly_totals.contacts is 'Contacts registered. Unit: contacts.';
create table marts.victims_by_category (
    year integer, category varchar, victims bigint, share_pct double, share_pct_rounded integer,
    primary key (year, category)
);
comment on table marts.victims_by_category is 'Victims of each category; it''s over all victims.';
comment on column marts.victims_by_category.category is 'Category of the violence.';
comment on column marts.victims_by_category.victims is 'Victims reported. Unit: victims.';
comment on column marts.victims_by_category.share_pct is 'Share of all victims of the year.';
create table marts.contact_persons (
    year integer, channel varchar, dimension varchar, member varchar, contacts bigint,
    primary key (year, channel, dimension, member)
);
create table marts.figures (
    year integer, measure varchar, breakdown varchar, member varchar, within_breakdown varchar,
    within_member varchar, value double
);
create table marts.contacts_around_campaigns (
    campaign_id varchar primary key, name varchar, kind varchar, starts_on date,
    spend decimal(12, 2), "overlaps" varchar[], seen_at timestamp
);
create table marts.data_completeness (source varchar, day date, status varchar, delivery_id bigint);
create table marts.yearly_totals__dbt_tmp (year integer);
"""

_NIGHT = """
delete from marts.yearly_totals;
insert into marts.yearly_totals
    select y, $night, $night, null, true from range(2018, 2021) as t (y) order by random();
delete from marts.victims_by_category;
insert into marts.victims_by_category
    select y, code, $night, 10.5, 10 from range(2018, 2021) as t (y), codes.code_lists
    where list = 'category' order by random();
delete from marts.contact_persons;
insert into marts.contact_persons
    select 2020, 'all', replace(dimension, 'contact_', ''), code, $night
    from codes.dimensions inner join codes.code_lists as c on code_list = c.list
    where column_name = 'member';
delete from marts.figures;
insert into marts.figures values
    (2020, 'victims', 'all', 'all', 'all', 'all', $night),
    (2020, 'contacts', 'contact_sex', 'female', 'channel', 'phone', $night);
delete from marts.contacts_around_campaigns;
insert into marts.contacts_around_campaigns values
    ('C1', '=HYPERLINK("http://x")', 'tv', '2020-03-01', 12.30, ['C2', 'C3'], '2020-03-01 04:00'),
    ('C2', ' +1', null, null, -5, [], null),
    ('C3', 'Calm, "quoted" & plain ' || $night, 'radio', '2020-04-01', null, null, null);
delete from marts.data_completeness;
insert into marts.data_completeness
    select 'phone', d::date, 'received', 51
    from range(date '2020-01-01', date '2020-01-11', interval 1 day) as t (d);
"""


def make_warehouse(home: Path, night: int = 1) -> Settings:
    """A home with nothing but a warehouse, whose marts are those of `night`."""
    settings = load_settings(home=home)
    with open_warehouse(settings) as connection:
        connection.execute(_RAW)
        for seed in ("code_lists", "dimensions"):
            connection.execute(
                f"create table codes.{seed} as from read_csv(?, header = true, all_varchar = true)",
                [str(SEEDS / f"{seed}.csv")],
            )
        connection.execute("alter table codes.code_lists alter position type integer")
        connection.execute(_MARTS)
        fill(connection, night)
    return settings


def set_night(settings: Settings, night: int) -> None:
    """Let the marts be those of another night."""
    with open_warehouse(settings) as connection:
        fill(connection, night)


def fill(connection: duckdb.DuckDBPyConnection, night: int) -> None:
    """Write the marts of a night, in another order each time."""
    for statement in _NIGHT.split(";\n"):
        parameters = {"night": night} if "$night" in statement else None
        connection.execute(statement, parameters)
