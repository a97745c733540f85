{#- The window of a tier or cap (集計期間) that a closing period `YYYY-MM` belongs to: the period, the
    quarter `FY2026-Q1` or the fiscal year `FY2026`. Fiscal years begin in April unless configured
    (var fiscal_year_start_month); their quarters follow them. -#}
{% macro window_label(period, window_kind) %}
case {{ window_kind }}
    when 'month' then {{ period }}
    when 'quarter'
        then 'FY' || cast({{ fiscal_year(period) }} as string)
        || '-Q' || cast({{ quotient(fiscal_month(period), 3) }} + 1 as string)
    when 'fiscal_year' then 'FY' || cast({{ fiscal_year(period) }} as string)
end
{%- endmacro %}

{#- The last closing period `YYYY-MM` of the window that a period belongs to. -#}
{% macro window_last_period(period, window_kind) %}
case {{ window_kind }}
    when 'month' then {{ period }}
    when 'quarter'
        then {{ period_after(period, '2 - ' ~ fiscal_month(period) ~ ' % 3') }}
    when 'fiscal_year' then {{ period_after(period, '11 - ' ~ fiscal_month(period)) }}
end
{%- endmacro %}

{#- Months since the fiscal year began, 0 to 11. -#}
{% macro fiscal_month(period) -%}
((cast(substr({{ period }}, 6, 2) as integer) + 12 - {{ var('fiscal_year_start_month') }}) % 12)
{%- endmacro %}

{% macro fiscal_year(period) -%}
(
    cast(substr({{ period }}, 1, 4) as integer)
    - case
        when cast(substr({{ period }}, 6, 2) as integer) < {{ var('fiscal_year_start_month') }} then 1
        else 0
    end
)
{%- endmacro %}

{#- The period `YYYY-MM` n months after another. -#}
{% macro period_after(period, months) -%}
substr(
    cast({{ add_months("cast(" ~ period ~ " || '-01' as date)", months) }} as string), 1, 7
)
{%- endmacro %}

{#- Months from year 0 to a period `YYYY-MM`. -#}
{% macro months_to(period) -%}
(cast(substr({{ period }}, 1, 4) as integer) * 12 + cast(substr({{ period }}, 6, 2) as integer))
{%- endmacro %}

{#- The subject of a base line's key: its event, and for a recurring term the month k of it. -#}
{% macro line_subject(line) -%}
concat_ws('#', {{ line }}.funnel_event_id, {{ line }}.line_month)
{%- endmacro %}

{#- The period in a posting's line key: the one that earned it, which a window's line changes every
    month; its window is its subject. -#}
{% macro key_period(posting) -%}
case
    when {{ posting }}.component in ('uplift', 'cap') then {{ posting }}.subject
    else {{ posting }}.earn_period
end
{%- endmacro %}

{#- What names a line for ever (DOMAIN §5, "per line key"), of a relation with its parts. -#}
{% macro line_key() -%}
concat_ws('|', partner_id, role, term_id, subject, component, key_period)
{%- endmacro %}

{#- A window of a term: its label alone is that of every term's. -#}
{% macro window_subject(term_id, label) -%}
concat_ws('|', {{ term_id }}, {{ label }})
{%- endmacro %}
