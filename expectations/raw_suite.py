"""Border 1: what raw must be before a warehouse is built from it, one rule after the other.

Each rule is judged per source, over every delivery that no release includes yet, on the frame that
`profiles/raw/<rule>.sql` measures. A rule says here, and nowhere else, how severe it is and why.
"""

from expectations.rule import Agrees, AtMost, Rule

ASK_AGAIN = "Compare {file_name} with the source system and deliver it again"
ACCEPT = "if it is right, accept it as below"

RAW_RULES: tuple[Rule, ...] = (
    Rule(
        name="accounting_identity",
        severity="blocking",
        claim=Agrees(),
        description="Every row was loaded or rejected with a reason; raw holds what was loaded.",
        reason="A row that vanished is a contact that no figure counts.",
        next_step="`helpline reload {source}/{file_name}`; if it stays, report a bug of ingest.",
    ),
    Rule(
        name="refused_delivery",
        severity="blocking",
        claim=Agrees(),
        description=(
            "No file was refused as a whole, unless it came again under its name or, where a "
            "source replaces its periods, a later one brought its days."
        ),
        reason=(
            "Its days would be published as missing although they were delivered; whoever changed "
            "the export must hear it. A file that never came only warns (due_delivery)."
        ),
        next_step=(
            "{file_name} was refused for {reason}: ask for it again under its name and in the "
            "contract's format, or adapt the contract; " + ACCEPT + "."
        ),
    ),
    Rule(
        name="held_delivery",
        severity="warning",
        claim=Agrees(),
        description="No file waits: empty, unreadable, still arriving, or of no known period.",
        reason="It makes no day look received, so no figure is wrong; somebody has to look.",
        next_step="Look at {file_name} in landing/{source} ({reason}).",
    ),
    Rule(
        name="reject_share",
        severity="blocking",
        claim=AtMost(2),
        description="At most 2% of the rows of a delivery were rejected.",
        reason=(
            "A few bad rows are everyday; more mean that the export changed. Fewer than 5 rows "
            "are never judged, so that one bad row does not stop a small day."
        ),
        next_step=(
            "{found} rows of {file_name} were rejected ({reasons}), first at line {first_line}: "
            "mend the export or the contract and `helpline reload {source}/{file_name}`."
        ),
    ),
    Rule(
        name="undeclared_columns",
        severity="warning",
        claim=Agrees(),
        description="No delivery has a column that the one before did not have.",
        reason="It is never stored, so nothing is wrong; it may be a renamed or a wanted column.",
        next_step="Declare {column_name} in the contract of {source}, or leave it: it is not read.",
    ),
    Rule(
        name="unmapped_labels",
        severity="blocking",
        claim=Agrees(),
        description="Every label of every coded column is in the contract's value map.",
        reason="Its records are counted under the code unmapped: totals hold, breakdowns do not.",
        next_step=(
            "Look at line {first_line} of landing/{source}/{file_name}, column {column_name}, and "
            "add the label to the value map of the contract; the file is read again by itself."
        ),
    ),
    Rule(
        name="due_delivery",
        severity="warning",
        claim=Agrees(),
        description="Every period that is due by the contract's rhythm was delivered.",
        reason=(
            "The missing days are marked in every mart, and readers are better served by marked "
            "gaps than by an older release; a refused file, not a late one, blocks."
        ),
        next_step=(
            "Ask for {source} from {first_day} to {last_day}, put it into landing/{source} and "
            "`helpline run`."
        ),
    ),
    Rule(
        name="exported_early",
        severity="blocking",
        claim=AtMost(0),
        description="No file was exported before the last day that it covers had passed.",
        reason="It lacks the last contacts of that day, and the day would look quiet for ever.",
        next_step="Let the export of {source} run after midnight and deliver {file_name} again.",
    ),
    Rule(
        name="freshness",
        severity="blocking",
        claim=AtMost(12),
        description="The newest record is not older than the pace of the source explains.",
        reason=(
            "Empty files look like quiet days. By the pace of the 91 days before, 12 records would "
            "have come since the newest one: chance leaves out so many once in 160,000 times."
        ),
        next_step=(
            "The files of {source} are empty since {day}. Look whether the export still reads the "
            "live system; " + ACCEPT + "."
        ),
    ),
    Rule(
        name="zero_day",
        severity="warning",
        claim=AtMost(7),
        description="No day of service is a confirmed zero where more than 7 are usual.",
        reason="Chance makes one such day in 1,100; closing for a day is possible, so it warns.",
        next_step="Ask whether the service was closed on {day}; " + ACCEPT + ".",
    ),
    Rule(
        name="volume_of_day",
        severity="blocking",
        claim=AtMost(4.6),
        description="The volume of each day is near that of the same weekday in the weeks before.",
        reason=(
            "A day of which little came, or all twice, looks like a quiet or a busy day. "
            "4.6 spreads let the lockdown of 2020 pass and stop an empty day where 10 are usual. "
            "The spread is never less than 15% of the volume (20% of a website's)."
        ),
        next_step=ASK_AGAIN + " ({day}: usually {expected}, now {found}); " + ACCEPT + ".",
    ),
    Rule(
        name="volume_of_weeks",
        severity="blocking",
        claim=AtMost(0.65),
        description="Two or four weeks bring about what the six before did, service changes apart.",
        reason=(
            "A half or a doubled file that no single day gives away. 0.65 is a factor of 1.57 "
            "beyond chance; growth and campaigns stay below it."
        ),
        next_step=ASK_AGAIN
        + " ({first_day} to {last_day}: {found} for {expected}); "
        + ACCEPT
        + ".",
    ),
    Rule(
        name="doubled_records",
        severity="blocking",
        claim=AtMost(2),
        description="No two contacts under different ids are alike to the second.",
        reason="A file that comes again with new ids doubles every figure. 2% is room for chance.",
        next_step="Compare the ids of {file_name} with those of earlier files of {day}.",
        entity="contacts",
    ),
    Rule(
        name="repeated_victims",
        severity="blocking",
        claim=AtMost(10),
        description="In hardly any contact of a file each victim is told of twice.",
        reason=(
            "A file whose rows were doubled counts each contact once and each victim twice. Twins "
            "in every respect are seen in 1 of 100 contacts; 10% of at least 3 is not chance."
        ),
        next_step="Look for repeated rows in {file_name}, from line {first_line} on.",
        entity="victims",
    ),
    Rule(
        name="one_timestamp",
        severity="blocking",
        claim=AtMost(25),
        description="At most a quarter of a delivery's contacts began at one second of the day.",
        reason="An export that fills in one time makes the hours, and perhaps the days, fiction.",
        next_step="Look at the start times in {file_name}; " + ASK_AGAIN.lower() + ".",
        entity="contacts",
    ),
    Rule(
        name="future_dates",
        severity="blocking",
        claim=Agrees(),
        description="No record is dated after the night's clock.",
        reason="It would count in a year that has not been.",
        next_step="Look at line {first_line} of {file_name}, or at HELPLINE_AS_OF.",
    ),
    Rule(
        name="outside_period",
        severity="blocking",
        claim=Agrees(),
        description="A file that replaces its period holds records of that period only.",
        reason="Records of another period would stand beside those that they repeat.",
        next_step="Check the period in the name of {file_name} against its content.",
        entity="contacts",
    ),
    Rule(
        name="id_collisions",
        severity="blocking",
        claim=AtMost(20),
        description="The ids of a delivery are not those of records of other days.",
        reason=(
            "A source that begins to count anew overwrites its old records. 20% leaves room for a "
            "correction file that moves records to their right day."
        ),
        next_step="Ask whether {source} restarted its numbering before {file_name}.",
        entity="contacts",
    ),
    Rule(
        name="implausible_pairs",
        severity="blocking",
        claim=AtMost(5),
        description=(
            "Child maltreatment concerns minors, partner violence and elder abuse adults, in 95% "
            "of the victims whose age is known."
        ),
        reason="Swapped labels or shifted columns show here first; single slips of the pen pass.",
        next_step="Compare the labels of {category} and of age in {file_name} with the contract.",
        entity="victims",
    ),
    Rule(
        name="composition_break",
        severity="blocking",
        claim=AtMost(0.4),
        description=(
            "No delivery, and no one, two or four weeks, are composed of quite other codes, hours, "
            "durations or numbers of victims and outcomes than the weeks before."
        ),
        reason=(
            "Labels that were swapped, a column that came empty, hours that were shifted keep "
            "every total. A Cohen's w of 0.4 beyond chance lies between a medium and a large "
            "effect (0.5 is asked of one or two weeks); a tenth of the records must have moved; "
            "chance does so once in 100,000 comparisons, and less often in a first night of years."
        ),
        next_step=(
            "Compare {dimension} in {file_name} with the source system: {member} came {found} "
            "times where {expected} are usual; " + ACCEPT + "."
        ),
        entity="contacts",
    ),
    Rule(
        name="channel_drift",
        severity="warning",
        claim=AtMost(0.3),
        description="The channel's share of all contacts is about that of the 91 days before.",
        reason="Drift is news more often than damage. A medium effect (0.3) is worth a look.",
        next_step="Ask what changed for {source} after {first_day}; " + ACCEPT + ".",
        entity="contacts",
    ),
    Rule(
        name="category_drift",
        severity="warning",
        claim=AtMost(0.25),
        description="The mix of categories is about that of the 91 days before.",
        reason="Drift is news more often than damage. Nearly a medium effect is worth a look.",
        next_step="Ask what changed for {member} after {first_day}; " + ACCEPT + ".",
        entity="victims",
    ),
    Rule(
        name="relation_drift",
        severity="warning",
        claim=AtMost(0.25),
        description="The mix of relations is about that of the 91 days before.",
        reason="Drift is news more often than damage. Nearly a medium effect is worth a look.",
        next_step="Ask what changed for {member} after {first_day}; " + ACCEPT + ".",
        entity="contacts",
    ),
    Rule(
        name="profile_drift",
        severity="warning",
        claim=AtMost(0.3),
        description="Ages, sexes, forms, contexts, outcomes, hours and durations are as before.",
        reason="Sixteen dimensions are looked at, so a full medium effect is asked.",
        next_step="Ask what changed in {dimension} ({member}) after {first_day}; " + ACCEPT + ".",
        entity="contacts",
    ),
    Rule(
        name="visitors_exceed_visits",
        severity="blocking",
        claim=Agrees(),
        description="No day of a site has more unique visitors than visits.",
        reason="The two columns were swapped, or one of them is another metric.",
        next_step="Compare {file_name} with the web analytics of {site} on {day}.",
        entity="web_visits",
    ),
    Rule(
        name="ad_funnel",
        severity="blocking",
        claim=Agrees(),
        description="No advertisement was clicked or reached more often than it was shown.",
        reason="Columns were swapped, or another report was exported.",
        next_step="Compare the columns of {file_name} with the advertising report.",
        entity="ad_delivery",
    ),
)
