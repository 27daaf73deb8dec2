-- A refused file is mended once it came again under its name, or a later one replaced its period.
-- Where later files only add to what came before, one of that day may hold a record of many.
-- One that does not say which period it covers makes no day missing, and is left to held_delivery.
select
    refused.source,
    refused.site,
    refused.file_name,
    refused.first_day,
    refused.last_day,
    refused.reason,
    0 as expected,
    1 as found
from news as refused
where
    refused.status = 'rejected'
    and refused.first_day is not null
    and not exists (
        select 1
        from news as mended
        where
            mended.source = refused.source
            and mended.status = 'loaded'
            and mended.load_number > refused.load_number
            and (
                mended.file_name = refused.file_name
                or (
                    mended.replaces_period
                    and mended.site is not distinct from refused.site
                    and mended.first_day <= refused.first_day
                    and mended.last_day >= refused.last_day
                )
            )
    )
