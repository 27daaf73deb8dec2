{{
    latest_versions(
        'campaigns',
        key=['campaign_id'],
        columns=['name', 'theme', 'kind', 'medium', 'starts_on', 'ends_on'],
        day='starts_on',
        only_touched=false,
    )
}}
