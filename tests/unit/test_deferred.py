"""A deferred module is imported at the first look into it, and then is the module itself."""

import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.deferred import Deferred, defer

JUDGED = """
import sys
from expectations.runner import judge
from pipelines.deferred import Deferred
judge("raw", [])
print(*(type(sys.modules[name]) is Deferred for name in ("scipy.stats", "altair")))
"""


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a module that nothing has imported."""
    (tmp_path / "told_later.py").write_text("ANSWER = 1712\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "told_later", raising=False)
    return "told_later"


def test_it_is_imported_when_something_is_looked_up_in_it(told: str) -> None:
    defer(told)
    import told_later  # type: ignore[import-not-found]

    assert type(sys.modules[told]) is Deferred
    assert told_later.ANSWER == 1712
    assert type(sys.modules[told]) is not Deferred
    assert told_later.ANSWER == 1712


def test_what_it_does_not_have_is_an_attribute_error(told: str) -> None:
    defer(told)
    with pytest.raises(AttributeError, match="told_later"):
        sys.modules[told].nothing  # noqa: B018  # the look is what is tested


def test_an_imported_module_stays_what_it_is() -> None:
    before = sys.modules["pathlib"]
    defer("pathlib")
    assert sys.modules["pathlib"] is before


def test_judging_needs_none_of_what_is_deferred() -> None:
    done = subprocess.run(
        [sys.executable, "-c", JUDGED], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["True", "True"]
