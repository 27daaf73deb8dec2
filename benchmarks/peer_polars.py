"""The peer in Polars: lazy frames where it reads them, one Parquet file of counts per mart.

`python -m benchmarks.peer_polars LANDING OUT` answers what `peer_pandas` answers, in the way of
somebody who knows Polars well. It keeps no ledger, no history and no checks.
"""

import datetime as dt
import json
import sys
from pathlib import Path

import polars as pl

from benchmarks.landing import covered, deliveries

CODE_LISTS = Path(__file__).parent.parent / "dbt_project" / "seeds" / "code_lists.csv"
PHONE = (
    "id", "person", "begins", "ends", "seconds", "kind", "relation", "age_group", "sex",
    "anonymous", "category", "violence_form", "age_band", "victim_sex", "context", "outcome",
    "note", "exported", "too_many",
)  # fmt: skip
PERSON = ["category", "violence_form", "age_band", "victim_sex", "context"]
CONTACT = ["id", "channel", "local", "relation", "age_group", "sex", "anonymous"]
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
TICKET_PERSON = pl.Struct(
    dict.fromkeys(("category", "violence_form", "age", "sex", "context"), pl.String)
)
TICKET: dict[str, pl.DataType | type[pl.DataType]] = {
    "id": pl.Int64,
    "created_at": pl.String,
    "updated_at": pl.String,
    "registration": pl.Struct(
        {
            "relation": pl.String,
            "age_group": pl.String,
            "sex": pl.String,
            "anonymous": pl.Boolean,
            "persons": pl.List(TICKET_PERSON),
            "outcomes": pl.List(pl.String),
        }
    ),
}
CHAT_PERSON = pl.Struct(
    dict.fromkeys(("category", "violenceForm", "ageBand", "gender", "context"), pl.String)
)
CHAT: dict[str, pl.DataType | type[pl.DataType]] = {
    "id": pl.Int64,
    "timeOfContact": pl.String,
    "updatedAt": pl.String,
    "rawJson": pl.Struct(
        {
            "callType": pl.String,
            "callerInformation": pl.Struct(
                {
                    "relationship": pl.String,
                    "ageGroup": pl.String,
                    "gender": pl.String,
                    "anonymous": pl.Boolean,
                }
            ),
            "persons": pl.List(CHAT_PERSON),
        }
    ),
    "referrals": pl.List(pl.Struct({"resourceName": pl.String})),
}
Frames = tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]


def main(landing: Path, out: Path) -> None:
    """Read, count, write."""
    sources = [read_phone(landing), read_mail(landing), read_chat(landing)]
    frames = [pl.concat([source[place] for source in sources]) for place in range(3)]
    contacts, victims, referrals = (
        frame.with_columns(
            *(coded(column) for column in LISTS if column in frame.columns),
            year=pl.col("local").dt.year(),
        )
        for frame in frames
    )
    out.mkdir(parents=True, exist_ok=True)
    for mart, table in tables(contacts, victims, referrals, read_web(landing)).items():
        table.write_parquet(out / f"{mart}.parquet")


def read_phone(landing: Path) -> Frames:
    """Contacts, victims and referrals of the calls that the latest file of each day holds."""
    files = deliveries(landing, "phone")
    latest: dict[dt.date, int] = {}
    for number, path in enumerate(files):
        first, last = covered(path)
        days = pl.date_range(first, last, eager=True).to_list()
        latest |= dict.fromkeys(days, number)
    numbers = pl.LazyFrame(
        {"path": [str(path) for path in files], "file": range(len(files))},
        schema={"path": pl.String, "file": pl.Int64},
    )
    covering = pl.LazyFrame(
        {"day": list(latest), "file": list(latest.values())},
        schema={"day": pl.Date, "file": pl.Int64},
    )
    local = pl.col("begins").str.to_datetime("%d/%m/%Y %H:%M:%S", strict=False)
    rows = (
        pl.scan_csv(
            files,
            separator=";",
            has_header=False,
            skip_rows=1,
            schema=dict.fromkeys(PHONE, pl.String),
            missing_columns="insert",
            include_file_paths="path",
        )
        .filter(pl.col("too_many").is_null(), pl.col("kind") == "Oproep")
        .with_columns(
            local=local,
            seconds=pl.col("seconds").cast(pl.Int64, strict=False),
            ends=pl.col("ends").str.to_datetime("%d/%m/%Y %H:%M:%S", strict=False),
            channel=pl.lit("phone"),
        )
        .filter(
            pl.col("local")
            .dt.replace_time_zone(ZONE, ambiguous="earliest", non_existent="null")
            .is_not_null(),
            pl.col("seconds").is_between(0, 86_400),
            pl.col("ends") >= pl.col("local"),
        )
        .with_columns(day=pl.col("local").dt.date(), anonymous=pl.col("anonymous"))
        .join(numbers, on="path")
        .join(covering, on=["day", "file"], how="semi")
        .filter(pl.col("file") == pl.col("file").max().over("id"))
        .select("id", "channel", "local", *CONTACT[3:], *PERSON, "outcome")
        .collect()
    )
    contacts = rows.unique("id", keep="first")
    victims = rows.filter(pl.any_horizontal(pl.col(PERSON).is_not_null()))
    referrals = (
        contacts.select("id", "local", pl.col("outcome").str.split("|"))
        .explode("outcome")
        .drop_nulls("outcome")
        .unique()
    )
    return contacts.select(CONTACT), victims.select("id", "channel", "local", *PERSON), referrals


def read_mail(landing: Path) -> Frames:
    """Contacts, victims and referrals of the latest version of each ticket."""
    said = pl.col("registration").struct
    rows = pl.scan_ndjson(deliveries(landing, "mail"), schema=TICKET).select(
        "id",
        pl.lit("mail").alias("channel"),
        pl.col("created_at").alias("started"),
        pl.col("updated_at").alias("updated"),
        said.field("relation"),
        said.field("age_group"),
        said.field("sex"),
        said.field("anonymous"),
        said.field("persons"),
        said.field("outcomes").alias("outcome"),
    )
    return latest_versions(rows)


def read_chat(landing: Path) -> Frames:
    """Contacts, victims and referrals of the latest version of each chat that was one."""
    said = pl.col("rawJson").struct
    caller = said.field("callerInformation").struct
    files = [pl.read_json(path, schema=CHAT) for path in deliveries(landing, "chat")]
    rows = (
        pl.concat(files)
        .lazy()
        .filter(said.field("callType").str.contains("calling about", literal=True))
        .select(
            "id",
            pl.lit("chat").alias("channel"),
            pl.col("timeOfContact").alias("started"),
            pl.col("updatedAt").alias("updated"),
            caller.field("relationship").alias("relation"),
            caller.field("ageGroup").alias("age_group"),
            caller.field("gender").alias("sex"),
            caller.field("anonymous"),
            said.field("persons"),
            pl.col("referrals")
            .list.eval(pl.element().struct.field("resourceName"))
            .alias("outcome"),
        )
    )
    return latest_versions(rows)


def latest_versions(rows: pl.LazyFrame) -> Frames:
    """Contacts, victims and referrals of records that may have come several times."""
    contacts = (
        rows.with_columns(
            pl.col("id").cast(pl.String),
            pl.col("anonymous").cast(pl.String),
            local=pl.col("started")
            .str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ", strict=False, time_unit="us")
            .dt.replace_time_zone("UTC")
            .dt.convert_time_zone(ZONE)
            .dt.replace_time_zone(None),
        )
        .drop_nulls("local")
        .sort("updated", maintain_order=True)
        .unique("id", keep="last")
        .collect()
    )
    persons = contacts.select("id", "channel", "local", "persons").explode("persons")
    victims = persons.drop_nulls("persons").with_columns(
        pl.col("persons").struct.rename_fields(PERSON)
    )
    referrals = contacts.select("id", "local", "outcome").explode("outcome").drop_nulls("outcome")
    return contacts.select(CONTACT), victims.unnest("persons"), referrals.unique()


def read_web(landing: Path) -> pl.DataFrame:
    """Visitors per site and day."""
    rows = [
        (path.name.split("_")[1], day, int(numbers["nb_uniq_visitors"]))
        for path in deliveries(landing, "web")
        for day, numbers in json.loads(path.read_text()).items()
        if numbers
    ]
    visits = pl.DataFrame(rows, schema=["site", "day", "visitors"], orient="row")
    return visits.with_columns(pl.col("day").str.to_date())


def coded(column: str) -> pl.Expr:
    """Codes of a column of labels; what is empty was not filled in."""
    lists = pl.read_csv(CODE_LISTS, infer_schema=False).filter(pl.col("list") == LISTS[column])
    codes = dict(lists.select("label_en", "code").iter_rows())
    codes |= dict(lists.select("label_nl", "code").iter_rows())
    codes |= {"Geweld tussen kinderen": "violence_between_minors"}
    codes |= {"Ja": "true", "Nee": "false", "true": "true", "false": "false"}
    return pl.col(column).replace_strict(codes, default="not_filled", return_dtype=pl.String)


def tables(
    contacts: pl.DataFrame, victims: pl.DataFrame, referrals: pl.DataFrame, visits: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """Every mart as counts."""
    lists = pl.read_csv(CODE_LISTS, infer_schema=False).filter(pl.col("list") == "relation")
    groups = dict(lists.select("code", "code_group").iter_rows())
    contacts = contacts.with_columns(
        month=pl.col("local").dt.month(),
        iso_weekday=pl.col("local").dt.weekday(),
        hour=pl.col("local").dt.hour(),
        relation_group=pl.col("relation").replace_strict(groups),
    )
    everybody = pl.lit("all").alias("channel")
    twice = pl.concat([contacts, contacts.with_columns(everybody)])
    forms = victims.unique(["channel", "id", "violence_form"])
    visits = visits.with_columns(year=pl.col("day").dt.year(), month=pl.col("day").dt.month())
    whole_years = visits.with_columns(pl.lit(0, pl.Int8).alias("month"))
    return {
        "yearly_totals": counted(contacts, ["year"], "contacts").join(
            counted(victims, ["year"], "victims"), on="year"
        ),
        "victims_by_category": counted(victims, ["year", "category"], "victims"),
        "victims_by_violence_form": counted(
            pl.concat([victims, victims.with_columns(pl.lit("all").alias("category"))]),
            ["year", "category", "violence_form"],
            "victims",
        ),
        "contacts_by_violence_form": counted(
            pl.concat([forms, forms.with_columns(everybody)]),
            ["year", "channel", "violence_form"],
            "contacts",
        ),
        "victims_by_age": counted(victims, ["year", "age_band"], "victims"),
        "victims_by_age_and_sex": counted(
            victims.rename({"victim_sex": "sex"}), ["year", "age_band", "sex"], "victims"
        ),
        "victims_by_context": counted(victims, ["year", "context"], "victims"),
        "contacts_by_channel": counted(contacts, ["year", "channel"], "contacts"),
        "contacts_by_month": counted(twice, ["year", "month", "channel"], "contacts"),
        "contacts_by_weekday": counted(twice, ["year", "iso_weekday", "channel"], "contacts"),
        "contacts_by_hour": counted(twice, ["year", "hour", "channel"], "contacts"),
        "contact_persons": pl.concat(
            counted(twice, ["year", "channel", dimension], "contacts")
            .rename({dimension: "member"})
            .with_columns(pl.lit(dimension).alias("dimension"))
            for dimension in ("relation", "relation_group", "age_group", "sex", "anonymous")
        ),
        "referrals_by_outcome": counted(referrals, ["year", "outcome"], "referrals"),
        "website_visitors": pl.concat([visits, whole_years])
        .group_by("year", "month", "site")
        .agg(pl.col("visitors").sum()),
    }


def counted(rows: pl.DataFrame, by: list[str], name: str) -> pl.DataFrame:
    """Number of rows per combination."""
    return rows.group_by(by).agg(pl.len().alias(name))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
