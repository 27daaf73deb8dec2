{# Arithmetic of published numbers: shares, growth and rounding, each in this one place. #}


{# 100 × part / whole, or null where the whole is nothing. Full precision: display rounds. #}
{%- macro share_pct(part, whole) -%}
100 * {{ part }} / nullif({{ whole }}, 0)
{%- endmacro -%}


{# Growth in per cent against the previous year; null where the two years cannot be compared
   or the previous one has nothing. Full precision: display rounds, half up. #}
{%- macro growth_pct(value, previous, is_comparable) -%}
case when {{ is_comparable }} then 100 * ({{ value }} - {{ previous }}) / nullif({{ previous }}, 0) end
{%- endmacro -%}


{# The same column a year earlier, in rows of which each `per` has one for every year of service. #}
{%- macro previous_year(column, per) -%}
lag({{ column }}) over (partition by {{ per }} order by year)
{%- endmacro -%}


{# The rows of `relation` with denominator, share_pct and share_pct_rounded.

   Shares are taken of the sum of `value` per `per`, over the rows for which `counts` holds (the
   known codes, or all); other rows have no share. Whole percentages are rounded by largest
   remainder (Hamilton's method), so that they sum to 100 wherever there is anything: each gets
   its floor, and the points left over go to the largest remainders, ties to the lowest
   `position`. Whole numbers throughout, so that no tie is decided by a floating point error. #}
{%- macro with_shares(relation, value, per, counts='true') -%}
select
    * exclude (whole_points, remainder),
    (whole_points + if(
        row_number() over (partition by {{ per }} order by remainder desc nulls last, position asc)
        <= 100 - sum(whole_points) over (partition by {{ per }}),
        1, 0
    ))::integer as share_pct_rounded
from (
    select
        *,
        if({{ counts }}, {{ share_pct(value, 'denominator') }}, null) as share_pct,
        if({{ counts }}, 100 * {{ value }} // nullif(denominator, 0), null) as whole_points,
        if({{ counts }}, 100 * {{ value }} % nullif(denominator, 0), null) as remainder
    from (
        select
            *,
            coalesce(
                sum({{ value }}) filter (where {{ counts }}) over (partition by {{ per }}), 0
            )::bigint as denominator
        from {{ relation }}
    )
)
{%- endmacro -%}
