"""Real clients of BI tools on a release: what they see, and when they see the next one.

Every claim of docs/bi.md about a client that runs here is one of these tests.
"""

import csv
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol

import adbc_driver_duckdb
import duckdb
import openpyxl
import pandas as pd
import polars as pl
import pytest
import sqlalchemy as sa
from adbc_driver_manager import dbapi
from packaging.version import Version

from pipelines.publish import publish
from pipelines.settings import Settings
from tests.fake_marts import make_warehouse, set_night

DUCKDB_VERSIONS = ("1.0.0", "1.2.2", "")  # "" is the newest that the index has
NIGHT = "select max(victims) from marts.victims_by_category"
CATALOG = "select current_database()"
COMMENT = (
    "select comment from duckdb_columns() "
    "where table_name = 'victims_by_category' and column_name = 'victims'"
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A release of night 1, and a warehouse that holds night 2."""
    made = make_warehouse(tmp_path / "home")
    publish(made, "night-1", "abc")
    set_night(made, 2)
    return made


@pytest.fixture
def database(settings: Settings) -> Path:
    return settings.current_release / "helpline.duckdb"


class Ask(Protocol):
    """Send one statement over an open connection, and give the first value of its answer."""

    def __call__(self, sql: str, /) -> object: ...


class Client(Protocol):
    """Open a connection to a database as an analyst's tool would."""

    def __call__(self, database: Path, /) -> AbstractContextManager[Ask]: ...


@contextmanager
def duckdb_python(database: Path) -> Iterator[Ask]:
    with duckdb.connect(str(database), read_only=True) as connection:
        yield lambda sql: connection.execute(sql).fetchall()[0][0]


@contextmanager
def sqlalchemy(database: Path) -> Iterator[Ask]:
    with engine_of(database).connect() as connection:
        yield lambda sql: connection.execute(sa.text(sql)).scalar_one()


@contextmanager
def adbc(database: Path) -> Iterator[Ask]:
    with (
        dbapi.connect(
            driver=adbc_driver_duckdb.driver_path(),
            entrypoint="duckdb_adbc_init",
            db_kwargs={"path": str(database), "access_mode": "READ_ONLY"},
            autocommit=True,
        ) as connection,
        connection.cursor() as cursor,
    ):

        def ask(sql: str) -> object:
            cursor.execute(sql)
            return cursor.fetch_arrow_table().to_pylist()[0].popitem()[1]

        yield ask


def engine_of(database: Path, **pooling: Any) -> sa.Engine:
    pooling = pooling or {"poolclass": sa.pool.NullPool}
    return sa.create_engine(f"duckdb:///{database}", connect_args={"read_only": True}, **pooling)


@pytest.mark.parametrize("client", [duckdb_python, sqlalchemy, adbc])
def test_an_open_connection_keeps_its_release_and_a_new_one_sees_the_next(
    client: Client, settings: Settings, database: Path
) -> None:
    with client(database) as before:
        assert (before(NIGHT), before(CATALOG)) == (1, "helpline")
        publish(settings, "night-2", "abc")
        with client(database) as after:
            assert (after(NIGHT), after(CATALOG)) == (2, "helpline")
            assert before(NIGHT) == 1
            assert after(COMMENT) == "Victims reported. Unit: victims."


@pytest.mark.parametrize("client", [duckdb_python, sqlalchemy, adbc])
def test_a_client_that_connects_as_documented_cannot_write(client: Client, database: Path) -> None:
    with (
        client(database) as ask,
        pytest.raises((duckdb.Error, sa.exc.DBAPIError, dbapi.Error), match="read-only"),
    ):
        ask("create table marts.mine as select 1")


def test_sqlalchemy_reflects_tables_columns_and_comments(database: Path) -> None:
    engine = engine_of(database)
    inspector = sa.inspect(engine)
    assert "victims_by_category" in inspector.get_table_names(schema="marts")
    columns = {c["name"]: c for c in inspector.get_columns("victims_by_category", schema="marts")}
    assert list(columns) == ["year", "category", "victims", "share_pct", "share_pct_rounded"]
    assert columns["victims"]["comment"] == "Victims reported. Unit: victims."
    comment = inspector.get_table_comment("victims_by_category", schema="marts")["text"]
    assert comment == "Victims of each category; it's over all victims."


@pytest.mark.filterwarnings("ignore:duckdb-engine doesn't yet support reflection on indices")
@pytest.mark.filterwarnings("ignore:Did not recognize type 'list'")
def test_sqlalchemy_reflects_a_whole_schema_and_queries_what_it_reflected(database: Path) -> None:
    metadata = sa.MetaData()
    engine = engine_of(database)
    metadata.reflect(engine, schema="marts")
    mart = metadata.tables["marts.victims_by_category"]
    assert mart.c.victims.comment == "Victims reported. Unit: victims."
    with engine.connect() as connection:
        statement = sa.select(sa.func.count()).where(mart.c.category == "elder_abuse")
        assert connection.execute(statement).scalar_one() == 3


def test_sqlalchemys_own_pool_shows_yesterday_until_it_is_recycled(
    settings: Settings, database: Path
) -> None:
    engines = {
        "default": engine_of(database, pool_size=1),
        "NullPool": engine_of(database),
        "pool_recycle": engine_of(database, pool_size=1, pool_recycle=0),
    }

    def nights() -> dict[str, object]:
        found = {}
        for name, engine in engines.items():
            with engine.connect() as connection:
                found[name] = connection.execute(sa.text(NIGHT)).scalar_one()
        return found

    assert nights() == {"default": 1, "NullPool": 1, "pool_recycle": 1}
    publish(settings, "night-2", "abc")
    assert nights() == {"default": 1, "NullPool": 2, "pool_recycle": 2}
    engines["default"].dispose()
    assert nights()["default"] == 2


def test_the_duckdb_shell_reads_the_release(database: Path) -> None:
    shell = Path(sys.executable).with_name("duckdb")
    ended = subprocess.run(
        [shell, "-readonly", "-json", database, f"select ({NIGHT}) as night, ({COMMENT}) as text"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(ended.stdout) == [{"night": 1, "text": "Victims reported. Unit: victims."}]


NODE = """
import { createInterface } from 'node:readline/promises';
import { DuckDBInstance } from '@duckdb/node-api';

async function open() {
  const instance = await DuckDBInstance.create(process.argv[2], { access_mode: 'READ_ONLY' });
  return instance.connect();
}
async function night(connection) {
  const sql = 'select max(victims)::int, current_database() from marts.victims_by_category';
  return JSON.stringify((await connection.runAndReadAll(sql)).getRows()[0]);
}
const before = await open();
console.log(await night(before));
const lines = createInterface({ input: process.stdin });
await new Promise((published) => lines.once('line', published));
console.log(await night(before));
console.log(await night(await open()));
process.exit(0);
"""


@pytest.fixture(scope="module")
def node_client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not shutil.which("node") or not shutil.which("npm"):
        pytest.skip("node and npm are not installed here")
    folder = tmp_path_factory.mktemp("node")
    (folder / "read.mjs").write_text(NODE)
    install = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "@duckdb/node-api"]
    try:
        ended = subprocess.run(install, cwd=folder, capture_output=True, timeout=60, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip("the npm registry did not answer within a minute")
    if ended.returncode:
        pytest.skip("@duckdb/node-api cannot be installed from the npm registry here")
    return folder / "read.mjs"


def test_node_keeps_its_release_and_a_new_instance_sees_the_next(
    node_client: Path, settings: Settings, database: Path
) -> None:
    with subprocess.Popen(
        ["node", node_client, database], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as node:
        assert node.stdin
        assert node.stdout
        assert node.stdout.readline() == '[1,"helpline"]\n'
        publish(settings, "night-2", "abc")
        node.stdin.write("published\n")
        node.stdin.flush()
        assert node.stdout.readline() == '[1,"helpline"]\n'
        assert node.stdout.readline() == '[2,"helpline"]\n'


@pytest.mark.parametrize("version", DUCKDB_VERSIONS, ids=lambda version: version or "newest")
def test_the_oldest_a_middle_and_the_newest_duckdb_open_the_release(
    version: str, database: Path, tmp_path: Path
) -> None:
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    if uv is None:
        pytest.skip("uv is not installed here")
    wanted = f"duckdb=={version}" if version else "duckdb"
    install = [uv, "pip", "install", "--quiet", "--only-binary", ":all:", "--no-deps"]
    try:
        installed = subprocess.run(
            [*install, "--python", sys.executable, "--target", tmp_path / "duckdb", wanted],
            capture_output=True,
            timeout=60,
            check=False,
        )
    except subprocess.TimeoutExpired:
        pytest.skip("the package index did not answer within a minute")
    if installed.returncode:
        pytest.skip(f"no wheel of {wanted} for this Python can be installed from the index here")
    read = (
        "import duckdb, json, sys; c = duckdb.connect(sys.argv[1], read_only=True); "
        "print(json.dumps([duckdb.__version__] + "
        "[c.execute(sql).fetchall()[0][0] for sql in sys.argv[2:]]))"
    )
    marts = "select count(*) from duckdb_tables() where schema_name = 'marts'"
    infos = "select count(*) from publish_info"
    ended = subprocess.run(
        [sys.executable, "-c", read, database, NIGHT, COMMENT, marts, infos],
        env={"PYTHONPATH": str(tmp_path / "duckdb")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    found = json.loads(ended.stdout)
    if version:
        assert found[0] == version
    else:
        assert Version(found[0]) >= Version(duckdb.__version__)
    assert found[1:] == [1, "Victims reported. Unit: victims.", 6, 1]


def test_pandas_and_polars_read_the_same_figures_from_parquet(database: Path) -> None:
    file = database.parent / "parquet" / "victims_by_category.parquet"
    with duckdb.connect(str(database), read_only=True) as connection:
        expected = connection.execute("from marts.victims_by_category").fetchall()
    assert list(pd.read_parquet(file).itertuples(index=False, name=None)) == expected
    assert pl.read_parquet(file).rows() == expected
    lazily = pl.scan_parquet(file).filter(pl.col("category") == "elder_abuse").collect()
    assert lazily["victims"].to_list() == [1, 1, 1]


def test_pandas_finds_types_and_labels_in_the_csv(database: Path) -> None:
    table = pd.read_csv(database.parent / "csv" / "victims_by_category.csv")
    assert list(table.columns[:5]) == [
        "year",
        "category",
        "category_label_nl",
        "category_label_en",
        "victims",
    ]
    assert table.dtypes[["year", "victims", "share_pct"]].astype(str).tolist() == [
        "int64",
        "int64",
        "float64",
    ]
    assert table["category_label_nl"].isna().sum() == 0


def test_no_cell_of_any_csv_becomes_a_formula_in_a_workbook(database: Path) -> None:
    for file in sorted((database.parent / "csv").glob("*.csv")):
        sheet = openpyxl.Workbook().create_sheet()  # takes a text that begins with = for a formula
        with file.open(encoding="utf-8", newline="") as stream:
            for row in csv.reader(stream):
                sheet.append(row)
        assert formulas(sheet) == [], file.name


def test_libreoffice_opens_the_csv_without_running_a_cell(database: Path, tmp_path: Path) -> None:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("LibreOffice is not installed here")
    file = str(database.parent / "csv" / "contacts_around_campaigns.csv")
    convert = [office, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path), file]
    subprocess.run(convert, capture_output=True, check=True, env={"HOME": str(tmp_path)})
    sheet = openpyxl.load_workbook(tmp_path / "contacts_around_campaigns.xlsx").active
    assert sheet["B2"].value == '\'=HYPERLINK("http://x")'
    assert formulas(sheet) == []


def formulas(sheet: Any) -> list[object]:
    return [cell.value for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
