"""One clean process per worker that has imported the engines and forks the nights of all tests."""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from pathlib import Path

import pytest

from tests.conftest import made_once
from tests.faults.ground import Ground, make_ground
from tests.faults.nursery import ENGINES, night_in_peace


@pytest.fixture(scope="session")
def nursery() -> Iterator[Executor]:
    """A process without databases and threads of its own, in which a fork is safe."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([*ENGINES, "tests.faults.trials"])
    with ProcessPoolExecutor(1, mp_context=context) as process:
        yield process


@pytest.fixture(scope="session")
def ground(nursery: Executor, shared_folder: Path) -> Ground:
    """A home with a history, the news of a night, and how it ends undisturbed; only read them."""
    folder = shared_folder / "faults"
    with made_once(folder):
        return nursery.submit(make_ground, folder, night_in_peace).result()
