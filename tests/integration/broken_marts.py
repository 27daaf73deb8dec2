"""Border 2: what can be wrong with marts and cubes although every delivery was right."""

from tests.integration.damage import Damage

COUNTS = "adds_up marts_equal_cubes"
RATES = "shares_recompute growth_recomputes shares_add_up ranks_follow_counts"
BESIDE = "reconciliation_open reconciliation_frozen closed_year_changed distinct_contacts"


def damage(what: str, rule: str, mart: str, sql: str, also: str = "", **more: bool) -> Damage:
    """A line of the table for border 2."""
    return Damage(what, rule, f"marts/{mart}", sql, frozenset(also.split()), border="marts", **more)


def count_one_more(mart: str, column: str, where: str) -> Damage:
    """A mart in which one row counts one more than it should."""
    return damage(
        f"{mart}.{column} counts one more",
        "adds_up",
        mart,
        f"update marts.{mart} set {column} = {column} + 1 where year = 2019 and {where}",
        f"{COUNTS} {RATES} {BESIDE}",
    )


def swap(mart: str, key: str, value: str, one: str, other: str) -> Damage:
    """A mart in which two codes changed names: every total still holds."""
    pairs = f"(('{one}', '{other}'), ('{other}', '{one}'))"
    return damage(
        f"{one} and {other} changed names in {mart}",
        "marts_equal_cubes",
        mart,
        f"""
        update marts.{mart} set {value} = other.{value}
        from (select year, {key}, {value} from marts.{mart}) as other
        where marts.{mart}.year = 2019 and other.year = 2019
            and (marts.{mart}.{key}, other.{key}) in {pairs}
        """,
        f"{COUNTS} {RATES} {BESIDE}",
    )


BROKEN_MARTS: tuple[Damage, ...] = (
    count_one_more("victims_by_category", "victims", "category = 'elder_abuse'"),
    count_one_more(
        "victims_by_violence_form", "victims", "category = 'all' and violence_form = 'sexual'"
    ),
    count_one_more(
        "victims_by_violence_form", "victims", "category = 'other' and violence_form = 'sexual'"
    ),
    count_one_more("victims_by_age", "victims", "age_band = 'adult'"),
    count_one_more("victims_by_age_and_sex", "victims", "age_band = 'adult' and sex = 'male'"),
    count_one_more("victims_by_context", "victims", "context = 'school'"),
    count_one_more("contacts_by_channel", "contacts", "channel = 'chat'"),
    count_one_more("contacts_by_month", "contacts", "month = 4 and channel = 'all'"),
    count_one_more("contacts_by_month", "contacts", "month = 4 and channel = 'mail'"),
    count_one_more("contacts_by_weekday", "contacts", "iso_weekday = 6 and channel = 'all'"),
    count_one_more("contacts_by_hour", "contacts", "hour = 14 and channel = 'phone'"),
    count_one_more(
        "contact_persons",
        "contacts",
        "channel = 'chat' and dimension = 'relation' and member = 'self'",
    ),
    count_one_more(
        "contact_persons",
        "contacts",
        "channel = 'all' and dimension = 'anonymous' and member = 'true'",
    ),
    count_one_more(
        "contacts_by_violence_form", "contacts", "channel = 'all' and violence_form = 'sexual'"
    ),
    count_one_more(
        "contacts_by_violence_form", "all_contacts", "channel = 'chat' and violence_form = 'sexual'"
    ),
    count_one_more("referrals_by_outcome", "referrals", "outcome = 'police'"),
    count_one_more("website_visitors", "visitors", "month = 3 and site = 'adults'"),
    count_one_more("website_visitors", "visits", "month = 0 and site = 'minors'"),
    count_one_more("yearly_totals", "days_missing", "true"),
    swap("victims_by_category", "category", "victims", "child_to_parent_violence", "elder_abuse"),
    swap("victims_by_age", "age_band", "victims", "under_6", "6_to_12"),
    swap("victims_by_context", "context", "victims", "school", "leisure"),
    swap("contacts_by_channel", "channel", "contacts", "mail", "chat"),
    damage(
        "an hour of the day was shifted in contacts_by_hour",
        "marts_equal_cubes",
        "contacts_by_hour",
        """
        update marts.contacts_by_hour set contacts = before.contacts
        from (select year, hour, channel, contacts from marts.contacts_by_hour) as before
        where marts.contacts_by_hour.year = before.year
            and marts.contacts_by_hour.channel = before.channel
            and (marts.contacts_by_hour.hour + 23) % 24 = before.hour
        """,
    ),
    damage(
        "the advertising of a campaign spells its id otherwise than the calendar",
        "advertised_campaigns",
        "contacts_around_campaigns",
        "update core.ad_delivery set campaign_id = campaign_id || 'x' where day = '2020-11-15'",
    ),
    # cubes
    *(
        damage(
            f"a row of {cube} counts one more than core",
            "cubes_equal_core",
            mart,
            f"update core.{cube} set {value} = {value} + 1 where day = '2020-12-15' and {where}",
            COUNTS,
        )
        for cube, mart, value, where in (
            ("contacts_by_channel_daily", "contacts_by_channel", "contacts", "channel = 'mail'"),
            ("contacts_by_hour_daily", "contacts_by_hour", "contacts", "hour = 14"),
            ("contact_persons_daily", "contact_persons", "contacts", "member = 'adult'"),
            (
                "contacts_by_violence_form_daily",
                "contacts_by_violence_form",
                "contacts",
                "violence_form = 'physical'",
            ),
            ("victims_by_age_daily", "victims_by_age", "victims", "age_band = 'adult'"),
            (
                "referrals_by_outcome_daily",
                "referrals_by_outcome",
                "contacts",
                "outcome = 'police'",
            ),
        )
    ),
    damage(
        "a day is lacking in a cube",
        "cubes_equal_core",
        "victims_by_context",
        "delete from core.victims_by_context_daily where day = '2020-12-15'",
        COUNTS,
    ),
    damage(
        "a category changed its name in a cube",
        "cubes_equal_core",
        "victims_by_category",
        "update core.victims_by_category_daily set category = 'other' "
        "where day = '2020-12-15' and category = 'child_maltreatment'",
        COUNTS,
    ),
    # shares, growth, order
    damage(
        "a rounded share is one too high",
        "shares_add_up",
        "victims_by_age",
        "update marts.victims_by_age set share_pct_rounded = share_pct_rounded + 1 "
        "where year = 2020 and age_band = 'adult'",
        "shares_recompute",
    ),
    damage(
        "two rounded shares changed places",
        "shares_recompute",
        "contacts_by_channel",
        "update marts.contacts_by_channel set share_pct_rounded = case channel when 'mail' "
        "then share_pct_rounded + 3 when 'chat' then share_pct_rounded - 3 "
        "else share_pct_rounded end where year = 2020",
    ),
    damage(
        "a share of the known was taken of all",
        "shares_recompute",
        "victims_by_context",
        "update marts.victims_by_context set share_of_known_pct = 100 * victims / 11305 "
        "where year = 2020 and context = 'household'",
    ),
    damage(
        "a denominator counts the not-known",
        "shares_recompute",
        "victims_by_violence_form",
        "update marts.victims_by_violence_form set known_victims = 11305 "
        "where year = 2020 and category = 'all'",
    ),
    damage(
        "victims per contact is of another year",
        "shares_recompute",
        "yearly_totals",
        "update marts.yearly_totals set victims_per_contact = 1.37 where year = 2020",
    ),
    damage(
        "growth was computed the wrong way round",
        "growth_recomputes",
        "yearly_totals",
        "update marts.yearly_totals set contacts_growth_pct = -contacts_growth_pct "
        "where year = 2020",
    ),
    damage(
        "growth of a category is against two years before",
        "growth_recomputes",
        "victims_by_category",
        "update marts.victims_by_category set previous_victims = previous_victims - 7 "
        "where year = 2020 and category = 'other'",
    ),
    damage(
        "growth of a site's month is one point off",
        "growth_recomputes",
        "website_visitors",
        "update marts.website_visitors set growth_pct = growth_pct + 1 "
        "where year = 2020 and month = 6 and site = 'adults'",
    ),
    damage(
        "first and second rank changed places",
        "ranks_follow_counts",
        "victims_by_category",
        "update marts.victims_by_category set rank = 3 - rank where year = 2020 and rank <= 2",
    ),
    damage(
        "victims were counted as contacts with a form of violence",
        "distinct_contacts",
        "contacts_by_violence_form",
        "update marts.contacts_by_violence_form set contacts = contacts * 3 "
        "where violence_form = 'emotional'",
        f"{COUNTS} shares_recompute",
    ),
    # what is lacking
    damage(
        "a year is lacking in a mart",
        "nothing_lost",
        "victims_by_context",
        "delete from marts.victims_by_context where year = 2015",
        f"{COUNTS} every_code_present",
    ),
    damage(
        "a code without a single victim lost its row",
        "every_code_present",
        "victims_by_category",
        "delete from marts.victims_by_category where category = 'unmapped' and year = 2014",
        "nothing_lost",
    ),
    damage(
        "a sex lost its rows",
        "every_code_present",
        "victims_by_age_and_sex",
        "delete from marts.victims_by_age_and_sex where sex = 'unmapped' and year = 2014",
        "nothing_lost",
    ),
    damage(
        "a campaign is lacking",
        "nothing_lost",
        "contacts_around_campaigns",
        "delete from marts.contacts_around_campaigns where campaign_id = 'C2012-02'",
    ),
    damage(
        "a figure is lacking",
        "nothing_lost",
        "figures",
        "delete from marts.figures where breakdown = 'category' and year = 2016",
    ),
    # published figures
    damage(
        "a published figure no longer comes out",
        "reconciliation_open",
        "figure_reconciliation",
        "update marts.figure_reconciliation set computed = '8060', status = 'differs' "
        "where figure_id = 'contacts_2020'",
    ),
    damage(
        "a figure of a frozen year no longer comes out",
        "reconciliation_frozen",
        "figure_reconciliation",
        "update marts.figure_reconciliation set computed = '8060', status = 'differs' "
        "where figure_id = 'contacts_2020'",
        frozen=True,
    ),
    damage(
        "a closed year counts one contact more than readers have",
        "closed_year_changed",
        "figures",
        "update marts.figures set value = value + 1 "
        "where year = 2018 and measure = 'contacts' and breakdown = 'all'",
    ),
)
