"""Fixtures that several folders share: the sample and the warehouse of one whole night.

Both are made once per test run, also with several workers, and are only read; a test that changes
something copies them (`copied_home`).
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path

import pytest

from pipelines.settings import Settings


@contextmanager
def made_once(folder: Path) -> Iterator[bool]:
    """Whether this worker is the one that makes `folder`; the others wait until it is whole."""
    done = folder.with_suffix(".done")
    with folder.with_suffix(".lock").open("w") as lock:
        flock(lock, LOCK_EX)
        yield not done.exists()
        done.touch()


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all workers of a test run."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def sample_home(shared_folder: Path) -> Path:
    """A home whose landing folder holds the sample exports, and nothing else."""
    from pipelines.sample import write_sample

    home = shared_folder / "sample"
    with made_once(home) as mine:
        if mine:
            write_sample(Settings(home=home).landing)
    return home


@pytest.fixture(scope="session")
def night_home(shared_folder: Path, sample_home: Path) -> Path:
    """A home in which one whole night has run on the sample exports; only read it."""
    from pipelines.night import run_night

    home = shared_folder / "night"
    with made_once(home) as mine:
        if mine:
            shutil.copytree(sample_home, home)
            run_night(Settings(home=home))
    return home


@pytest.fixture
def copied_home(night_home: Path, tmp_path: Path) -> Callable[[], Settings]:
    """Make a private copy of the finished night, to change it."""

    def copy() -> Settings:
        home = tmp_path / "home"
        shutil.copytree(night_home, home, symlinks=True)
        return Settings(home=home)

    return copy
