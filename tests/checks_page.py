"""Writes `docs/checks.md` from the suites and the table of mutations: `make docs`.

It stands among the tests because the mutations do; what it says of a rule stands in the suite.
"""

from collections.abc import Iterator, Sequence

from expectations import BORDERS, Border, Rule, rules_of
from expectations.rule import Agrees
from pipelines.settings import PROJECT
from tests.integration.broken_codes import BROKEN_CODES
from tests.integration.broken_deliveries import BROKEN_DELIVERIES
from tests.integration.broken_marts import BROKEN_MARTS
from tests.integration.broken_records import BROKEN_RECORDS

PAGE = PROJECT / "docs" / "checks.md"
MUTATIONS = (*BROKEN_DELIVERIES, *BROKEN_RECORDS, *BROKEN_CODES, *BROKEN_MARTS)

HEAD = """\
# Checks

Generated from the suites in `expectations/` and from the tests by `make docs`; a change belongs
there.

A night is judged twice: **border 1** looks at what came in, before anything is built from it, and
**border 2** at the marts, before they are published. A rule is *blocking* (nothing is published,
readers keep the current release) or *warning* (the night publishes and says what to look at).
What came in stays: the next night judges it again together with what is new, and publishes all of
it once it passes.

Great Expectations judges small tables of counts that DuckDB measured, one expectation per rule; its
pages in `HELPLINE_HOME/data_docs` show the rules that had something to judge.
Border 1 measures the deliveries that no release includes yet, against at most eighteen weeks
before them. Where a rule is about shares it looks at about 1,000 contacts of a delivery and 250 of
a week, chosen by a hash of their key; where it is about numbers it counts all.

| to do | command |
|---|---|
| judge what is there now, without a night | `helpline check` (exit 1: it would stop) |
| only some rules or one source | `helpline check --select volume` or `--select raw/phone` |
| accept what is known and right | `helpline check --accept …`, as the check prints it |

An accepted anomaly passes under its reason, shown wherever the check is shown. It stands in
`HELPLINE_HOME/accepted.yaml` and ends at its expiry (90 days) or once the data no longer shows it.
In the Dagster UI every rule is a check of the asset that it concerns.
"""

BORDER_NAMES: dict[Border, str] = {
    "raw": "Border 1: what came in",
    "marts": "Border 2: what is about to be published",
}

UNSEEN = """\
## What these checks cannot see

Rules that compare must let chance pass: a limit that a sound file exceeds once a month is soon
ignored. So a small file can be wrong without a word. With about 17 calls a day, as the sample has
in 2020, damage to daily files is noticed after so many of them:

| every file of calls … | noticed after |
|---|---|
| lacks its outcomes, its relations, or is empty | 1 day |
| has each row twice | 1 day |
| has two contexts changed for one another, one of them frequent | 3 days |
| has the sexes of its callers, or anonymous and not, the wrong way round | 7 days |
| lacks half of its calls | 14 days |
| has its hours one or two hours off | 14 days |
| has the sexes of its victims the wrong way round | 14 days |

Not noticed at any length: two codes changed for one another that are about as frequent and that
tell of the same people; a loss of less than a third of the records of whatever kind; repeated
rows in less than a tenth of the contacts of a file; a website that is counted at half or double
its visits on a single day; and whatever a source system itself recorded wrongly in a plausible way.
A monthly file of the same helpline shows all that the table lists at once. So does a daily file
that is twenty times as large, but for the loss of half its calls: a single day may bring 43 to 181%
of what is usual, however large, and only two weeks of it are too few.
"""


FALSE_ALARMS = """\
## False alarms

`make replay` lets the sample's monthly files arrive from 2014 to the end of 2020, lockdown
included, and both borders judge each of the 85 nights. No sound night was stopped. Warnings per
year: 2, 1, 2, 1, 2, 1, 2, all of them `closed_year_changed`: corrections that came in the first
months of the next year. The sample at 20 and at 100 times its volume, read at once, is not stopped
either; it warns of a day on which the site for minors was down, and at 20 times of one without a
chat.

"""


def write_page() -> str:
    """The page as Markdown."""
    lines = [HEAD]
    for border in BORDERS:
        lines += [f"## {BORDER_NAMES[border]}\n", *_rules(rules_of(border))]
    lines += [FALSE_ALARMS, UNSEEN, *_mutations()]
    return "\n".join(lines).rstrip() + "\n"


def _rules(rules: Sequence[Rule]) -> Iterator[str]:
    yield from _table(
        ("rule", "severity", "what holds", "limit", "why this severity and limit", "judged on"),
        [
            (
                f"`{rule.name}`",
                rule.severity,
                rule.description,
                _limit(rule),
                rule.reason,
                _judged_on(rule),
            )
            for rule in rules
        ],
    )


def _limit(rule: Rule) -> str:
    return "equal" if isinstance(rule.claim, Agrees) else f"at most {rule.claim.limit:g}"


def _judged_on(rule: Rule) -> str:
    if rule.assets:
        return ", ".join(f"`{mart}`" for mart in rule.assets)
    return f"sources of {rule.entity}" if rule.entity else "every source"


def _mutations() -> Iterator[str]:
    yield "## Each rule is proven to fail\n"
    yield (
        f"{len(MUTATIONS)} ways to damage a sound warehouse, each alone. In every one the rule "
        "named first fails on that asset, and no blocking rule fails but those named beside it, "
        "which the same damage may rightly set off. On the sound sample none fails. "
        "(`tests/integration/test_checks_bite.py`)\n"
    )
    yield from _table(
        ("what was broken", "on", "rule that fails", "may fail too"),
        [
            (
                broken.what,
                f"`{broken.asset}`",
                f"`{broken.rule}`",
                ", ".join(f"`{rule}`" for rule in sorted(broken.also - {broken.rule})),
            )
            for broken in MUTATIONS
        ],
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        cells = (cell.replace("|", "\\|") for cell in row)
        yield f"| {' | '.join(cells)} |"
    yield ""


if __name__ == "__main__":
    PAGE.write_text(write_page(), encoding="utf-8")
    print(PAGE)  # noqa: T201 - this is a command
