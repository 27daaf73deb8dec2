"""The peer in pandas: what an analyst would write for the same tables, vectorised where it can be.

`python -m benchmarks.peer_pandas LANDING OUT` reads the exports of 1712 into data frames and writes
one Parquet file of counts per mart. It keeps no ledger, no history and no checks.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from benchmarks.landing import covered, deliveries

CODE_LISTS = Path(__file__).parent.parent / "dbt_project" / "seeds" / "code_lists.csv"
PHONE = {
    "Oproepnummer": "id",
    "Persoon": "person",
    "Begin": "begins",
    "Einde": "ends",
    "Duur (s)": "seconds",
    "Soort oproep": "kind",
    "Relatie contactnemer": "relation",
    "Leeftijd contactnemer": "age_group",
    "Geslacht contactnemer": "sex",
    "Anoniem": "anonymous",
    "Problematiek": "category",
    "Hoofdvorm van geweld": "violence_form",
    "Leeftijd slachtoffer": "age_band",
    "Geslacht slachtoffer": "victim_sex",
    "Context": "context",
    "Gevolg": "outcome",
}
PERSON = ["category", "violence_form", "age_band", "victim_sex", "context"]
CONTACT = ["id", "local", "relation", "age_group", "sex", "anonymous"]
LISTS = {
    "relation": "relation",
    "age_group": "contact_age_group",
    "sex": "sex",
    "anonymous": "anonymous",
    "category": "category",
    "violence_form": "violence_form",
    "age_band": "age_band",
    "victim_sex": "sex",
    "context": "context",
    "outcome": "outcome",
}
ZONE = "Europe/Brussels"


def main(landing: Path, out: Path) -> None:
    """Read, count, write."""
    sources = [read_phone(landing), read_mail(landing), read_chat(landing)]
    contacts, victims, referrals = (
        pd.concat([source[place] for source in sources], ignore_index=True) for place in range(3)
    )
    for frame in (contacts, victims, referrals):
        for column in frame.columns.intersection(list(LISTS)):
            frame[column] = coded(frame[column], LISTS[column])
        frame["year"] = frame["local"].dt.year
    out.mkdir(parents=True, exist_ok=True)
    for mart, table in tables(contacts, victims, referrals, read_web(landing)).items():
        table.reset_index().to_parquet(out / f"{mart}.parquet")


def read_phone(landing: Path) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Contacts, victims and referrals of the calls that the latest file of each day holds."""
    files = deliveries(landing, "phone")
    latest: dict[pd.Timestamp, int] = {}
    for number, path in enumerate(files):
        latest |= dict.fromkeys(pd.date_range(*covered(path)), number)
    rows = pd.concat(
        [
            # with `usecols`, pandas would not see that a row has a field too many
            pd.read_csv(path, sep=";", dtype=str, on_bad_lines="skip")[list(PHONE)]
            .rename(columns=PHONE)
            .assign(file=number)
            for number, path in enumerate(files)
        ],
        ignore_index=True,
    )
    rows["local"] = pd.to_datetime(rows["begins"], format="%d/%m/%Y %H:%M:%S", errors="coerce")
    ends = pd.to_datetime(rows["ends"], format="%d/%m/%Y %H:%M:%S", errors="coerce")
    seconds = pd.to_numeric(rows["seconds"], errors="coerce")
    zoned = rows["local"].dt.tz_localize(ZONE, ambiguous="NaT", nonexistent="NaT")
    doubled = (rows["local"].dt.month == 10) & (rows["local"].dt.hour == 2)
    valid = (zoned.notna() | doubled) & seconds.between(0, 86_400) & (ends >= rows["local"])
    rows = rows[valid & (rows["kind"] == "Oproep")]
    rows = rows[rows["file"] == rows["local"].dt.normalize().map(latest)]
    rows = rows[rows["file"] == rows.groupby("id")["file"].transform("max")]
    contacts = rows.drop_duplicates("id").assign(channel="phone")
    victims = rows.dropna(subset=PERSON, how="all").assign(channel="phone")
    referrals = contacts[["id", "local", "outcome"]].dropna()
    referrals = referrals.assign(outcome=referrals["outcome"].str.split("|")).explode("outcome")
    return (
        contacts[[*CONTACT, "channel"]],
        victims[["id", "local", "channel", *PERSON]],
        referrals.drop_duplicates(),
    )


def read_mail(landing: Path) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Contacts, victims and referrals of the latest version of each ticket."""
    records = []
    for path in deliveries(landing, "mail"):
        with path.open(encoding="utf-8") as file:
            for ticket in map(json.loads, filter(str.strip, file)):
                said = ticket["registration"]
                records.append(
                    (
                        str(ticket["id"]),
                        ticket["created_at"],
                        ticket["updated_at"],
                        said["relation"],
                        said["age_group"],
                        said["sex"],
                        said["anonymous"],
                        [tuple(person.values()) for person in said["persons"]],
                        said["outcomes"],
                    )
                )
    return latest_versions(records, "mail")


def read_chat(landing: Path) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Contacts, victims and referrals of the latest version of each chat that was one."""
    records = []
    for path in deliveries(landing, "chat"):
        for chat in json.loads(path.read_text(encoding="utf-8")):
            said = chat["rawJson"]
            caller = said["callerInformation"]
            if "calling about" not in said["callType"]:
                continue
            records.append(
                (
                    str(chat["id"]),
                    chat["timeOfContact"],
                    chat["updatedAt"],
                    caller.get("relationship"),
                    caller.get("ageGroup"),
                    caller.get("gender"),
                    caller.get("anonymous"),
                    [tuple(person.values()) for person in said["persons"]],
                    [referral["resourceName"] for referral in chat["referrals"]],
                )
            )
    return latest_versions(records, "chat")


def latest_versions(
    records: Sequence[tuple[object, ...]], channel: str
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Contacts, victims and referrals of records that may have come several times."""
    names = ["id", "started", "updated", "relation", "age_group", "sex", "anonymous"]
    rows = pd.DataFrame(records, columns=[*names, "persons", "outcome"])
    rows["local"] = (
        pd.to_datetime(rows["started"], format="ISO8601", utc=True, errors="coerce")
        .dt.tz_convert(ZONE)
        .dt.tz_localize(None)
    )
    rows = rows.dropna(subset="local").sort_values("updated", kind="stable")
    contacts = rows.drop_duplicates("id", keep="last").assign(channel=channel)
    several = contacts[["id", "local", "channel", "persons"]].explode("persons").dropna()
    persons = pd.DataFrame(several["persons"].tolist(), columns=PERSON, index=several.index)
    victims = pd.concat([several[["id", "local", "channel"]], persons], axis=1)
    referrals = contacts[["id", "local", "outcome"]].explode("outcome").dropna().drop_duplicates()
    return contacts[[*CONTACT, "channel"]], victims, referrals


def read_web(landing: Path) -> pd.DataFrame:
    """Visitors per site and day."""
    rows = [
        (path.name.split("_")[1], day, int(numbers["nb_uniq_visitors"]))
        for path in deliveries(landing, "web")
        for day, numbers in json.loads(path.read_text()).items()
        if numbers
    ]
    visits = pd.DataFrame(rows, columns=["site", "day", "visitors"])
    visits["day"] = pd.to_datetime(visits["day"])
    return visits


def coded(labels: pd.Series, name: str) -> pd.Series:
    """Codes of a column of labels; what is empty was not filled in."""
    lists = pd.read_csv(CODE_LISTS, dtype=str)
    lists = lists[lists["list"] == name]
    codes = dict(zip(lists["label_en"], lists["code"], strict=True))
    codes |= dict(zip(lists["label_nl"], lists["code"], strict=True))
    codes |= {"Geweld tussen kinderen": "violence_between_minors"}
    codes |= {"Ja": "true", "Nee": "false", True: "true", False: "false"}
    return labels.map(codes).fillna("not_filled")


def tables(
    contacts: pd.DataFrame, victims: pd.DataFrame, referrals: pd.DataFrame, visits: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Every mart as counts."""
    contacts["month"] = contacts["local"].dt.month
    contacts["iso_weekday"] = contacts["local"].dt.day_of_week + 1
    contacts["hour"] = contacts["local"].dt.hour
    lists = pd.read_csv(CODE_LISTS, dtype=str)
    groups = lists[lists["list"] == "relation"].set_index("code")["code_group"]
    contacts["relation_group"] = contacts["relation"].map(groups)
    twice = pd.concat([contacts, contacts.assign(channel="all")])
    forms = victims.drop_duplicates(["channel", "id", "violence_form"])
    everything = pd.concat([victims, victims.assign(category="all")])
    of_persons = [
        counted(twice, ["year", "channel", dimension], "contacts")
        .rename_axis(index={dimension: "member"})
        .assign(dimension=dimension)
        for dimension in ("relation", "relation_group", "age_group", "sex", "anonymous")
    ]
    visits["year"], visits["month"] = visits["day"].dt.year, visits["day"].dt.month
    visits = pd.concat([visits, visits.assign(month=0)])
    sexes = victims[["year", "age_band", "victim_sex"]].rename(columns={"victim_sex": "sex"})
    return {
        "yearly_totals": counted(contacts, ["year"], "contacts").join(
            counted(victims, ["year"], "victims")
        ),
        "victims_by_category": counted(victims, ["year", "category"], "victims"),
        "victims_by_violence_form": counted(
            everything, ["year", "category", "violence_form"], "victims"
        ),
        "contacts_by_violence_form": counted(
            pd.concat([forms, forms.assign(channel="all")]),
            ["year", "channel", "violence_form"],
            "contacts",
        ),
        "victims_by_age": counted(victims, ["year", "age_band"], "victims"),
        "victims_by_age_and_sex": counted(sexes, ["year", "age_band", "sex"], "victims"),
        "victims_by_context": counted(victims, ["year", "context"], "victims"),
        "contacts_by_channel": counted(contacts, ["year", "channel"], "contacts"),
        "contacts_by_month": counted(twice, ["year", "month", "channel"], "contacts"),
        "contacts_by_weekday": counted(twice, ["year", "iso_weekday", "channel"], "contacts"),
        "contacts_by_hour": counted(twice, ["year", "hour", "channel"], "contacts"),
        "contact_persons": pd.concat(of_persons),
        "referrals_by_outcome": counted(referrals, ["year", "outcome"], "referrals"),
        "website_visitors": visits.groupby(["year", "month", "site"])[["visitors"]].sum(),
    }


def counted(rows: pd.DataFrame, by: list[str], name: str) -> pd.DataFrame:
    """Number of rows per combination."""
    return rows.groupby(by).size().to_frame(name)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
