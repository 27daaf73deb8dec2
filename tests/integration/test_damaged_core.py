"""Each test of core has been seen to fail: one damage to core, and the one test that finds it."""

import datetime as dt
import shutil
from pathlib import Path

import pytest

from tests.integration.dbt_runner import NodesFailed
from tests.integration.raw_world import NIGHT, Contact, Delivery, World

FIRST, SECOND = dt.date(2020, 3, 1), dt.date(2020, 3, 2)


def at(number: int) -> dt.datetime:
    return dt.datetime(2020, 3, number, 3)  # noqa: DTZ001  # raw holds UTC without a zone


@pytest.fixture(scope="module")
def tested_world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A night that passed its tests, and one more day whose tests are still to run."""
    world = World(tmp_path_factory.mktemp("tested"))
    world.load(Delivery("phone", FIRST, FIRST, at(2), (Contact(1, FIRST),)))
    world.dbt("build", *NIGHT)
    world.load(
        Delivery("phone", SECOND, SECOND, at(3), (Contact(2, SECOND),)),
        Delivery("web", SECOND, SECOND, at(3), web_visits=((SECOND, "adults", 5),), site="adults"),
        Delivery("ads", SECOND, SECOND, at(3), ads=((SECOND, "C1", 5), (SECOND, "C2", 5))),
    )
    world.build()
    return world


@pytest.mark.parametrize(
    ("damage", "test"),
    [
        (
            "insert into core.referrals from core.referrals where day = '2020-03-02'",
            "keys_of_core_are_unique",
        ),
        (
            "update core.victims set channel = 'mail' where day = '2020-03-02'",
            "victims_and_referrals_have_their_contact",
        ),
        ("update core.contacts set version_at = null", "nothing_that_counts_is_null"),
        (
            "update core.dates set day = '2030-01-01' where day = '2020-03-02'",
            "every_day_of_core_is_a_day_of_service",
        ),
        (
            "delete from core.contacts where day = '2020-03-02'; "
            "delete from core.victims where day = '2020-03-02'; "
            "delete from core.referrals where day = '2020-03-02'",
            "what_was_received_is_in_core",
        ),
        (
            "update core.contacts set line = line + 1 where day = '2020-03-02'",
            "what_was_received_is_in_core",
        ),
        ("delete from core.web_visits where site = 'adults'", "what_was_received_is_in_core"),
        ("delete from core.ad_delivery where campaign_id = 'C1'", "what_was_received_is_in_core"),
    ],
)
def test_damage_on_a_touched_day_fails_its_test_every_night_until_mended(
    tested_world: World, tmp_path: Path, damage: str, test: str
) -> None:
    shutil.copytree(tested_world.home, tmp_path / "home")
    world = World(tmp_path / "home")
    world.change(damage)

    for _ in range(2):
        with pytest.raises(NodesFailed) as stopped:
            world.dbt("test", "--select", "path:tests/core")
        assert stopped.value.names == [test]
