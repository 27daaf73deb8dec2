"""Border 1: what can be wrong with the records of a delivery although their number is right."""

from tests.integration.damage import (
    NOVEMBER,
    PHONE_NOVEMBER,
    SHAPE,
    VOLUME,
    Damage,
    copy_contacts,
    damage,
    double_rows,
    recode,
)

BROKEN_RECORDS: tuple[Damage, ...] = (
    # which records came
    damage(
        "a month came again with new ids",
        "doubled_records",
        "phone",
        copy_contacts(PHONE_NOVEMBER),
        f"{VOLUME} {SHAPE}",
    ),
    damage(
        "a day came again with new ids",
        "doubled_records",
        "mail",
        copy_contacts("source = 'mail' and day between '2020-12-14' and '2020-12-16'"),
        f"{VOLUME} {SHAPE}",
    ),
    damage(
        "every row of a day's file came twice",
        "repeated_victims",
        "phone",
        double_rows("source = 'phone' and day = '2020-12-15'"),
        SHAPE,
    ),
    damage(
        "a fifth of the rows of a month came twice",
        "repeated_victims",
        "phone",
        double_rows(f"{PHONE_NOVEMBER} and contact_key % 5 = 0"),
        SHAPE,
    ),
    damage(
        "all calls of a month begin in one second",
        "one_timestamp",
        "phone",
        "update raw.contacts set started_at = day + interval 9 hour, hour = 10 "
        f"where {PHONE_NOVEMBER}",
        f"{SHAPE} doubled_records",
    ),
    damage(
        "mails know their day only: all begin at midnight",
        "one_timestamp",
        "mail",
        "update raw.contacts set started_at = day - interval 1 hour, hour = 0 "
        f"where source = 'mail' and {NOVEMBER}",
        f"{SHAPE} doubled_records",
    ),
    damage(
        "a mail is dated next month",
        "future_dates",
        "mail",
        "update raw.contacts set day = '2021-01-28' where source = 'mail' and day = '2020-12-28'",
        VOLUME,
    ),
    damage(
        "a website reports a day that has not been",
        "future_dates",
        "web",
        "update raw.web_visits set day = '2022-12-28' where site = 'adults' and day = '2020-12-28'",
        VOLUME,
    ),
    damage(
        "the file of a day holds calls of the day before",
        "outside_period",
        "phone",
        "update raw.contacts set day = '2020-12-14' where source = 'phone' and day = '2020-12-15'",
        f"{VOLUME} id_collisions",
    ),
    damage(
        "the mailbox began to count its tickets anew",
        "id_collisions",
        "mail",
        "update raw.contacts set contact_key = old.contact_key from ("
        "    select contact_key, row_number() over (order by contact_key) as place"
        "    from (select distinct contact_key from raw.contacts where source = 'mail' "
        "    and day between '2020-03-01' and '2020-06-30')"
        ") as old inner join ("
        "    select contact_key, row_number() over (order by contact_key) as place"
        "    from (select distinct contact_key from raw.contacts where source = 'mail' "
        f"    and {NOVEMBER})"
        ") as new using (place) where raw.contacts.contact_key = new.contact_key",
        f"{VOLUME} {SHAPE}",
    ),
    # what the records say
    damage(
        "child maltreatment and partner violence were swapped",
        "implausible_pairs",
        "phone",
        recode(
            "victims",
            "category",
            {
                "child_maltreatment": "intimate_partner_violence",
                "intimate_partner_violence": "child_maltreatment",
            },
            PHONE_NOVEMBER,
        ),
        SHAPE,
    ),
    damage(
        "child-to-parent violence was read as elder abuse",
        "implausible_pairs",
        "phone",
        "update raw.victims set category = 'elder_abuse', age_band = '13_to_17' "
        f"where {PHONE_NOVEMBER} and category = 'child_to_parent_violence';"
        "update raw.victims set age_band = '13_to_17' "
        f"where {PHONE_NOVEMBER} and category = 'elder_abuse'",
        SHAPE,
    ),
    damage(
        "minors and adults were swapped on one day",
        "implausible_pairs",
        "phone",
        recode(
            "victims",
            "age_band",
            {"6_to_12": "adult", "13_to_17": "adult", "under_6": "adult", "adult": "6_to_12"},
            "source = 'phone' and day = '2020-12-15'",
        ),
        SHAPE,
    ),
    damage(
        "women and men were swapped",
        "composition_break",
        "phone",
        recode("contacts", "contact_sex", {"female": "male", "male": "female"}, PHONE_NOVEMBER),
        SHAPE,
    ),
    damage(
        "the relation came empty",
        "composition_break",
        "mail",
        f"update raw.contacts set relation = 'not_filled' where source = 'mail' and {NOVEMBER}",
        SHAPE,
    ),
    damage(
        "hours were written in another time zone, five hours off",
        "composition_break",
        "phone",
        "update raw.contacts set started_at = started_at + interval 5 hour, hour = hour + 5 "
        f"where {PHONE_NOVEMBER} and hour < 19",
        SHAPE,
    ),
    damage(
        "hours are one hour off for a month",
        "composition_break",
        "phone",
        "update raw.contacts set started_at = started_at - interval 1 hour, hour = hour - 1 "
        f"where {PHONE_NOVEMBER}",
        SHAPE,
    ),
    damage(
        "only the first victim of each call was exported",
        "composition_break",
        "phone",
        f"delete from raw.victims where {PHONE_NOVEMBER} and victim_number > 1",
        SHAPE,
    ),
    damage(
        "no victims were exported",
        "composition_break",
        "chat",
        f"delete from raw.victims where source = 'chat' and {NOVEMBER}",
        SHAPE,
    ),
    damage(
        "no outcomes were exported",
        "composition_break",
        "phone",
        f"delete from raw.referrals where {PHONE_NOVEMBER}",
        SHAPE,
    ),
    damage(
        "durations came in minutes instead of seconds",
        "composition_break",
        "phone",
        f"update raw.contacts set duration_s = duration_s // 60 where {PHONE_NOVEMBER}",
        SHAPE,
    ),
    damage(
        "anonymous became not anonymous",
        "composition_break",
        "phone",
        recode("contacts", "anonymous", {"true": "false", "false": "true"}, PHONE_NOVEMBER),
        SHAPE,
    ),
    damage(
        "every context is the household",
        "composition_break",
        "mail",
        f"update raw.victims set context = 'school' where source = 'mail' and {NOVEMBER}",
        SHAPE,
    ),
    damage(
        "every age is under 6",
        "composition_break",
        "phone",
        "update raw.victims set age_band = 'under_6' where source = 'phone' "
        f"and {NOVEMBER} and age_band != 'adult'",
        SHAPE,
    ),
    damage(
        "one day's outcomes are all police",
        "composition_break",
        "phone",
        "update raw.referrals set outcome = 'police' where source = 'phone' and day = '2020-12-15'",
        SHAPE,
    ),
    damage(
        "a quarter of child maltreatment is now called other problems",
        "category_drift",
        "phone",
        "update raw.victims set category = 'other' where source = 'phone' and day >= '2020-12-04' "
        "and category = 'child_maltreatment' and contact_key % 5 = 0",
        SHAPE,
    ),
    damage(
        "half of the friends are now called neighbours",
        "relation_drift",
        "phone",
        "update raw.contacts set relation = 'neighbour' where source = 'phone' "
        "and day >= '2020-12-04' and relation in ('friend', 'parent') and contact_key % 2 = 0",
        SHAPE,
    ),
    damage(
        "a third of the households are now called wider family",
        "profile_drift",
        "phone",
        "update raw.victims set context = 'wider_family' where source = 'phone' "
        "and day >= '2020-12-04' and context = 'household' and contact_key % 3 = 0",
        SHAPE,
    ),
    # the sources beside contacts
    damage(
        "visitors and visits were swapped",
        "visitors_exceed_visits",
        "web",
        "update raw.web_visits set visitors = visits, visits = visitors "
        f"where site = 'adults' and {NOVEMBER}",
        VOLUME,
    ),
    damage(
        "clicks and impressions were swapped",
        "ad_funnel",
        "ads",
        f"update raw.ad_delivery set clicks = impressions, impressions = clicks where {NOVEMBER}",
    ),
    damage(
        "an advertisement reached more people than it was shown to",
        "ad_funnel",
        "ads",
        "update raw.ad_delivery set reach = 3 * impressions where day = '2020-11-03'",
    ),
    *(
        damage(
            f"a label of {column} is in no value map",
            "unmapped_labels",
            source,
            f"update raw.{table} set {column} = 'unmapped' where source = '{source}' "
            f"and contact_key = (select min(contact_key) from raw.{table} "
            f"where source = '{source}' and {NOVEMBER})",
        )
        for source, table, column in (
            ("phone", "contacts", "relation"),
            ("mail", "contacts", "contact_age_group"),
            ("chat", "contacts", "contact_sex"),
            ("phone", "contacts", "anonymous"),
            ("phone", "victims", "category"),
            ("mail", "victims", "violence_form"),
            ("chat", "victims", "age_band"),
            ("phone", "victims", "sex"),
            ("phone", "victims", "context"),
            ("phone", "referrals", "outcome"),
        )
    ),
    damage(
        "a kind of call is in no value map",
        "unmapped_labels",
        "phone",
        "update raw.contacts set contact_kind = 'unmapped' where source = 'phone' and line = 2 "
        "and day = '2020-12-15'",
    ),
    damage(
        "a kind of campaign is in no value map",
        "unmapped_labels",
        "campaigns",
        "update raw.campaigns set kind = 'unmapped' where campaign_id = 'C2020-05'",
    ),
)
