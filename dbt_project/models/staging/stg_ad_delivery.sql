{{
    latest_versions(
        'ad_delivery',
        key=['campaign_id', 'day'],
        columns=['impressions', 'reach', 'clicks', 'spend', 'currency'],
    )
}}
