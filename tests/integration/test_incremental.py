"""Core after many nights is what one rebuild makes of the same deliveries, however they came.

The three traps of DESIGN §6 first (a day emptied by a correction, a late older version, a kill
between core and cube), then made-up histories in shuffled orders.
"""

import datetime as dt
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.errors import WrongUse
from pipelines.transform import DBT_PROJECT, run_dbt
from tests.integration.dbt_runner import NodesFailed
from tests.integration.raw_world import CORE, NIGHT, SOURCES, Contact, Delivery, Source, World

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


def test_what_one_site_brings_late_leaves_the_others_of_that_day(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load(
        Delivery("web", day(1), day(1), at(2), web_visits=((day(1), "adults", 5),), site="adults"),
        Delivery("ads", day(1), day(1), at(2), ads=((day(1), "C1", 5),)),
    )
    world.build()

    world.load(
        Delivery("web", day(1), day(1), at(3), web_visits=((day(1), "minors", 7),), site="minors"),
        Delivery("ads", day(1), day(1), at(3), ads=((day(1), "C2", 7),)),
    )
    world.build()

    assert world.rows("select site, visits from core.web_visits order by 1") == [
        ("adults", 5),
        ("minors", 7),
    ]
    assert world.rows("select campaign_id, clicks from core.ad_delivery order by 1") == [
        ("C1", 5),
        ("C2", 7),
    ]


def test_two_advertisers_of_one_campaign_are_added_up(tmp_path: Path) -> None:
    search = Source("search_ads", rhythm=None, due_from=None, is_contact_source=False)
    world = World(tmp_path, sources=(*SOURCES, search))
    for received, source, clicks in [(2, "ads", 5), (3, "search_ads", 7), (4, "ads", 6)]:
        world.load(Delivery(source, day(1), day(1), at(received), ads=((day(1), "C1", clicks),)))
        world.build()

    by_source = "select source, clicks from core.ad_delivery order by 1"
    assert world.rows(by_source) == [("ads", 6), ("search_ads", 7)]
    world.rebuild()
    assert world.rows(by_source) == [("ads", 6), ("search_ads", 7)]


def test_a_late_older_version_does_not_replace_what_core_holds(tmp_path: Path) -> None:
    world = World(tmp_path)
    newer = Contact(1, day(2), relation="parent", outcomes=("legal", "police"))
    world.load(Delivery("mail", day(2), day(2), at(5), (newer,)))
    world.build()

    world.load(Delivery("mail", day(1), day(1), at(4), (Contact(1, day(1), relation="self"),)))
    world.build()

    assert world.rows("select day, relation from core.contacts") == [(day(2), "parent")]
    assert contacts_by_day(world) == {2: 1}
    assert world.rows("select outcome::varchar from core.referrals order by 1") == [
        ("legal",),
        ("police",),
    ]


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
    # the first reading took a later update time from the file than the newer contract does
    read = (Contact(1, day(1), version_at=at(9), relation="unmapped"), Contact(2, day(1)))
    world.load(Delivery("mail", day(1), day(1), at(2), read, content="file"))
    world.build()

    again = (Contact(1, day(1), relation="parent"),)
    world.load(Delivery("mail", day(1), day(1), at(2), again, content="file", contract_version="2"))
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


@pytest.mark.parametrize(
    ("changed", "emptied", "still_empty"),
    [
        (
            "models/core/victims.sql",
            {"victims", "victims_by_age_daily", "referrals"},
            {"referrals"},
        ),
        (
            "models/core/victims_by_age_daily.sql",
            {"victims_by_age_daily", "victims_by_context_daily"},
            {"victims_by_context_daily"},
        ),
        ("macros/latest_versions.sql", {"contacts", "victims_by_age_daily"}, set()),
    ],
)
def test_a_changed_model_or_macro_rebuilds_itself_what_follows_and_nothing_else(
    tmp_path: Path, changed: str, emptied: set[str], still_empty: set[str]
) -> None:
    world = World(tmp_path / "home")
    world.load(Delivery("phone", day(1), day(1), at(2), (Contact(1, day(1)),)))
    world.build()
    # nothing new is delivered, so that whatever is not rebuilt stays empty
    for table in emptied:
        world.change(f"delete from core.{table}")

    project = tmp_path / "project"
    shutil.copytree(DBT_PROJECT, project)
    file = project / changed
    file.write_text(file.read_text().replace("final", "the_final"))
    world.dbt("run", *CORE, project=project)

    assert {
        table for table in emptied if not world.rows(f"select 1 from core.{table}")
    } == still_empty


def test_a_cube_run_alone_does_not_believe_that_it_saw_what_core_has_not(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load(Delivery("phone", day(1), day(1), at(2), (Contact(1, day(1)),)))
    world.build()
    world.load(Delivery("phone", day(2), day(2), at(3), (Contact(2, day(2)),)))
    world.dbt("run", "--select", "+stg_touched_days", "contacts_by_channel_daily")
    assert contacts_by_day(world) == {1: 1}

    world.build()

    assert contacts_by_day(world) == {1: 1, 2: 1}


def test_a_code_that_no_list_knows_stops_the_night_until_it_is_mended(tmp_path: Path) -> None:
    world = World(tmp_path)
    # a code that its list had when it was loaded, and has lost since
    world.change("alter table raw.contacts alter column relation type varchar")
    strange = Contact(1, day(1), relation="somebody")
    world.load(Delivery("mail", day(1), day(1), at(2), (strange,)))
    for _ in range(2):
        with pytest.raises(NodesFailed) as stopped:
            world.dbt("build", *NIGHT)
        assert stopped.value.names == ["every_code_in_core_is_in_its_code_list"]

    with pytest.raises(WrongUse, match=r"list relation, unknown_code somebody, known_codes self, "):
        run_dbt(world.settings, ["build", *NIGHT])

    world.load(Delivery("mail", day(1), day(1), at(3), (Contact(1, day(1), relation="self"),)))
    world.dbt("build", *NIGHT)
