{#- Integer division truncating toward zero, exact; NULL on a zero divisor. Money never meets DOUBLE.
    HUGEINT: yen times parts per million outgrows BIGINT at nine trillion yen. -#}
{% macro divide_trunc(dividend, divisor) -%}
    cast(cast({{ dividend }} as hugeint) // nullif(cast({{ divisor }} as hugeint), 0) as bigint)
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
    {{ divide_trunc('cast(' ~ dividend ~ ' as hugeint) * 1000000', divisor) }}
{%- endmacro %}
