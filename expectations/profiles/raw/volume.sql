-- How much each covered day brought: contacts, each id once, or visits of a site. Only the days near
-- the news are read (`is_near_news`).
create or replace temp table daily_volume as
with arrived as (
    select
        contacts.source,
        contacts.day,
        contacts.contact_key,
        covered.replaces_period
    from raw.contacts as contacts
    inner join covered on contacts.source = covered.source and contacts.day = covered.day
    where
        is_near_news(contacts.day)
        and contacts.contact_kind = 'contact'
        and (not covered.replaces_period or contacts.delivery_id = covered.delivery_id)
),

counted as (
    -- one delivery brings each id once
    select
        source,
        null as site,
        day,
        count(*) as volume
    from arrived
    where replaces_period
    group by all
    union all
    select
        source,
        null as site,
        day,
        count(distinct contact_key)
    from arrived
    where not replaces_period
    group by all
    union all
    select
        source,
        site,
        day,
        max_by(visits, (version_at, delivery_id))
    from raw.web_visits
    semi join covered using (source, site, day)
    group by all
)

select
    covered.*,
    measured.is_contact_source,
    coalesce(counted.volume, 0) as volume
from covered
inner join (
    select distinct
        source,
        is_contact_source
    from raw.sources
    where is_contact_source or list_contains(entity_list, 'web_visits')
) as measured using (source)
left join counted
    on
        covered.source = counted.source
        and covered.site is not distinct from counted.site
        and covered.day = counted.day;
