-- The three sources that bring a few rows a day: websites, campaign calendar, advertising.
create temp table web_rows as
select
    deliveries.rank as delivery,
    deliveries.site,
    visits.key::date as day,
    coalesce((visits.value ->> 'nb_uniq_visitors')::integer, 0) as visitors,
    coalesce((visits.value ->> 'nb_visits')::integer, 0) as visits
from (
    select filename, unnest(map_entries(content::json::map(varchar, json))) as visits
    from read_text(getvariable('web_files'))
) as files
inner join deliveries on files.filename = deliveries.path;

create temp table campaign_rows as
select
    deliveries.rank as delivery,
    id as campaign_id,
    naam as name,
    thema as theme,
    coalesce((
        select code from labels where list = 'campaign_kind' and language = 'nl' and label = soort
    ), 'unmapped') as kind,
    medium,
    start as starts_on,
    einde as ends_on
from read_csv(
    getvariable('campaigns_files'), auto_detect = false, header = true, delim = ',', quote = '"',
    escape = '"', filename = true, dateformat = '%Y-%m-%d',
    columns = {
        'id': 'varchar', 'naam': 'varchar', 'thema': 'varchar', 'soort': 'varchar',
        'medium': 'varchar', 'start': 'date', 'einde': 'date'
    }
) as calendar
inner join deliveries on calendar.filename = deliveries.path;

create temp table ad_rows as
select
    deliveries.rank as delivery,
    "Reporting starts" as day,
    trim(split_part("Campaign name", '|', 1)) as campaign_id,
    "Impressions" as impressions,
    "Reach" as reach,
    "Link clicks" as clicks,
    "Amount spent (EUR)" as spend,
    'EUR' as currency
from read_csv(
    getvariable('ads_files'), auto_detect = false, header = true, delim = ',', quote = '"',
    escape = '"', filename = true, dateformat = '%Y-%m-%d',
    columns = {
        'Reporting starts': 'date', 'Reporting ends': 'date', 'Campaign name': 'varchar',
        'Results': 'bigint', 'Reach': 'bigint', 'Impressions': 'bigint', 'Link clicks': 'bigint',
        'Amount spent (EUR)': 'decimal(12, 2)'
    }
) as advertising
inner join deliveries on advertising.filename = deliveries.path
where "Campaign name" is not null;

create temp table web_visits as
select day, site, visitors, visits from web_rows
qualify row_number() over (partition by site, day order by delivery desc) = 1;

create temp table campaigns as
select * exclude (delivery) from campaign_rows
qualify row_number() over (partition by campaign_id order by delivery desc) = 1;

create temp table ad_delivery as
select * exclude (delivery) from ad_rows
qualify row_number() over (partition by campaign_id, day order by delivery desc) = 1;
