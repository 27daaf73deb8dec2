"""What the operator of the benchmark accepts beforehand, so that a night publishes.

Without its last day, 2020 has other totals than those published, and a day of the sample among many
times as many contacts is small. Every check still runs and judges: accepted is not left out.

`python -m benchmarks.anomalies` writes them into the home that `HELPLINE_HOME` names.
"""

from expectations import accept
from pipelines.settings import load_settings

SOURCES = ("phone", "mail", "chat", "web", "campaigns", "ads")


def main() -> None:
    """Accept each of them."""
    settings = load_settings()
    known = ("reconciliation_open", "volume_of_day")
    accept(settings, known, "reconciliation_open", "year=2020", "benchmark: a day is left out")
    for source in SOURCES:
        accept(
            settings, known, "volume_of_day", f"source={source}", "benchmark: many times the sample"
        )


if __name__ == "__main__":
    main()
