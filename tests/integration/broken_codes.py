"""Border 1: what can be wrong with the codes of records that are all there."""

from tests.integration.damage import NOVEMBER, PHONE_NOVEMBER, SHAPE, Damage, damage, recode

BROKEN_CODES: tuple[Damage, ...] = (
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
        "the sexes of the victims were swapped",
        "composition_break",
        "phone",
        recode("victims", "sex", {"female": "male", "male": "female"}, PHONE_NOVEMBER),
        SHAPE,
    ),
    damage(
        "hours are two hours off in the small files of two weeks",
        "composition_break",
        "phone",
        "update raw.contacts set started_at = started_at + interval 2 hour, hour = hour + 2 "
        "where source = 'phone' and day >= '2020-12-18'",
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
        "and category = 'child_maltreatment' and contact_line % 4 = 0",
        SHAPE,
    ),
    damage(
        "half of the friends are now called neighbours",
        "relation_drift",
        "phone",
        "update raw.contacts set relation = 'neighbour' where source = 'phone' "
        "and day >= '2020-12-04' and relation in ('friend', 'parent') and line % 2 = 0",
        SHAPE,
    ),
    damage(
        "a third of the households are now called wider family",
        "profile_drift",
        "phone",
        "update raw.victims set context = 'wider_family' where source = 'phone' "
        "and day >= '2020-12-04' and context = 'household' and contact_line % 3 = 0",
        SHAPE,
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
