"""The campaign calendar of the sample: invented, but for the eight headings of 2020.

The eight are those that the 2020 annual report names; their exact days are ours. No entry of an
earlier year reaches into the next, so that 2020 counts eight however a year is counted.
"""

import datetime as dt
from dataclasses import dataclass

CAMPAIGN, SERVICE_CHANGE, MEDIA, WEBSITE = range(4)  # positions in the list campaign_kind


@dataclass(frozen=True)
class Campaign:
    """One entry; `known` is the day since which the calendar holds it."""

    code: str
    name: str
    theme: str
    kind: int
    medium: str
    start: dt.date
    end: dt.date | None
    known: dt.date
    advertised: bool = False

    def runs_on(self, day: dt.date) -> bool:
        return self.start <= day <= (self.end or self.start)


def _campaigns() -> tuple[Campaign, ...]:
    entries = [
        ("2012", "Start van 1712", "geweld", CAMPAIGN, "affiches en radio", "0301", "0331", True),
        ("2012", "Wees geen toeschouwer", "omstaanders", CAMPAIGN, "affiches", "1015", "1111",
         True),
        ("2013", "Spot kindermishandeling", "kindermishandeling", CAMPAIGN, "televisie", "0225",
         "0317", True),
        ("2013", "Wees geen toeschouwer", "omstaanders", CAMPAIGN, "affiches", "1014", "1110",
         True),
        ("2014", "Praat erover, ook online", "jongeren", CAMPAIGN, "sociale media", "0310",
         "0330", True),
        ("2014", "Wees geen toeschouwer", "omstaanders", CAMPAIGN, "affiches", "1013", "1109",
         True),
        ("2015", "Ouder en veilig", "ouderenmis(be)handeling", CAMPAIGN, "folders", "0608", "0628",
         False),
        ("2015", "Wees geen toeschouwer", "omstaanders", CAMPAIGN, "affiches, sociale media",
         "1012", "1108", True),
        ("2016", "Spot kindermishandeling", "kindermishandeling", CAMPAIGN, "televisie", "0222",
         "0313", True),
        ("2016", "Wees geen toeschouwer", "omstaanders", CAMPAIGN, "sociale media", "1010", "1106",
         True),
        ("2017", "Reportage over partnergeweld", "partnergeweld", MEDIA, "televisie", "0419",
         "0423", False),
        ("2017", "Wees geen toeschouwer", "omstaanders", CAMPAIGN, "sociale media", "1009", "1105",
         True),
        ("2018", "Spot kindermishandeling", "kindermishandeling", CAMPAIGN, "televisie", "0226",
         "0318", True),
        ("2018", "Wees geen toeschouwer", "omstaanders", CAMPAIGN, "sociale media", "1008", "1104",
         True),
        ("2019", "Nieuwe folders, \"in klare taal\"", "geweld", CAMPAIGN, "folders", "0506",
         "0526", False),
        ("2019", "Wees geen toeschouwer", "omstaanders", CAMPAIGN, "sociale media", "1007", "1103",
         True),
        ("2020", "Spot kindermishandeling", "kindermishandeling", CAMPAIGN,
         "televisie en sociale media", "0201", "0229", True),
        ("2020", "Chaturen maal drie, openingsuren maal anderhalf", "bereikbaarheid",
         SERVICE_CHANGE, "affiches en animatiefilm", "0401", "", True),
        ("2020", "Huiselijk geweld in de lockdown", "huiselijk geweld", CAMPAIGN,
         "radio en sociale media", "0504", "0531", True),
        ("2020", "Omstaanders bij grensoverschrijdend gedrag in sport en cultuur", "omstaanders",
         CAMPAIGN, "sociale media", "1005", "1101", True),
        ("2020", "Zoekhint op een sociaal netwerk", "bereikbaarheid", CAMPAIGN, "sociaal netwerk",
         "1102", "1130", True),
        ("2020", "De openbare omroep noemt 1712 in het nieuws", "bereikbaarheid", MEDIA,
         "televisie en radio", "1201", "1216", False),
        ("2020", "Lied voor de dag van 1712", "geweld", CAMPAIGN, "radio en sociale media", "1217",
         "1217", True),
        ("2020", "Nieuwe websites voor volwassenen en minderjarigen", "bereikbaarheid", WEBSITE,
         "website", "0901", "", False),
    ]  # fmt: skip
    numbers: dict[str, int] = {}
    campaigns = []
    for year, name, theme, kind, medium, start, end, advertised in entries:
        numbers[year] = numbers.get(year, 0) + 1
        first = dt.date(int(year), int(start[:2]), int(start[2:]))
        planned = first.month < 4 or int(year) < 2020 or theme == "omstaanders"
        campaigns.append(
            Campaign(
                f"C{year}-{numbers[year]:02d}",
                name,
                theme,
                kind,
                medium,
                first,
                dt.date(int(year), int(end[:2]), int(end[2:])) if end else None,
                dt.date(int(year), 1, 2) if planned or kind == SERVICE_CHANGE else first,
                advertised,
            )
        )
    return tuple(campaigns)


CAMPAIGNS = _campaigns()
