{{
    latest_versions(
        'contacts',
        key=['contact_key'],
        columns=[
            'contact_kind', 'day', 'hour', 'started_at', 'is_ambiguous_hour', 'duration_s',
            'channel', 'relation', 'contact_age_group', 'contact_sex', 'anonymous',
        ],
    )
}}
