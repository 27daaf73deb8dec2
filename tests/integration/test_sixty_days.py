"""Sixty random days, delivered in random order night by night, and what one rebuild makes of them.

Each day comes as deliveries of its own; some come twice, some are corrected or withdrawn, some are
read again under a newer contract, and all of them later than days that follow.
"""

import datetime as dt
import random
from pathlib import Path

import duckdb
import pytest

from tests.faults.judge import tables_that_differ
from tests.integration.raw_world import NOT_AT_NIGHT, Contact, Delivery, World

FIRST = dt.date(2019, 11, 1)
SPAN = 120
DAYS = 60
EXPORTED = dt.datetime(2020, 3, 9)  # noqa: DTZ001  # raw holds UTC without a zone
FORMS = ("emotional", "physical", "sexual", "unknown")
OUTCOMES = ("information_advice", "legal", "police")


def sixty_days(chance: random.Random) -> list[Delivery]:
    """Phone, mail, web and advertising of sixty days of four months, with what follows on them."""
    history: list[Delivery] = []
    for number in sorted(chance.sample(range(SPAN), DAYS)):
        day = FIRST + dt.timedelta(number)
        for source in ("phone", "mail", "web", "ads"):
            history.append(delivery(chance, source, day, len(history)))
            fate = chance.random()
            if fate < 0.15:  # a correction, which for the phone withdraws what it no longer holds
                history.append(delivery(chance, source, day, len(history)))
            elif fate < 0.25:
                history.append(Delivery(**{**vars(history[-1]), "status": "duplicate"}))
            elif fate < 0.35:
                again = delivery(chance, source, day, len(history))
                same_file = {"content": history[-1].content, "contract_version": "2"}
                history.append(Delivery(**{**vars(again), **same_file}))
    return history


def delivery(chance: random.Random, source: str, day: dt.date, number: int) -> Delivery:
    """One export of a day; a few records move in from the week before."""
    keys = chance.sample(range(40), chance.randrange(6))
    site = chance.choice(("adults", "minors"))
    offset = {"phone": 0, "mail": 1000}.get(source, 0) + (day - FIRST).days // 7 * 40
    return Delivery(
        source,
        day,
        day,
        EXPORTED + dt.timedelta(hours=chance.randrange(48)),
        contacts=tuple(contact(chance, offset + key, day, source) for key in keys)
        if source in ("phone", "mail")
        else (),
        web_visits=((day, site, chance.randrange(99)),) if source == "web" else (),
        ads=((day, chance.choice(("C1", "C2")), chance.randrange(99)),) if source == "ads" else (),
        site=site if source == "web" else None,
        content=f"export {number}",
    )


def contact(chance: random.Random, key: int, day: dt.date, source: str) -> Contact:
    """A contact of that day with victims, outcomes and, for one in four, a kind of no contact."""
    return Contact(
        key,
        day,
        kind=chance.choice(("contact", "contact", "contact", "silent")),
        channel=source,
        relation=chance.choice(("self", "parent", "unknown")),
        hour=chance.randrange(24),
        victims=tuple(
            ("other", chance.choice(FORMS), "adult", "female", "school")
            for _ in range(chance.randrange(3))
        ),
        outcomes=tuple(chance.sample(OUTCOMES, chance.randrange(3))),
    )


def in_random_order(chance: random.Random, history: list[Delivery]) -> list[list[Delivery]]:
    """Nights of eight to fourteen deliveries; a second reading follows its first."""
    order = chance.sample(range(len(history)), len(history))
    place = {number: at for at, number in enumerate(order)}
    for number, one in enumerate(history):
        follows = one.status == "duplicate" or one.contract_version == "2"
        if follows and place[number] < place[number - 1]:
            place[number], place[number - 1] = place[number - 1], place[number]
    ordered = [history[number] for number in sorted(place, key=lambda number: place[number])]
    nights: list[list[Delivery]] = []
    while ordered:
        count = chance.randrange(8, 15)
        nights.append(ordered[:count])
        ordered = ordered[count:]
    return nights


def everything(world: World) -> None:
    """One night's dbt, marts included."""
    world.dbt("build", *NOT_AT_NIGHT)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_sixty_days_in_random_order_equal_a_rebuild(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    world = World(tmp_path / "nightly", today=FIRST + dt.timedelta(SPAN + 10))
    nights = in_random_order(chance, sixty_days(chance))
    for night in nights:
        world.load(*night)
        everything(world)
    rebuilt = World(tmp_path / "rebuilt", today=world.today)
    rebuilt.load(*(delivery for night in nights for delivery in night))
    everything(rebuilt)

    assert world.rows("select count(*) > 100 from core.contacts") == [(True,)]
    with duckdb.connect() as connection:
        for name, home in (("nightly", world), ("rebuilt", rebuilt)):
            connection.execute(f"attach '{home.settings.warehouse}' as {name} (read_only)")
        assert tables_that_differ(connection, "nightly", "rebuilt") == []
