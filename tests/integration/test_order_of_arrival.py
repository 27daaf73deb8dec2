"""Made-up histories: whatever the order in which deliveries come, core ends up the same.

Each history is loaded in two shuffled orders, a few deliveries a night, and compared with a rebuild
from nothing and with a plain Python account of which record counts.
"""

import datetime as dt
import random
from collections import Counter
from pathlib import Path

import pytest

from tests.integration.raw_world import SOURCES, Contact, Delivery, World

FIRST = dt.date(2020, 3, 1)
DAYS = 4
FORMS = ("emotional", "physical", "sexual", "unknown")
OUTCOMES = ("information_advice", "legal", "police")
SITES = ("adults", "minors")


def made_up_history(seed: int, size: int) -> list[Delivery]:
    """Deliveries with moves, withdrawals, late versions, second readings and refused files."""
    chance = random.Random(seed)
    history: list[Delivery] = []
    for number in range(size):
        source = chance.choice(
            ("phone", "phone", "phone", "mail", "mail", "web", "ads", "campaigns")
        )
        first = chance.randrange(DAYS)
        last = min(DAYS - 1, first + chance.choice((0, 0, 1, 2)))
        delivery = Delivery(
            source,
            FIRST + dt.timedelta(first),
            FIRST + dt.timedelta(last),
            # one hour for several deliveries now and then: the delivery's number then decides
            dt.datetime(2020, 3, 9, chance.randrange(12)),  # noqa: DTZ001  # raw holds UTC
            content=f"file {seed} {number}",
            site=SITES[number % 2] if source == "web" else None,
            status=chance.choices(("loaded", "rejected"), (9, 1))[0],
        )
        history.append(with_rows(chance, delivery))
        if chance.random() < 0.2:
            again = {**vars(delivery), "contract_version": "2", "status": "loaded"}
            history.append(with_rows(chance, Delivery(**again)))
    return history


def with_rows(chance: random.Random, delivery: Delivery) -> Delivery:
    """The delivery with rows on days of its period, and now and then on a day outside."""
    if delivery.status == "rejected":
        return delivery
    assert delivery.first_day is not None
    assert delivery.last_day is not None
    length = (delivery.last_day - delivery.first_day).days + 1
    days = [
        delivery.first_day + dt.timedelta(chance.randrange(-1, length))
        for _ in range(chance.choice((0, 1, 2, 4)))
    ]
    rows: dict[str, object] = {}
    if delivery.source in ("phone", "mail"):
        offset = 0 if delivery.source == "phone" else 100
        keys = chance.sample(range(1, 7), len(days))
        rows["contacts"] = tuple(
            made_up_contact(chance, offset + key, day, delivery)
            for key, day in zip(keys, days, strict=True)
        )
    elif delivery.source == "web":
        rows["web_visits"] = tuple((day, delivery.site, chance.randrange(9)) for day in {*days})
    elif delivery.source == "ads":
        # some files tell of one campaign, some of another
        campaign = f"C{len(days) % 2}"
        rows["ads"] = tuple((day, campaign, chance.randrange(9)) for day in {*days})
    else:
        names = chance.sample(("C1", "C2", "C3", "C4"), len(days))
        rows["campaigns"] = tuple(
            (name, day, f"{chance.randrange(9)}") for name, day in zip(names, days, strict=True)
        )
    return Delivery(**{**vars(delivery), **rows})


def made_up_contact(chance: random.Random, key: int, day: dt.date, delivery: Delivery) -> Contact:
    """A contact whose own version may be older or newer than the delivery that holds it."""
    return Contact(
        key,
        day,
        version_at=chance.choice((None, delivery.received_at.replace(hour=chance.randrange(12)))),
        kind=chance.choice(("contact", "contact", "contact", "silent")),
        channel=delivery.source,
        relation=chance.choice(("self", "parent", "unknown")),
        hour=chance.randrange(24),
        victims=tuple(
            ("other", chance.choice(FORMS), "adult", "female", "school")
            for _ in range(chance.randrange(4))
        ),
        outcomes=tuple(chance.sample(OUTCOMES, chance.randrange(3))),
    )


def shuffled(history: list[Delivery], seed: int) -> list[list[Delivery]]:
    """Nights of two to five deliveries in another order; a second reading follows its first."""
    chance = random.Random(seed)
    order = chance.sample(history, len(history))
    for place, delivery in enumerate(order):
        for later in range(place + 1, len(order)):
            if order[later].sha256 == delivery.sha256 and delivery.contract_version == "2":
                order[place], order[later] = order[later], delivery
    nights: list[list[Delivery]] = []
    while order:
        count = chance.randrange(2, 6)
        nights.append(order[:count])
        order = order[count:]
    return nights


def contacts_that_count(history: list[Delivery]) -> dict[int, tuple[int, int]]:
    """Contact key → (delivery, line) of the version that counts, worked out record by record."""
    replaces = {source.name: source.replaces_period for source in SOURCES}
    last_reading = {delivery.sha256: delivery for delivery in history}
    loaded = [delivery for delivery in last_reading.values() if delivery.status == "loaded"]
    versions: dict[int, list[tuple[dt.datetime, dt.datetime, int, int, Contact, str]]] = {}
    for delivery in loaded:
        at, number = delivery.received_at, delivery.delivery_id
        for line, contact in enumerate(delivery.contacts, start=2):
            version = (contact.version_at or at, at, number, line, contact, delivery.source)
            versions.setdefault(contact.key, []).append(version)
    counting = {}
    for key, known in versions.items():
        *_, number, line, contact, source = max(known, key=lambda version: version[:4])
        last_held = max(version[1:3] for version in known)
        covering = [
            (delivery.received_at, delivery.delivery_id)
            for delivery in loaded
            if delivery.source == source
            and delivery.first_day is not None
            and delivery.last_day is not None
            and delivery.first_day <= contact.day <= delivery.last_day
        ]
        withdrawn = replaces[source] and max(covering, default=last_held) > last_held
        if not withdrawn and contact.kind == "contact":
            counting[key] = (number, line)
    return counting


def fill(world: World, nights: list[list[Delivery]]) -> None:
    for night in nights:
        world.load(*night)
        world.build()


def content(world: World) -> dict[str, Counter[object]]:
    return {
        table: Counter(map(str, world.rows(f"select * from core.{table}")))
        for table in world.core_tables()
    }


# history 25 holds records of several versions that move, that are withdrawn and that are read again
@pytest.mark.parametrize("seed", [25, *(pytest.param(n, marks=pytest.mark.slow) for n in (14, 39))])
def test_core_depends_on_the_deliveries_and_not_on_their_order(tmp_path: Path, seed: int) -> None:
    history = made_up_history(seed, size=16)
    one, other = World(tmp_path / "one"), World(tmp_path / "other")
    fill(one, shuffled(history, seed))
    fill(other, shuffled(history, -seed))
    one.dbt("test", "--select", "what_was_received_is_in_core")

    kept = one.rows("select contact_key, delivery_id, line from core.contacts")
    assert {key: (number, line) for key, number, line in kept} == contacts_that_count(history)
    night_by_night = content(one)
    assert content(other) == night_by_night
    one.rebuild()
    assert content(one) == night_by_night


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 30))
def test_sixty_deliveries_in_random_order_equal_a_rebuild(tmp_path: Path, seed: int) -> None:
    history = made_up_history(seed, size=60)
    world = World(tmp_path)
    fill(world, shuffled(history, seed))

    kept = world.rows("select contact_key, delivery_id, line from core.contacts")
    assert {key: (number, line) for key, number, line in kept} == contacts_that_count(history)
    night_by_night = content(world)
    world.rebuild()
    assert content(world) == night_by_night
