-- Rows that came twice in one file tell of each victim of a contact twice (or four times). Two alike
-- in one contact may well be siblings, so only contacts of which every victim has a twin count.
with alike as (
    select
        victims.delivery_id,
        victims.contact_key,
        victims.contact_line,
        count(*) as victims
    from raw.victims as victims
    inner join news using (delivery_id)
    where is_news_day(victims.day) and hash(victims.contact_key) % news.one_in = 0
    group by
        victims.delivery_id, victims.contact_key, victims.contact_line,
        hash(
            victims.category, victims.violence_form, victims.age_band, victims.sex, victims.context
        )
),

contacts as (
    select
        delivery_id,
        min(contact_line) as contact_line,
        bool_and(victims % 2 = 0) as is_repeated
    from alike
    group by delivery_id, contact_key
)

select
    news.source,
    news.file_name,
    min(contacts.contact_line) filter (contacts.is_repeated) as first_line,
    count(*) as expected,
    count(*) filter (contacts.is_repeated) as found,
    round(100 * avg(contacts.is_repeated::integer), 1) as measure
from contacts
inner join news using (delivery_id)
group by news.source, news.file_name
having count(*) filter (contacts.is_repeated) >= 3
