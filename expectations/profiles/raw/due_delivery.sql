-- Gaps between the covered periods of a source, from its first due day to the last that is due.
with due as (
    select
        source,
        site,
        due_from,
        case rhythm
            when 'day' then until
            when 'week' then date_trunc('week', until + 1)::date - 1
            when 'month' then date_trunc('month', until + 1)::date - 1
            when 'year' then date_trunc('year', until + 1)::date - 1
        end as due_until
    from (
        select
            sources.*,
            night.as_of_day - greatest(sources.due_after_days, 1) as until
        from raw.sources as sources
        cross join night
    ) as last_days
    where rhythm is not null
),

periods as (
    select
        due.source,
        due.site,
        deliveries.first_day,
        deliveries.last_day
    from due
    inner join raw.deliveries as deliveries
        on
            due.source = deliveries.source
            and due.site is not distinct from deliveries.site
            and deliveries.status = 'loaded'
            and not deliveries.superseded
    union all
    select source, site, due_from - 1, due_from - 1 from due
    union all
    select source, site, due_until + 1, due_until + 1 from due
),

reached as (
    select
        *,
        coalesce(
            max(last_day) over (
                partition by source, site
                order by first_day, last_day
                rows between unbounded preceding and 1 preceding
            ), first_day - 1
        ) as reached_day
    from periods
)

select
    reached.source,
    reached.site,
    greatest(reached.reached_day + 1, due.due_from) as first_day,
    least(reached.first_day - 1, due.due_until) as last_day,
    0 as expected,
    least(reached.first_day - 1, due.due_until)
    - greatest(reached.reached_day + 1, due.due_from) + 1 as found
from reached
inner join due
    on reached.source = due.source and reached.site is not distinct from due.site
where
    least(reached.first_day - 1, due.due_until)
    >= greatest(reached.reached_day + 1, due.due_from)
