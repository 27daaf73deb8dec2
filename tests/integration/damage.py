"""Tools to damage a finished warehouse on purpose, one way in which data goes wrong at a time.

Each is SQL on a warehouse in which the deliveries of November and December 2020 are the news. The
file of November is one delivery per source; December came day by day.
"""

from dataclasses import dataclass

from expectations import Border


@dataclass(frozen=True)
class Damage:
    """One mutation: what was broken, on which asset, and which rule must say so.

    `also` are rules that the same damage may rightly set off; every other blocking rule must hold.
    """

    what: str
    rule: str
    asset: str
    sql: str
    also: frozenset[str] = frozenset()
    border: Border = "raw"
    frozen: bool = False


def damage(what: str, rule: str, asset: str, sql: str, also: str = "") -> Damage:
    """A line of the table for border 1."""
    return Damage(what, rule, f"raw/{asset}", sql, frozenset(also.split()))


VOLUME = "volume_of_day volume_of_weeks zero_day freshness channel_drift"
SHAPE = "composition_break profile_drift category_drift relation_drift"
NOVEMBER = "day between '2020-11-01' and '2020-11-30'"
PHONE_NOVEMBER = f"source = 'phone' and {NOVEMBER}"


AS_DELIVERED = """
    update raw.deliveries
    set rows_in = rows_rejected + coalesce(records, 0), rows_loaded = coalesce(records, 0)
    from (
        select deliveries.delivery_id, held.records
        from raw.deliveries as deliveries
        left join (
            select delivery_id, count(*) as records
            from (
                select delivery_id, line from raw.contacts
                union
                select delivery_id, line from raw.victims
            )
            group by all
        ) as held using (delivery_id)
        where deliveries.source in ('phone', 'mail', 'chat')
    ) as held
    where deliveries.delivery_id = held.delivery_id;
"""
"""Lets the ledger say what raw holds of contacts, as if the files had come that way."""


def remove(where: str) -> str:
    """Delete contacts with their victims and referrals, as if their rows had not been delivered."""
    gone = f"contact_key in (select contact_key from raw.contacts where {where})"
    return f"""
        delete from raw.victims where {gone};
        delete from raw.referrals where {gone};
        delete from raw.contacts where {where};
        {AS_DELIVERED}
    """


def copy_contacts(where: str, shift: str = "0 seconds", times: int = 1) -> str:
    """Deliver contacts again under new ids, with their victims and referrals, `shift` later."""
    copies = "".join(
        f"""
        insert into raw.contacts
        select * replace (
            contact_key + {number} as contact_key, line + {number}000000 as line,
            started_at + interval '{shift}' * {number} as started_at
        )
        from raw.contacts where {where} and line < 1000000;
        insert into raw.victims
        select * replace (
            contact_key + {number} as contact_key, contact_line + {number}000000 as contact_line
        )
        from raw.victims
        where contact_line < 1000000
            and contact_key in (select contact_key from raw.contacts where {where});
        insert into raw.referrals
        select * replace (
            contact_key + {number} as contact_key, contact_line + {number}000000 as contact_line
        )
        from raw.referrals
        where contact_line < 1000000
            and contact_key in (select contact_key from raw.contacts where {where});
        """
        for number in range(1, times + 1)
    )
    return copies + AS_DELIVERED


def double_rows(where: str) -> str:
    """Repeat the rows of a file about victims, as ingest reads them: later in the same contact."""
    return (
        "insert into raw.victims select * replace (victim_number + 100 as victim_number) "
        f"from raw.victims where {where}"
    )


def recode(table: str, column: str, codes: dict[str, str], where: str) -> str:
    """Replace codes by others, all at once."""
    cases = " ".join(f"when '{old}' then '{new}'" for old, new in codes.items())
    return (
        f"update raw.{table} set {column} = case {column} {cases} else {column} end where {where}"
    )


def file(source: str, name: str) -> str:
    """The condition that picks one delivery."""
    return f"source = '{source}' and file_name = '{name}'"


def of_file(source: str, name: str) -> str:
    """The condition that picks its records, on whatever days they lie."""
    return f"delivery_id in (select delivery_id from raw.deliveries where {file(source, name)})"


DECEMBER_15 = file("phone", "oproepen_2020-12-15.csv")
