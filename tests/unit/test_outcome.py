"""What a person is told of a run that stopped."""

from pathlib import Path

import dagster as dg
import pytest

from pipelines.assets.outcome import PUBLISHES, reason
from pipelines.assets.published import published_assets
from pipelines.settings import Settings

KEYS = (["marts", "figures"], ["published", "release"], ["operation", "profile"])
FIGURES, RELEASE, PROFILE = ("__".join(key) for key in KEYS)


def night(stops: str, fault: BaseException) -> list[dg.DagsterEvent]:
    """The events of a run of three assets of which one stops."""

    def asset(key: list[str], after: list[dg.AssetKey]) -> dg.AssetsDefinition:
        @dg.asset(key=key, deps=after)
        def step() -> None:
            if "__".join(key) == stops:
                raise fault

        return step

    chain = [
        asset(key, [dg.AssetKey(KEYS[place - 1])] if place else [])
        for place, key in enumerate(KEYS)
    ]
    return list(dg.materialize(chain, raise_on_error=False).all_events)


@pytest.mark.parametrize("stops", [RELEASE, PROFILE])
def test_after_the_pointer_may_have_turned_no_publication_is_denied(stops: str) -> None:
    told = str(reason(night(stops, ZeroDivisionError())))
    assert f"Step {stops} stopped with ZeroDivisionError" in told
    assert "Nothing was published" not in told
    assert "`helpline releases` shows" in told


def test_the_step_that_turns_the_pointer_is_called_so(tmp_path: Path) -> None:
    steps = [asset.op.name for asset in published_assets(Settings(home=tmp_path), [])]
    assert steps[-1] == PUBLISHES == RELEASE


def test_before_it_the_release_that_stays_is_said() -> None:
    told = str(reason(night(FIGURES, ZeroDivisionError())))
    assert "Nothing was published; the current release stays." in told


def test_the_text_of_an_error_that_is_not_ours_is_not_passed_on() -> None:
    assert "a value" not in str(reason(night(FIGURES, ValueError("a value of a record"))))
