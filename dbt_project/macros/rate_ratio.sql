{# Counts of two windows compared (contacts_around_campaigns); the model's description has formula
   and sources. `a` contacts were counted during, `expected` would have been at the rate and the
   weekday pattern of the window with `b` contacts. #}


{%- macro rate_ratio(a, b, expected, condition) -%}
case when {{ a }} > 0 and {{ b }} > 0 and {{ condition }} then {{ a }} / nullif({{ expected }}, 0) end
{%- endmacro -%}


{# One bound of the 95% interval; `sign` is -1 or 1, `dispersion` the φ of the campaign. #}
{%- macro rate_ratio_bound(ratio, a, b, dispersion, sign) -%}
{{ ratio }} * exp({{ sign }} * 1.96 * sqrt({{ dispersion }} * (1 / nullif({{ a }}, 0) + 1 / nullif({{ b }}, 0))))
{%- endmacro -%}
