"""Border 1: what raw must be before a warehouse is built from it, one rule after the other.

Each rule is judged per source, over every delivery that no release includes yet, on the frame that
`profiles/raw/<rule>.sql` measures. A rule says here, and nowhere else, how severe it is and why.
"""

from expectations.rule import Agrees, AtMost, Rule

RAW_RULES: tuple[Rule, ...] = (
    Rule(
        name="accounting_identity",
        severity="blocking",
        claim=Agrees(),
        description="Every row of a delivery was either loaded or rejected with a reason.",
        reason="A row that vanished is a contact that no figure counts.",
        next_step="`helpline reload {source}/{file_name}`; if it stays, report a bug of ingest.",
    ),
    Rule(
        name="volume_of_day",
        severity="blocking",
        claim=AtMost(5),
        description=(
            "The volume of each day is near that of the same weekday in the eight weeks before."
        ),
        reason=(
            "A day that came half, twice or not at all looks like a quiet or a busy day. "
            "5 spreads pass the lockdown of 2020 and stop an empty day where 10 are usual."
        ),
        next_step="Compare the file with the source system and deliver the day again.",
    ),
)
