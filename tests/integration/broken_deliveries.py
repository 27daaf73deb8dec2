"""Border 1: what can be wrong with a delivery as a whole, or with how much it brings."""

from tests.integration.damage import (
    DECEMBER_15,
    NOVEMBER,
    PHONE_NOVEMBER,
    SHAPE,
    VOLUME,
    Damage,
    copy_contacts,
    damage,
    file,
    of_file,
    remove,
)

BROKEN_DELIVERIES: tuple[Damage, ...] = (
    # what the ledger says
    damage(
        "a row of a file vanished",
        "accounting_identity",
        "phone",
        f"update raw.deliveries set rows_loaded = rows_loaded - 1 where {DECEMBER_15}",
    ),
    damage(
        "a row of a file was counted twice",
        "accounting_identity",
        "web",
        "update raw.deliveries set rows_loaded = rows_loaded + 1 where source = 'web' "
        "and file_name = 'matomo_minors_2020-12-15.json'",
    ),
    damage(
        "a file stands as loaded, but its contacts were never written",
        "accounting_identity",
        "chat",
        "delete from raw.contacts where source = 'chat' and day = '2020-12-15'",
        VOLUME,
    ),
    damage(
        "a file stands as loaded, but the visits of a day were never written",
        "accounting_identity",
        "web",
        "delete from raw.web_visits where site = 'minors' and day = '2020-12-15'",
        VOLUME,
    ),
    damage(
        "the rows of a file were written twice",
        "accounting_identity",
        "ads",
        "insert into raw.ad_delivery from raw.ad_delivery where day = '2020-11-15'",
    ),
    damage(
        "a file came in another dialect and was refused",
        "refused_delivery",
        "phone",
        remove("source = 'phone' and day = '2020-12-15'")
        + "update raw.deliveries set status = 'rejected', reason = 'BAD_DIALECT', rows_loaded = 0, "
        f"rows_rejected = rows_in where {DECEMBER_15}",
        "due_delivery",
    ),
    damage(
        "a half-written JSON file was refused",
        "refused_delivery",
        "chat",
        remove(of_file("chat", "contacts_2020-12-31.json"))
        + "update raw.deliveries set status = 'rejected', reason = 'TRUNCATED', rows_loaded = 0, "
        f"rows_rejected = rows_in where {file('chat', 'contacts_2020-12-31.json')}",
        "due_delivery",
    ),
    damage(
        "a file was refused, and a later one that adds to its day stands in for it",
        "refused_delivery",
        "mail",
        remove(of_file("mail", "tickets_2020-12-30.jsonl"))
        + "update raw.deliveries set status = 'rejected', reason = 'TRUNCATED', rows_loaded = 0, "
        f"rows_rejected = rows_in where {file('mail', 'tickets_2020-12-30.jsonl')}; "
        "update raw.deliveries set first_day = '2020-12-30' "
        f"where {file('mail', 'tickets_2020-12-31.jsonl')}",
        VOLUME,
    ),
    damage(
        "an empty file is held",
        "held_delivery",
        "mail",
        remove("source = 'mail' and day = '2020-12-31'")
        + "update raw.deliveries set status = 'held', reason = 'EMPTY_FILE', first_day = null, "
        f"last_day = null where {file('mail', 'tickets_2020-12-31.jsonl')}",
        "due_delivery",
    ),
    damage(
        "one row in ten was rejected",
        "reject_share",
        "phone",
        "update raw.deliveries set rows_loaded = rows_loaded - rows_in // 10, "
        "rows_rejected = rows_rejected + rows_in // 10 "
        f"where {file('phone', 'oproepen_2020-11.csv')}",
    ),
    damage(
        "a column appeared that no contract declares",
        "undeclared_columns",
        "mail",
        "update raw.deliveries set undeclared_columns = list_append(undeclared_columns, 'phone_2') "
        f"where {file('mail', 'tickets_2020-12-20.jsonl')}",
    ),
    damage(
        "the last day did not come",
        "due_delivery",
        "phone",
        remove("source = 'phone' and day = '2020-12-31'")
        + f"delete from raw.deliveries where {file('phone', 'oproepen_2020-12-31.csv')}",
    ),
    damage(
        "a site's file of one day did not come",
        "due_delivery",
        "web",
        "delete from raw.web_visits where site = 'minors' and day = '2020-12-10';"
        f"delete from raw.deliveries where {file('web', 'matomo_minors_2020-12-10.json')}",
    ),
    damage(
        "a file stops ten days before the end of its month",
        "due_delivery",
        "mail",
        remove("source = 'mail' and day between '2020-11-21' and '2020-11-30'")
        + "update raw.deliveries set last_day = '2020-11-20' "
        f"where {file('mail', 'tickets_2020-11.jsonl')}",
    ),
    damage(
        "a file was exported at noon of its last day",
        "exported_early",
        "phone",
        f"update raw.deliveries set received_at = '2020-12-15 11:00' where {DECEMBER_15}",
    ),
    # how much came
    damage(
        "the export of calls is empty for twelve days",
        "freshness",
        "phone",
        remove("source = 'phone' and day >= '2020-12-20'"),
        VOLUME,
    ),
    damage(
        "the mailbox export reads a copy that nobody fills any more",
        "freshness",
        "mail",
        remove("source = 'mail' and day >= '2020-12-08'"),
        VOLUME,
    ),
    damage(
        "a day is lacking in the middle of a file",
        "volume_of_day",
        "phone",
        remove("source = 'phone' and day = '2020-11-17'"),
        VOLUME,
    ),
    damage(
        "nine in ten calls of a day are lacking",
        "volume_of_day",
        "phone",
        remove("source = 'phone' and day = '2020-12-15' and line > 2"),
        VOLUME,
    ),
    damage(
        "the calls of a day came four times under new ids, minutes apart",
        "volume_of_day",
        "phone",
        copy_contacts("source = 'phone' and day = '2020-11-17'", "7 minutes", 3),
        f"{VOLUME} {SHAPE}",
    ),
    damage(
        "a website's day came as zero",
        "zero_day",
        "web",
        "update raw.web_visits set visits = 0, visitors = 0 "
        "where site = 'adults' and day = '2020-11-17'",
        VOLUME,
    ),
    damage(
        "a website's visits of a day are a tenth of what they were",
        "volume_of_day",
        "web",
        "update raw.web_visits set visits = visits // 10, visitors = visitors // 10 "
        "where site = 'adults' and day = '2020-11-17'",
        VOLUME,
    ),
    damage(
        "a website's visits of a day are ten times what they were",
        "volume_of_day",
        "web",
        "update raw.web_visits set visits = 10 * visits where site = 'minors' "
        "and day = '2020-11-17'",
    ),
    damage(
        "every second call of a month is lacking",
        "volume_of_weeks",
        "phone",
        remove(f"{PHONE_NOVEMBER} and line % 2 = 0"),
        f"{VOLUME} {SHAPE}",
    ),
    damage(
        "every second call is lacking in the small files of two weeks",
        "volume_of_weeks",
        "phone",
        remove("source = 'phone' and day >= '2020-12-18' and line % 2 = 0"),
        f"{VOLUME} {SHAPE}",
    ),
    damage(
        "the calls of a month came twice under new ids, seconds apart",
        "volume_of_weeks",
        "phone",
        copy_contacts(PHONE_NOVEMBER, "13 seconds"),
        f"{VOLUME} {SHAPE}",
    ),
    damage(
        "mails of a month came three times under new ids, seconds apart",
        "volume_of_weeks",
        "mail",
        copy_contacts(f"source = 'mail' and {NOVEMBER}", "13 seconds", 2),
        f"{VOLUME} {SHAPE}",
    ),
    damage(
        "no call came on a day of service on which eight are usual",
        "zero_day",
        "phone",
        remove("source = 'phone' and day = '2020-11-21'"),
        VOLUME,
    ),
    damage(
        "chats came three times as often, under new ids",
        "channel_drift",
        "chat",
        copy_contacts("source = 'chat' and day >= '2020-12-04'", "13 seconds", 2),
        f"{VOLUME} {SHAPE}",
    ),
)
