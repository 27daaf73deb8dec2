with
campaigns as (select * from {{ ref('campaigns') }}),

ad_delivery as (select * from {{ ref('ad_delivery') }}),

web_visits as (select * from {{ ref('web_visits') }}),

daily_contacts as (
    select day, sum(contacts)::bigint as contacts
    from {{ ref('contacts_by_channel_daily') }}
    group by day
),

-- missing and awaited days leave the exposure; a day of service without a contact stays in as zero
observed_days as (
    select
        dates.day,
        dates.iso_weekday,
        coalesce(daily_contacts.contacts, 0) as contacts
    from {{ ref('dates') }} as dates
    anti join ({{ missing_days() }}) as missing on dates.day = missing.day
    anti join ({{ awaited_days() }}) as awaited on dates.day = awaited.day
    left join daily_contacts on dates.day = daily_contacts.day
),

-- an open or a future end counts to the last day of service
spans as (
    select
        campaigns.*,
        least(coalesce(campaigns.ends_on, last.day), last.day) as last_day,
        campaigns.ends_on is not null as is_closed,
        is_closed and campaigns.ends_on - campaigns.starts_on < 364 as is_shorter_than_a_year
    from campaigns
    cross join (select max(day) as day from {{ ref('dates') }}) as last
),

windows as (
    select campaign_id, 'before' as part, starts_on - 28 as first_day, starts_on - 1 as last_day
    from spans
    union all
    select campaign_id, 'during', starts_on, last_day from spans
    union all
    select campaign_id, 'last_year', starts_on - 364, last_day - 364 from spans
),

weekdays as (
    select
        windows.campaign_id,
        windows.part,
        days.iso_weekday,
        count(*) as days,
        sum(days.contacts)::bigint as contacts,
        -- Σ (x − mean)² / mean of the days of this weekday, from whole numbers
        (count(*) * sum(days.contacts * days.contacts) - sum(days.contacts) * sum(days.contacts))
        / nullif(sum(days.contacts), 0) as pearson
    from windows
    inner join observed_days as days
        on days.day between windows.first_day and windows.last_day
    group by all
),

totals as (
    select
        campaign_id,
        {% for part in ['before', 'during', 'last_year'] -%}
        coalesce(sum(days) filter (where part = '{{ part }}'), 0)::integer as days_{{ part }},
        coalesce(sum(contacts) filter (where part = '{{ part }}'), 0)::bigint
            as contacts_{{ part }},
        {% endfor -%}
        -- φ; ordered, so that the same days give the same last digit every night
        greatest(
            1,
            sum(pearson order by part, iso_weekday)
            / nullif(sum(days - 1) filter (where contacts > 0), 0)
        ) as dispersion
    from weekdays
    group by campaign_id
),

-- contacts during on the weekdays that the other window knows, and as many as its rate gives
expected as (
    select
        {% for part in ['before', 'last_year'] -%}
        sum(during.contacts) filter (where other.part = '{{ part }}') as during_{{ part }},
        sum(during.days * other.contacts / other.days order by during.iso_weekday)
        filter (where other.part = '{{ part }}') as expected_{{ part }},
        {% endfor -%}
        during.campaign_id
    from weekdays as during
    inner join weekdays as other
        on during.campaign_id = other.campaign_id and during.iso_weekday = other.iso_weekday
    where during.part = 'during' and other.part != 'during'
    group by during.campaign_id
),

-- each site by its own days: a day that one site did not deliver is no quiet day of all
visitors_of_sites as (
    select
        windows.campaign_id,
        {% for part in ['before', 'during'] -%}
        avg(coalesce(web_visits.visitors, 0)) filter (where windows.part = '{{ part }}')
            as per_day_{{ part }},
        {% endfor -%}
        observed.site
    from windows
    inner join ({{ observed_site_days() }}) as observed
        on observed.day between windows.first_day and windows.last_day
    left join web_visits on observed.site = web_visits.site and observed.day = web_visits.day
    group by windows.campaign_id, observed.site
),

-- a site that one of the two windows does not know would look like a rise or a fall
visitors as (
    select
        campaign_id,
        sum(per_day_before order by site) as per_day_before,
        sum(per_day_during order by site) as per_day_during
    from visitors_of_sites
    where per_day_before is not null and per_day_during is not null
    group by campaign_id
),

advertising as (
    select
        campaign_id,
        sum(impressions)::bigint as impressions,
        sum(clicks)::bigint as clicks,
        -- amounts of several currencies have no sum
        if(count(distinct currency) <= 1, sum(spend), null)::decimal(18, 2) as spend,
        if(count(distinct currency) <= 1, min(currency), null) as currency
    from ad_delivery
    group by campaign_id
),

-- an open end is a lasting change: it disturbs where it begins, and not once all windows have it
overlapping as (
    select
        spans.campaign_id,
        string_agg(other.campaign_id, ', ' order by other.starts_on, other.campaign_id) as ids
    from spans
    inner join campaigns as other
        on
            spans.campaign_id != other.campaign_id
            and spans.last_day >= other.starts_on
            and if(
                other.ends_on is null,
                other.starts_on >= spans.starts_on - 364,
                other.ends_on >= spans.starts_on - 28
                or (
                    other.starts_on <= spans.last_day - 364
                    and other.ends_on >= spans.starts_on - 364
                )
            )
    group by spans.campaign_id
),

compared as (
    select
        spans.*,
        totals.* exclude (campaign_id),
        expected.* exclude (campaign_id),
        {{ rate_ratio('during_before', 'contacts_before', 'expected_before', 'is_closed') }}
            as rate_ratio,
        {{ rate_ratio(
            'during_last_year', 'contacts_last_year', 'expected_last_year', 'is_shorter_than_a_year'
        ) }} as rate_ratio_last_year
    from spans
    left join totals on spans.campaign_id = totals.campaign_id
    left join expected on spans.campaign_id = expected.campaign_id
),

final as (
    select
        compared.campaign_id,
        compared.name,
        compared.theme,
        compared.kind,
        compared.starts_on,
        compared.ends_on,
        coalesce(days_before, 0) as days_observed_before,
        coalesce(days_during, 0) as days_observed_during,
        contacts_before / nullif(days_before, 0) as contacts_per_day_before,
        contacts_during / nullif(days_during, 0) as contacts_per_day_during,
        contacts_last_year / nullif(days_last_year, 0) as contacts_per_day_same_weeks_last_year,
        rate_ratio,
        {% for ratio, part in [('rate_ratio', 'before'), ('rate_ratio_last_year', 'last_year')] -%}
        {% if part == 'last_year' %}rate_ratio_last_year,
        {% endif -%}
        {% for bound, sign in [('low', -1), ('high', 1)] -%}
        {{ rate_ratio_bound(ratio, 'during_' ~ part, 'contacts_' ~ part, 'dispersion', sign) }}
            as {{ ratio }}_{{ bound }},
        {% endfor -%}
        {% endfor -%}
        visitors.per_day_before as visitors_per_day_before,
        visitors.per_day_during as visitors_per_day_during,
        advertising.impressions,
        advertising.clicks,
        advertising.spend,
        advertising.currency,
        coalesce(overlapping.ids, '') as "overlaps"
    from compared
    left join visitors on compared.campaign_id = visitors.campaign_id
    left join advertising on compared.campaign_id = advertising.campaign_id
    left join overlapping on compared.campaign_id = overlapping.campaign_id
)

select * from final
order by starts_on, campaign_id
