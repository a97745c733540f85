{#- Integer division truncating toward zero, exact; NULL on a zero divisor. Money never meets DOUBLE. -#}
{% macro divide_trunc(dividend, divisor) -%}
    cast({{ quotient(
        'cast(' ~ dividend ~ ' as ' ~ wide_integer() ~ ')',
        'nullif(cast(' ~ divisor ~ ' as ' ~ wide_integer() ~ '), 0)',
    ) }} as bigint)
{%- endmacro %}

{#- amount × part ÷ whole, truncated once toward zero; the product may outgrow BIGINT. -#}
{% macro part_of(amount, part, whole) -%}
{{ divide_trunc('cast(' ~ amount ~ ' as ' ~ wide_integer() ~ ') * ' ~ part, whole) }}
{%- endmacro %}

{#- A share of two counts for a KPI, six decimals, NULL without a denominator. Never for money. -#}
{% macro ratio(numerator, denominator) -%}
    cast(cast({{ numerator }} as double) / nullif({{ denominator }}, 0) as decimal(9, 6))
{%- endmacro %}

{#- A rate as whole parts per million; rates are DECIMAL(9, 6), so nothing is lost. -#}
{% macro rate_ppm(rate) -%}
    cast({{ rate }} * 1000000 as bigint)
{%- endmacro %}

{#- First-year yen of a contract: initial fee plus at most twelve monthly fees (DOMAIN §5). -#}
{% macro first_year_yen(contract) -%}
    coalesce({{ contract }}.initial_yen, 0)
        + coalesce({{ contract }}.monthly_yen, 0) * least(12, coalesce({{ contract }}.term_months, 12))
{%- endmacro %}

{#- One amount over another in whole parts per million, cut toward zero; NULL without a divisor. -#}
{% macro ratio_ppm(dividend, divisor) -%}
    {{ part_of(dividend, 1000000, divisor) }}
{%- endmacro %}

{#- Whether a fee is a whole multiple of a list fee, 0 among them; a list fee of 0 has no other. -#}
{% macro is_multiple(fee, list_fee) -%}
coalesce(coalesce({{ fee }}, 0) % nullif({{ list_fee }}, 0), {{ fee }}, 0) = 0
{%- endmacro %}
