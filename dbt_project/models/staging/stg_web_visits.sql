{{ latest_versions('web_visits', key=['site', 'day'], columns=['visitors', 'visits']) }}
