"""The only reader of the environment, and the only place that knows a path.

Every other module is given a `Settings`; none reads `os.environ` or joins a path of its own.
"""

import datetime as dt
import importlib.metadata
import json
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from pipelines.errors import WrongUse

PROJECT = Path(__file__).resolve().parent.parent
ZONE = ZoneInfo("Europe/Brussels")
YEARS = range(1971, 3000)
"""Years in which the clock may stand; times of the year 1 have no zone and no day before them."""


class Settings(BaseSettings):
    """Settings of one warehouse, from `HELPLINE_*` variables; the defaults need none of them."""

    model_config = SettingsConfigDict(
        env_prefix="HELPLINE_", env_ignore_empty=True, frozen=True, extra="ignore"
    )

    home: Path = Field(
        default=Path("data"), description="folder that holds everything that is not code"
    )
    contracts: Path = Field(
        default=PROJECT / "pipelines" / "contracts",
        description="folder of <source>.odcs.yaml contracts",
    )
    as_of: str | None = Field(
        default=None, description="the clock: ISO date or instant; default now"
    )
    memory: str = Field(
        default="1500MB", description="memory that DuckDB may use before it spills to disk"
    )
    threads: int | None = Field(
        default=None, ge=1, le=1024, description="threads of DuckDB; default all cores"
    )
    settle_seconds: float = Field(
        default=2.0, ge=0, description="a file younger than this may still be arriving and waits"
    )
    max_file_mb: int = Field(
        default=4096, ge=1, description="a larger delivery is rejected as OVERSIZE"
    )
    keep_releases: int = Field(
        default=30, ge=1, description="newest releases that stay; the current always does"
    )
    keep_landing: int | None = Field(
        default=None,
        ge=1,
        description="days after which loaded landing files may go; default never",
    )
    query_seconds: float = Field(
        default=60,
        gt=0,
        le=86_400,
        description="seconds after which `helpline query` gives up a statement",
    )
    alarm_webhook: str | None = Field(
        default=None, description="web address to which a line is posted when a night stops"
    )
    alarm_mail: str | None = Field(
        default=None, description="mail address that is told when a night stops"
    )
    alarm_smtp: str = Field(
        default="localhost:25", description="mail server that takes the message, host:port"
    )
    min_cell: int = Field(
        default=5, ge=1, description="smallest count that the public report may show"
    )

    @field_validator("home", "contracts")
    @classmethod
    def _absolute(cls, path: Path) -> Path:
        """A relative path means the folder of the command, whatever changes directory later."""
        return path.expanduser().absolute()

    @field_validator("home")
    @classmethod
    def _storable(cls, path: Path) -> Path:
        """Dagster's store reads what follows a question mark as an option of its own."""
        if "?" in str(path):
            raise ValueError("no folder in the path may have ? in its name")
        return path

    @property
    def landing(self) -> Path:
        """Folder with one folder per source, in which the source systems leave their files."""
        return self.home / "landing"

    @property
    def warehouse(self) -> Path:
        """The DuckDB file with the schemas raw, staging, core, marts and codes."""
        return self.home / "warehouse.duckdb"

    @property
    def warehouse_manifest(self) -> Path:
        """What the warehouse must hold, compared at every opening."""
        return self.home / "warehouse.manifest.json"

    @property
    def writer_lock(self) -> Path:
        """Locked by the one process that changes the warehouse."""
        return self.home / ".writer.lock"

    @property
    def tombstones(self) -> Path:
        """Keyed hashes of the records that were erased; belongs into the backup."""
        return self.home / "tombstones.csv"

    @property
    def logs(self) -> Path:
        """Logs of the operation: counts and names only."""
        return self.home / "logs"

    @property
    def journal(self) -> Path:
        """What the operation did and why it stopped, one line each."""
        return self.logs / "operation.log"

    @property
    def published(self) -> Path:
        """Folder of `releases/<id>/` and of the pointer `current`."""
        return self.home / "published"

    @property
    def current_release(self) -> Path:
        """Symbolic link to the folder of the release that readers use."""
        return self.published / "current"

    @property
    def report_texts(self) -> Path:
        """The helpline's own words for its annual report, beside its contracts."""
        return self.contracts / "report"

    @property
    def vintages(self) -> Path:
        """Folder of frozen reports, never rebuilt."""
        return self.home / "vintages"

    @property
    def dagster_home(self) -> Path:
        """Dagster's own state: runs, events, schedules."""
        return self.home / "dagster"

    @property
    def dbt_target(self) -> Path:
        """What dbt writes: manifest, run results, logs."""
        return self.home / "dbt"

    @property
    def data_docs(self) -> Path:
        """Great Expectations' Data Docs of the last runs."""
        return self.home / "data_docs"

    @property
    def scratch(self) -> Path:
        """Spill files of DuckDB and other files that may vanish at any time."""
        return self.home / "tmp"

    @property
    def key_file(self) -> Path:
        """The key of the record ids (mode 0600); belongs into the backup."""
        return self.home / "key"

    @property
    def accepted_file(self) -> Path:
        """Known anomalies that an operator accepted."""
        return self.home / "accepted.yaml"

    @property
    def sample_file(self) -> Path:
        """Stands in landing as long as what lies there is the sample."""
        return self.landing / "SAMPLE.json"

    @cached_property
    def clock(self) -> dt.datetime:
        """The one clock of a run, an aware instant (DESIGN §1.7).

        `HELPLINE_AS_OF` when set (a date means its midnight in Brussels), else the day that
        the sample states as long as the sample is there, else now.
        """
        text = self.as_of or self._sample_as_of()
        if text is None:
            return dt.datetime.now(dt.UTC)
        try:
            instant = dt.datetime.fromisoformat(text)
            if instant.year not in YEARS:
                raise ValueError
        except ValueError:
            raise WrongUse(
                "HELPLINE_AS_OF is no ISO date or instant of the years "
                f"{YEARS[0]} to {YEARS[-1]}. "
                "Write it like 2021-01-01 or 2021-01-01T04:00:00+01:00."
            ) from None
        return instant if instant.tzinfo else instant.replace(tzinfo=ZONE)

    @property
    def today(self) -> dt.date:
        """The clock's calendar day in Brussels; days before it may be due."""
        return self.clock.astimezone(ZONE).date()

    def _sample_as_of(self) -> str | None:
        if not self.sample_file.exists():
            return None
        as_of: str = json.loads(self.sample_file.read_text())["as_of"]
        return as_of


def load_settings(**overrides: object) -> Settings:
    """Read the settings once per command; `overrides` are for tests.

    Raises:
        WrongUse: a variable has a value that it cannot have; the message names the variable.
    """
    try:
        return Settings(**overrides)  # type: ignore[arg-type]  # pydantic checks them
    except ValidationError as error:
        faults = "; ".join(
            f"HELPLINE_{'_'.join(str(part) for part in fault['loc']).upper()}: "
            + fault["msg"].removeprefix("Value error, ")
            for fault in error.errors()
        )
        raise WrongUse(f"Settings: {faults}. See .env.example for what each may be.") from None


def code_version() -> str:
    """The package's version and, in a git checkout, the commit that it stands at."""
    version = importlib.metadata.version("helpline-warehouse")
    head = PROJECT / ".git" / "HEAD"
    if not head.exists():
        return version
    name = head.read_text().strip().removeprefix("ref: ")
    commit = PROJECT / ".git" / name
    packed = PROJECT / ".git" / "packed-refs"
    if commit.exists():
        name = commit.read_text().strip()
    elif packed.exists():
        refs = (line.split(" ", 1) for line in packed.read_text().splitlines() if " " in line)
        name = next((sha for sha, ref in refs if ref == name), name)
    return f"{version}+{name[:10]}"
