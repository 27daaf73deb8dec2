"""Statements that try to get out of `helpline query`, or to harm what it reads."""

import hashlib
import io
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipelines.errors import WrongUse
from pipelines.publish import output, publish, query, releases
from pipelines.settings import PROJECT, Settings
from tests.fake_marts import make_warehouse

CANARY = "a secret that lies beside the release"

# {canary} is a readable file, {out} a file that must not come into being, {release} the folder.
HOSTILE = """
select * from read_text('{canary}')
select * from read_blob('{canary}')
select * from read_csv('{canary}')
select * from read_csv_auto('{canary}')
select * from sniff_csv('{canary}')
select * from '{canary}'
select * from "{canary}"
from '{canary}'
select * from read_json('{canary}')
select * from read_ndjson_objects('{canary}')
select * from read_parquet('{canary}')
select * from parquet_metadata('{canary}')
select * from parquet_schema('{canary}')
select * from read_duckdb('{release}/helpline.duckdb')
select * from glob('{release}/*')
select * from glob('/etc/*')
select (select content from read_text('{canary}'))
with t as (from read_text('{canary}')) select * from t
select * from query('select * from read_text(''{canary}'')')
select * from query_table('{canary}')
explain analyze select * from read_text('{canary}')
describe select * from read_text('{canary}')
summarize '{canary}'
select * from 'https://example.org/x.csv'
select * from read_parquet('s3://bucket/x.parquet')
select * from read_csv('http://127.0.0.1:1/x.csv')
select * from 'hf://datasets/x/y.parquet'
attach '{out}' as other
attach '{canary}' as other (read_only)
ATTACH ':memory:' AS m
/* harmless */ attach '{out}'
-- harmless\nattach '{out}'
attach if not exists '{out}'
detach helpline
use other
copy figures to '{out}'
copy (select 1) to '{out}' (format csv)
COPY marts.figures FROM '{canary}'
copy from database helpline to memory
explain copy (select 1) to '{out}'
explain analyze copy (select 1) to '{out}'
export database '{out}'
import database '{release}'
install httpfs
install httpfs from community
force install spatial from 'http://127.0.0.1:1'
load httpfs
load '{canary}'
update extensions
set enable_external_access = true
set global enable_external_access = true
reset enable_external_access
set lock_configuration = false
set memory_limit = '100GB'
set temp_directory = '{out}'
set threads = 64
set allow_unsigned_extensions = true
set secret_directory = '{out}'
set search_path = 'main'
set variable x = 1
pragma enable_profiling
pragma profiling_output = '{out}'
pragma version
PRAGMA database_list
pragma memory_limit = '100GB'
pragma enable_external_access = true
pragma import_database('{release}')
call pragma_version()
call enable_logging(storage = 'file', storage_path = '{out}')
select * from enable_logging(storage = 'file', storage_path = '{out}')
from enable_profiling(save_location = '{out}')
create table marts.x as select 1
create temp table x as select 1
create view x as select 1
create macro x() as 1
create secret x (type s3)
create persistent secret x (type http)
create schema x
create or replace table marts.figures as select 1
insert into marts.figures values (2020)
update marts.figures set value = 0
delete from marts.figures
truncate marts.figures
merge into marts.figures using (select 1) on false when not matched then insert default values
with x as (select 1) insert into marts.figures select 2020
drop table marts.figures
drop schema marts cascade
alter table marts.figures rename to x
comment on table marts.figures is 'mine'
vacuum
checkpoint
force checkpoint
begin
commit
prepare x as select 1
execute x
deallocate x
select 1; drop table marts.figures
select 1; select 2
select 1; attach '{out}'
pivot figures on measure using sum(value)
explain drop table marts.figures
explain analyze delete from marts.figures
explain explain analyze create table x as select 1
(((attach '{out}')))
select getenv('HOME')
select read_text('{canary}')
select system('touch {out}')
.shell touch {out}
.read {canary}
select * from settings
select * from CANARY
select * from json_execute_serialized_sql('{{"statements": []}}')
select * from duckdb_secrets()
select * from force_checkpoint()
select write_log('x')
select * from arrow_scan(1, 2, 3)
select * from pandas_scan(1)
select * from sqlite_scan('{canary}', 'x')
select * from postgres_query('host=127.0.0.1', 'select 1')
select ?
select $1
""".strip().splitlines()

BOMBS = [
    "select repeat('x', 4000000000)",
    "select length(repeat(repeat('x', 1000000), 1000000))",
    "select range(500000000)",
    "select [repeat('x', 100000000) for i in range(50)]",
    "select list(i) from range(1000000000) as t(i)",
    "select * from range(100000000) as t(i) order by hash(i)",
    "select count(*) from range(100000000000) a, range(100000000000) b",
    "with recursive r as (select 1 as i union all select i + 1 from r) select max(i) from r",
    "select pg_sleep(100)",
    f"select {'(' * 100000}1{')' * 100000}",
    f"select {'-' * 1}{'+'.join(['1'] * 50000)}",
]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    home = tmp_path_factory.mktemp("hostile") / "home"
    made = make_warehouse(home).model_copy(update={"query_seconds": 2.0})
    publish(made, "night-1", "abc")
    (home / "canary.csv").write_text(CANARY)
    return made


def answer(settings: Settings, sql: str) -> str:
    to = io.StringIO()
    with query(settings, sql) as found:
        output.as_json(found.columns, found.rows, to)
    return to.getvalue()


def state(folder: Path) -> dict[Path, str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_no_hostile_statement_is_answered_and_none_leaves_a_trace(settings: Settings) -> None:
    assert len(HOSTILE) >= 60
    before = state(settings.home)
    release = releases(settings)[0].folder.resolve()
    names = {
        "canary": settings.home / "canary.csv",
        "out": settings.home / "out",
        "release": release,
    }
    answered, refusals = [], []
    for template in HOSTILE:
        sql = template.replace("\\n", "\n").format(**names)
        try:
            answered.append((sql, answer(settings, sql)))
        except WrongUse as error:
            refusals.append(str(error))
    assert answered == []
    assert [text for text in refusals if CANARY in text or "Traceback" in text] == []
    assert state(settings.home) == before
    assert releases(settings)[0].faults == ()


@pytest.mark.parametrize("bomb", BOMBS, ids=lambda sql: sql[:40])
def test_a_bomb_ends_within_its_time_and_memory(settings: Settings, bomb: str) -> None:
    started = time.monotonic()
    with pytest.raises(WrongUse, match=r"more than 512MB|more memory|longer than 2 s|Error"):
        answer(settings, bomb)
    assert time.monotonic() - started < 60  # not a measure of speed: without the bound it is hours
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    assert largest < 2.5 * 1024**3


def test_a_long_answer_is_streamed_and_its_reader_may_stop(settings: Settings) -> None:
    with query(settings, "select i from range(1000000000) as t(i)") as found:
        assert [next(found.rows) for _ in range(3)] == [[0], [1], [2]]


def test_reading_statements_of_every_kind_are_answered(settings: Settings) -> None:
    for sql in (
        "select count(*) as n from marts.figures",
        "from figures",
        "with t as (select 1 as x) select * from t;",
        "values (1), (2)",
        "table figures",
        "show tables",
        "describe figures",
        "summarize figures",
        "explain select * from figures",
        "explain analyze select * from figures",
        "explain (format json) select * from figures",
        "explain (select 1)",
        "-- a remark\n(select 1)",
        "pivot figures on measure in ('victims', 'contacts') using sum(value)",
        "select * from duckdb_columns() where schema_name = 'marts'",
    ):
        assert answer(settings, sql) != "", sql


def test_a_typing_error_gets_duckdbs_message_and_exit_2(settings: Settings) -> None:
    command = [sys.executable, "-m", "pipelines.cli", "query", "select * form figures"]
    ended = subprocess.run(
        command,
        cwd=PROJECT,
        env={"HELPLINE_HOME": str(settings.home), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert 'Parser Error: syntax error at or near "figures"' in ended.stderr
    assert "Traceback" not in ended.stderr
