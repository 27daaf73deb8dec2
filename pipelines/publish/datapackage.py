"""What makes the CSV files explain themselves: `datapackage.json` and `README.txt`.

The package follows Frictionless' tabular data package, so that tools read types, keys, units and
descriptions from it; the text file says the same to whoever opens a table in a spreadsheet.
"""

import json
import re
import textwrap
from pathlib import Path
from typing import Any

import duckdb

from pipelines.publish.marts import Column, Mart
from pipelines.publish.writer import label_name

_TYPES = (
    (r"(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?)$", "integer"),
    (r"(DOUBLE|FLOAT|DECIMAL)", "number"),
    (r"BOOLEAN$", "boolean"),
    (r"DATE$", "date"),
    (r"TIMESTAMP", "datetime"),
)
_UNITS = (
    (r"_pct(_rounded)?$", "percent"),
    (r"_per_day_", "per day"),
    (r"^rate_ratio", "ratio"),
    (r"^days_|_days$", "days"),
    (
        r"^(previous_|known_|all_)?(contacts|victims|referrals|visitors|visits)(_with_outcome)?$",
        r"\2",
    ),
    (r"^(impressions|clicks)$", r"\1"),
)
_INTERNAL = (
    "Releases are internal: comparing one night with the next can reveal single records. "
    "Only the files of report/ are made for the public."
)
_NEUTRALISED = (
    "A text that a spreadsheet would run as a formula has an apostrophe (') before it in the CSV."
)
_SAMPLE = "FICTIONAL SAMPLE: these figures come from made-up records. "


def write_datapackage(
    connection: duckdb.DuckDBPyConnection, marts: tuple[Mart, ...], to: Path, *, is_sample: bool
) -> None:
    """Write `datapackage.json` and `README.txt` beside the CSV files.

    They hold no time of writing: the same marts give the same bytes.
    """
    package = {
        "profile": "tabular-data-package",
        "name": "helpline-marts",
        "title": "Marts of the helpline warehouse",
        "description": f"{_SAMPLE if is_sample else ''}{_INTERNAL} {_NEUTRALISED}",
        "licenses": [_licence(is_sample)],
        "sources": _sources(connection),
        "resources": [_resource(mart) for mart in marts],
    }
    text = json.dumps(package, indent=2, ensure_ascii=False) + "\n"
    (to / "datapackage.json").write_text(text, encoding="utf-8")
    (to / "README.txt").write_text(_readme(package), encoding="utf-8")


def _licence(is_sample: bool) -> dict[str, str]:
    if is_sample:
        return {
            "name": "CC0-1.0",
            "title": "Fictional data, free of any right",
            "path": "https://creativecommons.org/publicdomain/zero/1.0/",
        }
    return {"name": "other-closed", "title": "Internal to the helpline, not for publication"}


def _sources(connection: duckdb.DuckDBPyConnection) -> list[dict[str, str]]:
    loaded = connection.execute(
        """
        select source, count(distinct delivery_id), min(first_day), max(last_day)
        from raw.deliveries where status = 'loaded' group by source order by source
        """
    ).fetchall()
    return [
        {"title": f"Exports of the source {source}: {count} deliveries, {first} to {last}"}
        for source, count, first, last in loaded
    ]


def _resource(mart: Mart) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [field for column in mart.columns for field in _fields(column)],
        "missingValues": [""],
    }
    if mart.primary_key:
        schema["primaryKey"] = list(mart.primary_key)
    return {
        "profile": "tabular-data-resource",
        "name": mart.name.replace("_", "-"),
        "title": mart.name,
        "description": mart.description,
        "path": f"{mart.name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": schema,
    }


def _fields(column: Column) -> list[dict[str, str]]:
    field = {
        "name": column.name,
        "type": _frictionless_type(column.type),
        "description": column.description,
    }
    unit = _unit(column)
    if unit:
        field["unit"] = unit
    labels = [
        {
            "name": label_name(column, language),
            "type": "string",
            "description": f"{spoken} label of the code in {column.name}.",
        }
        for language, spoken in (("nl", "Dutch"), ("en", "English"))
    ]
    return [field, *labels] if column.code_list else [field]


def _frictionless_type(duckdb_type: str) -> str:
    return next((name for form, name in _TYPES if re.match(form, duckdb_type)), "string")


def _unit(column: Column) -> str | None:
    """The unit that the description states (`Unit: victims.`), else the one the name implies."""
    stated = re.search(r"\bUnit: ([^.;]+)", column.description)
    if stated:
        return stated.group(1)
    for form, unit in _UNITS:
        named = re.search(form, column.name)
        if named and not column.code_list:
            return named.expand(unit)
    return None


def _readme(package: dict[str, Any]) -> str:
    lines = [package["title"], "", textwrap.fill(package["description"], 100), ""]
    for resource in package["resources"]:
        lines += [resource["path"], "=" * len(resource["path"]), resource["description"], ""]
        for field in resource["schema"]["fields"]:
            unit = f" [{field['unit']}]" if "unit" in field else ""
            text = f"{field['name']}{unit}: {field['description']}"
            lines.append(textwrap.fill(text, 100, initial_indent="  ", subsequent_indent="    "))
        lines.append("")
    return "\n".join(lines)
