"""The raw tables: what ingest writes and only staging reads.

Ids are keyed hashes, codes are codes of the code lists, instants are UTC without a zone. No column
here may hold a label, a name or any other text that a person typed about a person.

Codes of records are enumerations: as texts they cost four times as much to write. A list that has
grown, or a warehouse made before, has its columns widened when the tables are created.
"""

import re

import duckdb

from pipelines.contracts.vocabulary import FIELDS, UNFOLDED, code_lists
from pipelines.ingest.expressions import code_type, literal
from pipelines.ingest.repair import rebuild_core_next

ENUMERATED = ("contacts", *UNFOLDED)
"""Tables with as many rows as there are records; the others are small."""

RAW_TABLES = """
create schema if not exists raw;
create table if not exists raw.runs (
    run_id varchar, started_at timestamp, as_of timestamp, as_of_day date,
    code_version varchar, is_sample boolean, scale double);
create table if not exists raw.sources (
    source varchar, site varchar, entity_list varchar[], contract_version varchar,
    replaces_period boolean, rhythm varchar, due_from date, due_after_days integer,
    is_contact_source boolean, channel varchar, codes_not_recorded varchar[]);
create table if not exists raw.deliveries (
    load_number bigint, delivery_id bigint, source varchar, site varchar, file_name varchar,
    sha256 varchar, bytes bigint, contract_version varchar, received_at timestamp,
    modified_at timestamp,
    loaded_at timestamp, run_id varchar, rows_in bigint, rows_loaded bigint,
    rows_rejected bigint, first_day date, last_day date, replaces_period boolean,
    status varchar, reason varchar, undeclared_columns varchar[], superseded boolean);
create table if not exists raw.rejects (
    delivery_id bigint, line bigint, reason_code varchar, column_name varchar);
create table if not exists raw.contacts (
    source varchar, delivery_id bigint, line bigint, contact_key bigint, version_at timestamp,
    contact_kind {contact_kind}, started_at timestamp, day date, hour tinyint,
    is_ambiguous_hour boolean, duration_s integer, channel {channel}, relation {relation},
    contact_age_group {contact_age_group}, contact_sex {sex}, anonymous {anonymous});
create table if not exists raw.victims (
    source varchar, delivery_id bigint, line bigint, contact_line bigint, contact_key bigint,
    day date, victim_number smallint, category {category}, violence_form {violence_form},
    age_band {age_band}, sex {sex}, context {context});
create table if not exists raw.referrals (
    source varchar, delivery_id bigint, line bigint, contact_line bigint, contact_key bigint,
    day date, outcome {outcome});
create table if not exists raw.web_visits (
    source varchar, delivery_id bigint, line bigint, version_at timestamp, day date,
    site varchar, visitors integer, visits integer);
create table if not exists raw.campaigns (
    source varchar, delivery_id bigint, line bigint, version_at timestamp,
    campaign_id varchar, name varchar, theme varchar, kind varchar, medium varchar,
    starts_on date, ends_on date);
create table if not exists raw.ad_delivery (
    source varchar, delivery_id bigint, line bigint, version_at timestamp, day date,
    campaign_id varchar, impressions bigint, reach bigint, clicks bigint,
    spend decimal(12, 2), currency varchar);
create table if not exists raw.published_figures (
    publication varchar, figure_id varchar, section varchar, year integer, measure varchar,
    filter varchar, within varchar, known varchar, statistic varchar, compare_year integer,
    published varchar, precision varchar, low double, high double, note varchar);
create table if not exists raw.landing_files (
    source varchar, path varchar, bytes bigint, modified_ns bigint, inode bigint,
    sha256 varchar, contract_version varchar);
create table if not exists raw.settings (name varchar, value varchar);
"""


def create_raw_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create what is missing, and make room for codes that a column cannot hold yet."""
    types = {name: code_type(codes) for name, codes in code_lists().items()}
    connection.execute(RAW_TABLES.format(**types))
    held = connection.execute(
        "select table_name, column_name, data_type from duckdb_columns() "
        "where schema_name = 'raw' and not internal"
    ).fetchall()
    for table, column, data_type in held:
        kind = FIELDS[table].get(column) if table in ENUMERATED else None
        if kind is not None and kind.code_list is not None:
            widen(connection, table, column, data_type, types[kind.code_list])


def widen(
    connection: duckdb.DuckDBPyConnection, table: str, column: str, held: str, wanted: str
) -> None:
    """Let a column hold every code of its list; what it held stays, and core is built anew."""
    missing = dict.fromkeys(codes_of(wanted))
    known = codes_of(held)
    if set(missing) <= set(known):
        return
    if not known:  # texts, as older versions wrote them
        rows = connection.execute(
            f"select distinct {column} from raw.{table} where {column} is not null order by 1"
        ).fetchall()
        known = [*missing, *(code for (code,) in rows)]
    codes = ", ".join(map(literal, dict.fromkeys([*known, *missing])))
    connection.execute("begin transaction")
    connection.execute(f"alter table raw.{table} alter column {column} type enum({codes})")
    rebuild_core_next(connection)
    connection.execute("commit")


def codes_of(enumeration: str) -> list[str]:
    """The codes of an enumeration, as its type is written; none of any other type."""
    return re.findall(r"'([^']*)'", enumeration)
