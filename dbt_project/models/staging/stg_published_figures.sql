with

published_figures as (

    select * from {{ source('raw', 'published_figures') }}

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

)

select * from final
