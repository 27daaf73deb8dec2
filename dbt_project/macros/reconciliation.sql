{# Parts of marts.figure_reconciliation: one place for what each statistic means. #}


{# Statistics that are a number. #}
{%- macro computed_number() -%}
case figures.statistic
            when 'count' then part
            when 'share_pct' then {{ share_pct('part', 'whole') }}
            when 'share_pct_rounded' then rounded_shares.share_pct_rounded
            when 'growth_pct' then {{ growth_pct('part', 'before', 'true') }}
            when 'growth_abs' then part - before
            when 'ratio' then part / nullif(before, 0)
        end::double
{%- endmacro -%}


{# The two shares of compare_share: within, and over all or outside `within`. #}
{%- macro computed_shares() -%}
case when figures.statistic = 'compare_share' then {{ share_pct('part', 'whole') }} end as share_within,
        case
            when figures.statistic != 'compare_share' then null
            when figures.published like '%overall' then {{ share_pct('overall_part', 'overall_whole') }}
            else {{ share_pct('(overall_part - part)', '(overall_whole - whole)') }}
        end as share_compared
{%- endmacro -%}


{# Statistics that are not a number, worded as publications word them. As many members are listed
   as the publication lists. #}
{%- macro computed_text() -%}
case figures.statistic
            when 'rank'
                then array_to_string(by_size[1:len(string_split(figures.published, '>'))], '>')
            when 'top_members'
                then array_to_string(by_size[1:len(string_split(figures.published, '|'))], '|')
            when 'members' then array_to_string(present, '|')
            when 'compare_share'
                then
                    case
                        when share_within > share_compared then '>'
                        when share_within = share_compared then '='
                        when share_within < share_compared then '<'
                    end
                    || ltrim(figures.published, '<=>')
        end
{%- endmacro -%}


{%- macro number_as_text(number) -%}
if(
            {{ number }} = trunc({{ number }}),
            {{ number }}::bigint::varchar,
            round({{ number }}, 4)::varchar
        )
{%- endmacro -%}


{# `rounded` lies below its upper bound and `more_than` above its lower one; others include both.
   A number without any bound has nothing to be compared with. #}
{%- macro reconciliation_status() -%}
case
            when computed.text is null and (
                computed.number is null or coalesce(computed.low, computed.high) is null
            ) then 'not_computable'
            when
                computed.statistic in ('top_members', 'members')
                and list_sort(string_split(computed.text, '|'))
                = list_sort(string_split(computed.published, '|')) then 'match'
            when computed.text = computed.published then 'match'
            when
                computed.text is null
                and if(
                    computed.precision = 'more_than',
                    computed.number > coalesce(computed.low, '-infinity'::double),
                    computed.number >= coalesce(computed.low, '-infinity'::double)
                )
                and if(
                    computed.precision = 'rounded',
                    computed.number < coalesce(computed.high, 'infinity'::double),
                    computed.number <= coalesce(computed.high, 'infinity'::double)
                ) then 'match'
            else 'differs'
        end
{%- endmacro -%}


{%- macro reconciliation_note() -%}
nullif(concat_ws(
            '; ',
            case
                when computed.text is not null or computed.number is not null then null
                when years.year is null then 'the marts hold no ' || computed.year
                when computed.compare_year is not null and other_years.year is null
                    then 'the marts hold no ' || computed.compare_year
                when computed.part is null
                    then 'the marts hold no ' || computed.measure || ' by ' || computed.dimensions
                else 'nothing to divide by, or members that cannot be added up'
            end,
            if(not years.is_complete, years.year || ' is not complete', null),
            if(not other_years.is_complete, other_years.year || ' is not complete', null),
            printf('%.2f%% against %.2f%%', computed.share_within, computed.share_compared),
            computed.note
        ), '')
{%- endmacro -%}
