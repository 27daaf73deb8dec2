{{ config(materialized='table') }}

with

published_figures as (

    select * from {{ ref('stg_published_figures') }}

),

final as (

    select * from published_figures

)

select * from final
