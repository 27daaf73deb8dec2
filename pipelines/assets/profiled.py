"""Where a night's time went, for the UI to plot from night to night: `helpline run --profile`."""

import dagster as dg

from pipelines import profile

PROFILE = dg.AssetKey(["operation", "profile"])


def profile_asset() -> dg.AssetSpec:
    """The profiles of nights: nothing here is run, a night that is profiled tells of itself."""
    return dg.AssetSpec(
        key=PROFILE,
        group_name="operation",
        description="CPU seconds of each step of the nights that ran with `helpline run "
        "--profile`, and how much of them were DuckDB's statements.",
        kinds={"python"},
        owners=["team:data-engineering"],
        metadata={
            "dagster/code_references": dg.CodeReferencesMetadataValue(
                code_references=[dg.LocalFileCodeReference(file_path=profile.__file__)]
            )
        },
    )


def profile_of_night(taken: profile.Profile) -> dg.AssetMaterialization:
    """What the UI plots of one profile."""
    spent = {f"{part.name}, CPU s": round(part.cpu_s, 3) for part in taken.parts.values()}
    spent |= {
        f"{part.name}, of it DuckDB": round(part.duckdb_s, 3)
        for part in taken.parts.values()
        if part.duckdb_s
    }
    whole = round(sum(part.cpu_s for part in taken.parts.values()), 3)
    return dg.AssetMaterialization(
        PROFILE,
        description="CPU seconds of a night that ran with --profile.",
        metadata={"whole, CPU s": whole, **spent},
    )
