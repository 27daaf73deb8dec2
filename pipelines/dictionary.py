"""Writes `docs/data-dictionary.md` from the dbt manifest and the seeds: `make docs`.

The page is never written by hand: what it says of a column stands beside the column's contract in
`dbt_project/models/marts/`, and nowhere else.
"""

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipelines.contracts.vocabulary import read_seed
from pipelines.publish.writer import INFO
from pipelines.settings import PROJECT, Settings, load_settings
from pipelines.transform import DBT_PROJECT, ensure_manifest, run_dbt

PAGE = PROJECT / "docs" / "data-dictionary.md"

HEAD = """\
# Data dictionary

Generated from the dbt project by `make docs`; a change belongs there. Every table of the schema
`marts`, which a release holds as `helpline.duckdb`, as Parquet and as CSV, with the unit of each
measure, what its shares are of, and what to beware of. Codes and dimensions are listed at the end.
The CSV files have the label of each code beside it, in Dutch (`…_label_nl`) and English
(`…_label_en`).
"""


def write_dictionary(manifest: Mapping[str, Any]) -> str:
    """The page as Markdown.

    Args:
        manifest: dbt's manifest.json as parsed; only models in `models/marts/` are described.
    """
    models = sorted(
        (
            node
            for node in manifest["nodes"].values()
            if node["resource_type"] == "model" and node["schema"] == "marts"
        ),
        key=lambda node: str(node["name"]),
    )
    lines = [HEAD, *(f"- [{node['name']}](#{node['name']})" for node in models)]
    lines += [
        "- [publish_info](#publish_info)",
        "- [Measures](#measures)",
        "- [Dimensions](#dimensions)",
        "- [Codes](#codes)",
        "",
    ]
    for node in models:
        lines += _model(node)
    lines += [*_publish_info(), *_measures(), *_dimensions(), *_codes()]
    return "\n".join(lines).rstrip() + "\n"


def _model(node: Mapping[str, Any]) -> Iterator[str]:
    keys = [one["columns"] for one in node["constraints"] if one["type"] == "primary_key"]
    yield f"## {node['name']}\n"
    yield f"{node['description'].strip()}\n"
    yield f"Key: {', '.join(f'`{column}`' for column in keys[0])}.\n"
    rows = [
        (
            f"`{column['name']}`",
            column["data_type"],
            column["config"]["meta"].get("unit", ""),
            column["config"]["meta"].get("denominator", ""),
            column["description"],
            column["config"]["meta"].get("caveat", ""),
        )
        for column in node["columns"].values()
    ]
    yield from _table(("column", "type", "unit", "share or rate of", "meaning", "beware"), rows)


def _publish_info() -> Iterator[str]:
    yield "## publish_info\n"
    yield "One row in each release: what it is, made when, by what, from which deliveries.\n"
    rows = [(f"`{name}`", kind, meaning) for name, (kind, meaning) in INFO.items()]
    yield from _table(("column", "type", "meaning"), rows)


def _measures() -> Iterator[str]:
    yield "## Measures\n"
    yield "Column `measure` of `figures` (seed `codes.measures`).\n"
    rows = [
        (f"`{row['measure']}`", row["unit"], row["label_nl"], row["label_en"], row["definition"])
        for row in read_seed(DBT_PROJECT / "seeds" / "measures.csv")
    ]
    yield from _table(("measure", "unit", "Nederlands", "English", "meaning"), rows)


def _dimensions() -> Iterator[str]:
    yield "## Dimensions\n"
    yield "Columns `breakdown` and `within_breakdown` of `figures` (seed `codes.dimensions`).\n"
    rows = [
        (
            f"`{row['dimension']}`",
            row["measures"].replace("|", ", "),
            row["code_list"] or _range(row),
            row["group_dimension"],
            f"`{row['mart']}.{row['column_name']}`",
            row["denominator"],
            row["label_nl"],
            row["label_en"],
        )
        for row in read_seed(DBT_PROJECT / "seeds" / "dimensions.csv")
    ]
    yield from _table(
        (
            "dimension", "measures", "code list", "grouped by", "found in", "shares over",
            "Nederlands", "English",
        ),
        rows,
    )  # fmt: skip


def _range(row: Mapping[str, str]) -> str:
    return f"{row['first_member']} to {row['last_member']}" if row["first_member"] else ""


def _codes() -> Iterator[str]:
    yield "## Codes\n"
    yield "Codes of the group `missing` are the kinds of not known (seed `codes.code_lists`).\n"
    rows = [
        tuple(row[name] for name in ("list", "code", "label_nl", "label_en", "code_group", "note"))
        for row in read_seed(DBT_PROJECT / "seeds" / "code_lists.csv")
    ]
    yield from _table(("list", "code", "Nederlands", "English", "group", "note"), rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        cells = (" ".join(str(cell).split()).replace("|", "\\|") for cell in row)
        yield f"| {' | '.join(cells)} |"
    yield ""


def dbt_docs(settings: Settings) -> Path:
    """Build dbt's own docs as one page; returns where it lies.

    dbt opens a warehouse for it. Where there is none yet it gets one elsewhere: the first night
    would take an empty one for a real one, and not write the sample.
    """
    command = ["docs", "generate", "--static"]
    page = settings.dbt_target / "static_index.html"
    if settings.warehouse.exists():
        run_dbt(settings, command)
        return page
    with tempfile.TemporaryDirectory() as folder:
        elsewhere = load_settings(home=Path(folder))
        run_dbt(elsewhere, command)
        page.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(elsewhere.dbt_target / page.name, page)
    return page


def main() -> None:
    """Write the dictionary and dbt's own docs, and say where they are."""
    PAGE.write_text(write_dictionary(json.loads(ensure_manifest().read_text())))
    for page in (PAGE, dbt_docs(load_settings())):
        print(page)  # noqa: T201  # this is a command


if __name__ == "__main__":
    main()
