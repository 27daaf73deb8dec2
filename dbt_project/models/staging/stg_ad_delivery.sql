{{
    latest_versions(
        'ad_delivery',
        key=['source', 'campaign_id', 'day'],
        columns=['impressions', 'reach', 'clicks', 'spend', 'currency'],
    )
}}
