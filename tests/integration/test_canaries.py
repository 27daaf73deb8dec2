"""No text that a person typed leaves the landing folder: planted tokens are looked for everywhere.

A night that publishes and one that is stopped, from outside: all files below HELPLINE_HOME but
landing, and what the command wrote.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.integration.canaries import (
    PHONE_CODES,
    STEM,
    Item,
    Row,
    edit_json,
    edit_table,
    edit_tickets,
    planted,
    rename_record,
    token,
    write,
)

DAY = "2020-12-15"


@dataclass(frozen=True)
class Nights:
    """A home after a night that published and one that was stopped, and what both printed."""

    home: Path
    published: subprocess.CompletedProcess[str]
    stopped: subprocess.CompletedProcess[str]
    lost_after_published: list[tuple[str, str]]


@pytest.fixture(scope="module")
def nights(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Nights:
    home = tmp_path_factory.mktemp("canaries") / "home"
    shutil.copytree(sample_home, home)
    plant_where_nobody_reads(home / "landing")
    published = run(home)
    lost = list(planted(home))
    plant_in_codes_and_broken_files(home / "landing")
    return Nights(home, published, run(home), lost)


def run(home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pipelines.cli", "run"],
        env={**os.environ, "HELPLINE_HOME": str(home), "HELPLINE_SETTLE_SECONDS": "0"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_first_night_publishes_and_the_second_is_stopped(nights: Nights) -> None:
    assert nights.published.returncode == 0, nights.published.stderr
    assert nights.stopped.returncode == 1, nights.stopped.stderr
    for source in ("phone", "mail", "chat", "campaigns"):
        assert f"unmapped_labels on raw/{source}" in nights.stopped.stderr
    for source in ("web", "ads"):
        assert f"raw/{source}" in nights.stopped.stderr


def test_every_source_has_tokens_of_which_the_search_finds_those_in_landing(
    nights: Nights, tmp_path: Path
) -> None:
    shutil.copytree(nights.home / "landing", tmp_path / "elsewhere")
    found = {place.split("/")[1] for place, _ in planted(tmp_path)}
    assert found == {"ads", "campaigns", "chat", "mail", "phone", "web"}


def test_no_token_left_landing_in_a_night_that_published(nights: Nights) -> None:
    assert nights.lost_after_published == []


def test_no_token_left_landing_in_a_night_that_was_stopped(nights: Nights) -> None:
    assert list(planted(nights.home)) == []


@pytest.mark.parametrize("night", ["published", "stopped"])
def test_no_token_is_printed(nights: Nights, night: str) -> None:
    done = getattr(nights, night)
    assert STEM not in (done.stdout + done.stderr).lower()


def plant_where_nobody_reads(landing: Path) -> None:
    """Free text, identifiers, undeclared columns, and rows that will be rejected."""

    def calls(rows: list[Row]) -> None:
        for row in rows:
            row["Opmerkingen"] = token("call note")
            row["Agent"] = token("call undeclared")
        rows.append({**rows[-1], "Oproepnummer": token("bad id"), "Begin": token("call begin")})

    def tickets(items: list[Item]) -> None:
        for item in items:
            item |= {"title": token("title"), "note": token("note"), "number": token("number")}
            item |= {"customer_id": token("customer"), "preferences": {token("key"): "x"}}
        items.append({**items[-1], "id": token("bad ticket"), "created_at": token("created")})

    def chats(items: list[Item]) -> None:
        for item in items:
            item |= {"number": token("chat number"), "twilioWorkerId": token("worker")}
            item["rawJson"]["caseInformation"] = {"callSummary": token("summary")}
        items.append({**items[-1], "id": token("bad chat"), "timeOfContact": token("time")})

    def visits(days: dict[str, Item]) -> None:
        days[DAY] |= {"nb_actions": token("actions"), "label": token("label")}

    def campaigns(rows: list[Row]) -> None:
        for row in rows:
            row["contactpersoon"] = token("campaign contact")
        rows.append({**rows[-1], "id": "C2020-99", "start": token("campaign start")})

    def ads(rows: list[Row]) -> None:
        for row in rows:
            row["Results"] = token("results")
            row["Account name"] = token("account")
        rows.insert(
            0, {**rows[0], "Reporting starts": token("ad day"), "Campaign name": "C2020-03"}
        )

    rename_record(landing / "phone", f"oproepen_{DAY}.csv", token("call id"))
    rename_record(landing / "mail", f"tickets_{DAY}.jsonl", token("ticket id"))
    rename_record(landing / "chat", f"contacts_{DAY}.json", token("chat id"))
    over(landing, "phone", f"oproepen_{DAY}.csv", edit_table, calls)
    over(landing, "mail", f"tickets_{DAY}.jsonl", edit_tickets, tickets)
    over(landing, "chat", f"contacts_{DAY}.json", edit_json, chats)
    over(landing, "web", f"matomo_adults_{DAY}.json", edit_json, visits)
    over(landing, "campaigns", "campagnes_2020.csv", edit_table, campaigns)
    over(landing, "ads", "advertenties_2020-11.csv", edit_table, ads)


def plant_in_codes_and_broken_files(landing: Path) -> None:
    """Corrections with a token in every coded field, and files that cannot be read to their end."""

    def calls(rows: list[Row]) -> None:
        for number, name in enumerate(PHONE_CODES):
            rows[number % len(rows)][name] = token("code", name)

    def registrations(items: list[Item]) -> None:
        for item in items:
            codes = item["registration"]
            codes |= {name: token("code", name) for name in ("relation", "age_group", "sex")}
            codes |= {"anonymous": token("anonymous"), "outcomes": [token("outcome")]}
            names = ("category", "violence_form", "age", "sex", "context")
            codes["persons"] = [{name: token("person", name) for name in names}]

    def chats(items: list[Item]) -> None:
        for item in items:
            raw = item["rawJson"]
            names = ("relationship", "ageGroup", "gender", "anonymous")
            raw["callerInformation"] = {name: token("caller", name) for name in names}
            told = ("category", "violenceForm", "ageBand", "gender", "context")
            raw["persons"] = [{name: token("chat person", name) for name in told}]
            item["referrals"] = [{"resourceId": token("id"), "resourceName": token("resource")}]
        items[0]["rawJson"]["callType"] = token("call type")

    def visits(days: dict[str, Item]) -> None:
        days[DAY]["nb_visits"] = token("visits")

    def campaigns(rows: list[Row]) -> None:
        rows[0]["soort"] = token("kind")

    def ads(rows: list[Row]) -> None:
        rows[:0] = [
            {**rows[-1], "Campaign name": f"C2020-0{number}", "Impressions": token("impressions")}
            for number in range(1, 7)
        ]

    again = landing / "phone" / f"oproepen_{DAY}.csv"
    edit_table(again, again.with_name(f"oproepen_codes_{DAY}.csv"), calls)
    again = landing / "mail" / f"tickets_{DAY}.jsonl"
    edit_tickets(again, again.with_name(f"tickets_codes_{DAY}.jsonl"), registrations)
    again = landing / "chat" / f"contacts_{DAY}.json"
    edit_json(again, again.with_name(f"contacts_codes_{DAY}.json"), chats)
    again = landing / "web" / f"matomo_adults_{DAY}.json"
    edit_json(again, again.with_name(f"matomo_adults_{DAY}.json"), visits)
    again = landing / "campaigns" / "campagnes_2020.csv"
    edit_table(again, again.with_name("campagnes_codes_2020.csv"), campaigns)
    again = landing / "ads" / f"advertenties_{DAY}.csv"
    edit_table(again, again.with_name(f"advertenties_codes_{DAY}.csv"), ads)
    header = f"Oproepnummer;{token('header')}\r\n"
    write(landing / "phone" / "oproepen_kop_2020-12-14.csv", header + f"{token('cell')};\r\n")
    whole = (landing / "phone" / f"oproepen_{DAY}.csv").read_text(encoding="utf-8-sig")
    write(landing / "phone" / "oproepen_half_2020-12-14.csv", f'{whole}9;"{token("open quote")}')
    write(landing / "mail" / "tickets_half_2020-12-14.jsonl", f'{{"id": "{token("half line")}')
    write(landing / "chat" / "contacts_half_2020-12-14.json", f'[{{"id": "{token("half chat")}"')
    write(landing / "ads" / "advertenties_half_2020-12-14.csv", f'"{token("ad quote")}')
    write(landing / "web" / "matomo_adults_2020-12-14.json", f'{{"{token("web key")}": {{')


def over(
    landing: Path,
    source: str,
    name: str,
    edit: Callable[[Path, Path, Callable[[Any], None]], None],
    change: Callable[[Any], None],
) -> None:
    """Change a file of landing in place."""
    edit(landing / source / name, landing / source / name, change)
