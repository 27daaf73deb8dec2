"""Known anomalies that an operator accepted, in `HELPLINE_HOME/accepted.yaml`.

An acceptance covers the aggregates of one rule that lie in its scope: columns of the table that the
check shows, with their values (`source=phone,day=2020-04-03`; the beginning of a day is enough).
It names no delivery and no load number, so it survives a full rebuild. It ends at its expiry, or
lapses as soon as the data it was given for no longer shows the anomaly; it stays in the file then,
as history.
"""

import datetime as dt
import getpass
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace

import yaml

from expectations.rule import Row, as_text
from pipelines.errors import CannotRun, WrongUse
from pipelines.settings import Settings

HEADER = "# Anomalies that somebody accepted; written by `helpline check --accept`.\n"
DEFAULT_DAYS = 90


@dataclass(frozen=True)
class Acceptance:
    """One accepted anomaly: what, why, who, when and until when.

    `seen_at_load` is the last delivery there was when a check last met the anomaly.
    """

    rule: str
    scope: dict[str, str]
    reason: str
    accepted_by: str
    accepted_on: dt.date
    expires_on: dt.date
    lapsed_on: dt.date | None = None
    seen_at_load: int | None = None

    def covers(self, row: Row) -> bool:
        """Whether an aggregate lies in the scope."""
        return all(
            name in row and as_text(row[name]).startswith(value)
            if "day" in name
            else name in row and as_text(row[name]) == value
            for name, value in self.scope.items()
        )

    def is_open(self, today: dt.date) -> bool:
        """Whether it still counts."""
        return self.lapsed_on is None and today <= self.expires_on

    def __str__(self) -> str:
        scope = ",".join(f"{name}={value}" for name, value in self.scope.items())
        return (
            f"{scope} by {self.accepted_by} on {self.accepted_on}, until {self.expires_on}: "
            f"{self.reason}"
        )


def accept(
    settings: Settings,
    known_rules: Iterable[str],
    rule: str,
    scope: str,
    reason: str,
    expires_on: dt.date | None = None,
) -> Acceptance:
    """Write down that an anomaly is known and right.

    Args:
        settings: of the warehouse.
        known_rules: names of all rules.
        rule: the rule that found it.
        scope: `name=value` pairs joined by commas, as the check's own message prints them.
        reason: why it is right; shown wherever the check is shown.
        expires_on: last day on which it counts; default 90 days from the night's clock.

    Raises:
        WrongUse: there is no such rule, or scope or reason say nothing.
    """
    known = sorted(known_rules)
    if rule not in known:
        raise WrongUse(f"There is no rule {rule}. Rules are: {', '.join(known)}.")
    pairs = [pair.partition("=") for pair in scope.split(",")]
    if not all(name.strip() and value.strip() for name, _, value in pairs):
        raise WrongUse(
            "The scope is not understood. Write it as the check prints it, like "
            "--scope source=phone,day=2020-04-03."
        )
    if not reason.strip():
        raise WrongUse("An acceptance needs a reason: --reason 'closed for a strike'.")
    today = settings.today
    accepted = Acceptance(
        rule=rule,
        scope={name.strip(): value.strip() for name, _, value in pairs},
        reason=" ".join(reason.split()),
        accepted_by=user(),
        accepted_on=today,
        expires_on=expires_on or today + dt.timedelta(days=DEFAULT_DAYS),
    )
    write_acceptances(settings, [*read_acceptances(settings), accepted])
    return accepted


def user() -> str:
    """Who accepts: a name, or a number where the system has no name for it, as in a container."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def read_acceptances(settings: Settings) -> list[Acceptance]:
    """Every acceptance that was ever given.

    Raises:
        WrongUse: the file was edited into something else; the message names the entry.
    """
    if not settings.accepted_file.exists():
        return []
    try:
        text = settings.accepted_file.read_text(encoding="utf-8")
        entries = yaml.load(text, Loader=yaml.CSafeLoader) or []
    except OSError:
        raise CannotRun(
            f"{settings.accepted_file} cannot be read. Give this user the right to."
        ) from None
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", 0) + 1
        raise WrongUse(f"{settings.accepted_file}, line {line}: not YAML.") from None
    if not isinstance(entries, list):
        raise WrongUse(f"{settings.accepted_file}: no list of acceptances.")
    acceptances = []
    for number, entry in enumerate(entries, start=1):
        try:
            scope = {str(name): as_text(value) for name, value in entry["scope"].items()}
            acceptance = Acceptance(**{**entry, "scope": scope})
            if type(acceptance.expires_on) is not dt.date:  # a time cannot be compared with a day
                raise TypeError
            acceptances.append(acceptance)
        except (TypeError, KeyError, AttributeError):
            names = ", ".join(Acceptance.__dataclass_fields__)
            raise WrongUse(
                f"{settings.accepted_file}, entry {number}: an acceptance has the keys {names}."
            ) from None
    return acceptances


def write_acceptances(settings: Settings, acceptances: Sequence[Acceptance]) -> None:
    """Write the file anew, whole or not at all."""
    settings.home.mkdir(parents=True, exist_ok=True)
    text = HEADER + yaml.safe_dump(
        [asdict(acceptance) for acceptance in acceptances], sort_keys=False, allow_unicode=True
    )
    draft = settings.accepted_file.with_suffix(".yaml.new")
    draft.write_text(text, encoding="utf-8")
    draft.replace(settings.accepted_file)


def after_night(
    acceptance: Acceptance,
    judged: Sequence[Row],
    broken: Sequence[Row],
    released_load: int,
    last_load: int,
    today: dt.date,
) -> Acceptance:
    """What becomes of an acceptance after its rule was judged.

    It lapses when its aggregates were judged and none breaks the rule any more, or when they are
    gone although the deliveries that showed the anomaly still wait for a release. An anomaly that
    a release includes is not judged again, and keeps its acceptance for the day of a rebuild.
    """
    if any(acceptance.covers(row) for row in broken):
        return replace(acceptance, seen_at_load=last_load)
    was_seen = acceptance.seen_at_load is not None
    still_waits = was_seen and released_load < (acceptance.seen_at_load or 0) <= last_load
    if still_waits or any(acceptance.covers(row) for row in judged):
        return replace(acceptance, lapsed_on=today)
    return acceptance
