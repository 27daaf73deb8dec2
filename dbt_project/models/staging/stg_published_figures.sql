with

published_figures as (

    select * from {{ source('raw', 'published_figures') }}

),

-- a sample of another volume has other totals than the published ones: nothing to reconcile
scaled_sample as (

    select source from {{ ref('stg_sources') }} where is_sample and scale != 1

),

final as (

    select
        publication,
        figure_id,
        section,
        year,
        measure,
        filter,
        within,
        known,
        statistic,
        compare_year,
        published,
        precision,
        low,
        high,
        note
    from published_figures
    where not exists (select source from scaled_sample)

)

select * from final
