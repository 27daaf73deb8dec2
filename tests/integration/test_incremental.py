"""Core after many nights is what one rebuild makes of the same deliveries, however they came.

The three traps of DESIGN §6 first (a day emptied by a correction, a late older version, a kill
between core and cube), then made-up histories in shuffled orders.
"""

import datetime as dt
import os
import signal
import subprocess
import sys
from pathlib import Path

from raw_world import CORE, Contact, Delivery, World

MARCH = dt.date(2020, 3, 1)


def day(number: int) -> dt.date:
    return MARCH.replace(day=number)


def at(number: int, hour: int = 3) -> dt.datetime:
    return dt.datetime(2020, 3, number, hour)  # noqa: DTZ001  # raw holds UTC without a zone


def contacts_by_day(world: World) -> dict[int, int]:
    found = world.rows(
        "select day(day), sum(contacts)::int from core.contacts_by_channel_daily group by 1"
    )
    return dict(found)


def test_a_day_that_a_correction_empties_has_no_row_left_in_core_or_cube(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load(Delivery("phone", day(1), day(2), at(3), (Contact(1, day(1)), Contact(2, day(2)))))
    world.build()
    assert contacts_by_day(world) == {1: 1, 2: 1}

    world.load(Delivery("phone", day(1), day(1), at(4)))
    world.build()

    assert contacts_by_day(world) == {2: 1}
    assert world.rows("select contact_key from core.contacts") == [(2,)]
    assert world.rows("select distinct day from core.victims_by_age_daily") == [(day(2),)]
    status = "select status from core.completeness_daily where source = 'phone' and day = ?"
    assert world.rows(status.replace("?", "'2020-03-01'")) == [("confirmed_zero",)]


def test_a_record_that_moves_to_another_day_leaves_its_old_day(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load(Delivery("mail", day(1), day(1), at(2), (Contact(1, day(1)), Contact(2, day(1)))))
    world.build()

    world.load(Delivery("mail", day(3), day(3), at(4), (Contact(1, day(3)),)))
    world.build()

    assert contacts_by_day(world) == {1: 1, 3: 1}


def test_a_late_older_version_does_not_replace_what_core_holds(tmp_path: Path) -> None:
    world = World(tmp_path)
    newer = Contact(1, day(2), relation="parent", outcomes=("legal", "police"))
    world.load(Delivery("mail", day(2), day(2), at(5), (newer,)))
    world.build()

    world.load(Delivery("mail", day(1), day(1), at(4), (Contact(1, day(1), relation="self"),)))
    world.build()

    assert world.rows("select day, relation from core.contacts") == [(day(2), "parent")]
    assert contacts_by_day(world) == {2: 1}
    assert world.rows("select outcome from core.referrals order by 1") == [("legal",), ("police",)]


def test_a_contact_that_turns_out_to_be_silent_no_longer_counts(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load(Delivery("mail", day(1), day(1), at(2), (Contact(1, day(1)), Contact(2, day(1)))))
    world.build()

    world.load(Delivery("mail", day(2), day(2), at(3), (Contact(1, day(1), kind="silent"),)))
    world.build()

    assert world.rows("select contact_key from core.contacts") == [(2,)]
    assert world.rows("select contact_key from core.victims") == [(2,)]


def test_what_a_newer_contract_reads_again_counts_once(tmp_path: Path) -> None:
    world = World(tmp_path)
    read = (Contact(1, day(1), relation="unmapped"), Contact(2, day(1)))
    world.load(Delivery("mail", day(1), day(1), at(2), read, content="file"))
    world.build()

    again = (Contact(1, day(1), relation="parent"),)
    world.load(
        Delivery("mail", day(1), day(1), at(2), again, content="file", contract_version="2")
    )
    world.build()

    assert world.rows("select contact_key, relation from core.contacts") == [(1, "parent")]


def test_a_correction_that_a_newer_contract_refuses_no_longer_withdraws(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load(Delivery("phone", day(1), day(1), at(2), (Contact(1, day(1)),)))
    world.load(Delivery("phone", day(1), day(1), at(3), content="correction"))
    world.build()
    assert world.rows("select count(*) from core.contacts") == [(0,)]

    refused = Delivery(
        "phone", None, None, at(3), content="correction", contract_version="2", status="rejected"
    )
    world.load(refused)
    world.build()

    assert world.rows("select contact_key from core.contacts") == [(1,)]


KILLED_AFTER_CONTACTS = """
import os, signal, sys
from pathlib import Path
from pipelines.settings import Settings
from pipelines.transform import run_dbt

def kill(event):
    if event.info.name == "LogModelResult" and event.data.node_info.node_name == "contacts":
        os.kill(os.getpid(), signal.SIGKILL)

run_dbt(Settings(home=Path(sys.argv[1])), ["run", *sys.argv[2:]], on_event=kill)
"""


def test_a_night_killed_between_core_and_its_cubes_heals_in_the_next(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load(Delivery("phone", day(1), day(1), at(2), (Contact(1, day(1)),)))
    world.build()
    world.load(Delivery("phone", day(2), day(2), at(3), (Contact(2, day(2)), Contact(3, day(2)))))

    killed = subprocess.run(
        [sys.executable, "-c", KILLED_AFTER_CONTACTS, str(tmp_path), *CORE],
        env={**os.environ},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    assert world.rows("select count(*) from core.contacts") == [(3,)]
    assert contacts_by_day(world) == {1: 1}

    world.build()

    assert contacts_by_day(world) == {1: 1, 2: 2}
    assert world.rows("select sum(victims)::int from core.victims_by_category_daily") == [(3,)]
