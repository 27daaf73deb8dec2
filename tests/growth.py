"""Sixty random days that come late, night by night: is the warehouse what one rebuild makes of it?

    python -m tests.growth --scale 20 --folder build/growth

Days of 2020 are cut out of the sample's monthly files and come as files of their own in random
order, some corrected (which for the phone withdraws calls), some twice. Says after each night how
much larger the file is than one built from scratch, and ends with 1 if any table differs. Rules are
not judged: a history with holes would stop at border 1, and judging writes nothing.
"""

import argparse
import csv
import datetime as dt
import io
import json
import os
import random
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from benchmarks.cases import link_files
from benchmarks.landing import make_history
from pipelines.contracts import load_contracts
from pipelines.ingest import begin_run, ingest_source
from pipelines.ready import ready
from pipelines.settings import Settings, code_version
from pipelines.transform import NOT_AT_NIGHT, run_dbt
from pipelines.warehouse import open_warehouse
from tests.faults.judge import tables_that_differ

MONTHS = (1, 2, 4, 6, 7, 8, 10, 11)
"""Of 2020, those with one file per source."""
DAYS = 60
AS_OF, FIRST_ARRIVAL = "2021-01-01", dt.datetime(2020, 12, 31, 12, tzinfo=dt.UTC)
Late = tuple[str, str, bytes]
"""source, file name, content of a delivery that comes late"""


def main() -> int:
    """Run the nights and the rebuild, and say what came of them."""
    parser = argparse.ArgumentParser(prog="python -m tests.growth", description=__doc__)
    parser.add_argument("--scale", type=int, default=20)
    parser.add_argument("--folder", type=Path, default=Path("build/growth"))
    parser.add_argument("--seed", type=int, default=1712)
    asked = parser.parse_args()
    chance, folder = random.Random(asked.seed), asked.folder.resolve()
    history = make_history(folder / f"landing-{asked.scale}", asked.scale)
    nightly = new_home(folder / "nightly")
    late = cut_out(history, nightly.landing, chance)
    sizes = [night(nightly)]
    arrived = 0
    while arrived < len(late):
        coming = late[arrived : arrived + chance.randrange(8, 15)]
        for number, (source, name, content) in enumerate(coming, arrived):
            path = nightly.landing / source / name
            path.write_bytes(content)
            moment = (FIRST_ARRIVAL + dt.timedelta(seconds=number)).timestamp()
            os.utime(path, (moment, moment))
        arrived += len(coming)
        sizes.append(night(nightly))
        say(f"night {len(sizes)}: {arrived} of {len(late)} deliveries, {sizes[-1] / 1e6:.1f} MB")
    rebuilt = new_home(folder / "rebuilt")
    link_files(nightly.landing, rebuilt.landing)
    shutil.copy(nightly.key_file, rebuilt.key_file)
    whole = night(rebuilt)
    for number, size in enumerate(sizes, 1):
        say(f"after night {number} {size / whole - 1:+.1%} of the rebuilt {whole / 1e6:.1f} MB")
    with duckdb.connect() as connection:
        for name, home in (("nightly", nightly), ("rebuilt", rebuilt)):
            connection.execute(f"attach '{home.warehouse}' as {name} (read_only)")
        faults = [
            fault
            for fault in tables_that_differ(connection, "nightly", "rebuilt", {"delivery_id"})
            if not fault.startswith(("nightly.raw.", "nightly.staging."))
        ]
    say("; ".join(faults) or "every table of core and every mart equals the rebuild's")
    return 1 if faults else 0


def new_home(path: Path) -> Settings:
    """An empty home, in which nothing waits to settle."""
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    return Settings(home=path, as_of=AS_OF, settle_seconds=0)


def night(settings: Settings) -> int:
    """Take what came and build all models; returns the bytes of the warehouse after it."""
    contracts = load_contracts(settings.contracts)
    run_id = f"growth-{time.monotonic_ns()}"
    with ready(settings):
        for contract in contracts:
            with open_warehouse(settings) as connection:
                begin_run(connection, settings, contracts, run_id, code_version())
                ingest_source(connection, settings, contract, run_id)
        run_dbt(settings, ["build", "--exclude", NOT_AT_NIGHT])
    return settings.warehouse.stat().st_size


def cut_out(history: Path, landing: Path, chance: random.Random) -> list[Late]:
    """Copy the history without the records of sixty days; returns these in order of arrival."""
    link_files(history, landing)
    first = dt.date(2020, 1, 1)
    dates = [date for n in range(335) if (date := first + dt.timedelta(n)).month in MONTHS]
    chosen = {date.isoformat() for date in chance.sample(dates, DAYS)}
    late: list[Late] = []
    for source, split in (("phone", calls_of), ("chat", chats_of), ("mail", mails_of)):
        for path in sorted((landing / source).glob("*_2020-??.*")):
            if int(path.stem[-2:]) not in MONTHS:
                continue
            moment, (write, records) = path.stat().st_mtime, split(path.read_bytes())
            path.unlink()  # a link: the history's own file stays
            path.write_bytes(write([text for day, text in records if day not in chosen]))
            os.utime(path, (moment, moment))
            for day in sorted({day for day, _ in records} & chosen):
                its = [text for of, text in records if of == day]
                name = f"{day}{path.suffix}"
                late.append((source, f"{path.stem}_{name}", write(its)))
                fate = chance.random()
                if fate < 0.15:
                    late.append((source, f"{path.stem}_correctie_{name}", write(its[::2])))
                elif fate < 0.25:
                    late.append((source, f"{path.stem}_kopie_{name}", write(its)))
    return chance.sample(late, len(late))


Split = tuple[Callable[[list[str]], bytes], list[tuple[str, str]]]
"""How to write records into a file, and the records of one with their days."""


def calls_of(content: bytes) -> Split:
    """Telephone: rows of one CSV, the several rows of a call on one day."""
    header, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
    begin = header.index("Begin")

    def line(row: list[str]) -> str:
        text = io.StringIO()
        csv.writer(text, delimiter=";", lineterminator="\n").writerow(row)
        return text.getvalue()

    # day, month and year as they stand there: some rows of the sample state days that do not exist
    records = [("-".join(reversed(row[begin][:10].split("/"))), line(row)) for row in rows]
    return lambda texts: b"\xef\xbb\xbf" + "".join([line(header), *texts]).encode(), records


def chats_of(content: bytes) -> Split:
    """Chat: one JSON array."""
    records = [(local_day(one["timeOfContact"]), json.dumps(one)) for one in json.loads(content)]
    return lambda texts: ("[\n" + ",\n".join(texts) + "\n]\n").encode(), records


def mails_of(content: bytes) -> Split:
    """Mail: one JSON object per line."""
    records = [(local_day(json.loads(line)["created_at"]), line) for line in lines(content)]
    return lambda texts: "".join(f"{text}\n" for text in texts).encode(), records


def lines(content: bytes) -> Iterator[str]:
    """The lines of a text that say anything."""
    return (line for line in content.decode().split("\n") if line.strip())


def local_day(instant: str) -> str:
    """The calendar day in Brussels, by which the sources are exported; of no instant none."""
    try:
        local = dt.datetime.fromisoformat(instant).astimezone(ZoneInfo("Europe/Brussels"))
    except ValueError:
        return ""
    return local.date().isoformat()


def say(text: str) -> None:
    """Progress, on stderr."""
    sys.stderr.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
