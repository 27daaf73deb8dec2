"""Border 1: what can be wrong with which records came, although their number may be right."""

from tests.integration.damage import (
    NOVEMBER,
    PHONE_NOVEMBER,
    SHAPE,
    VOLUME,
    Damage,
    copy_contacts,
    damage,
    double_rows,
)

BROKEN_RECORDS: tuple[Damage, ...] = (
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
        double_rows(f"{PHONE_NOVEMBER} and contact_line % 5 = 0"),
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
)
