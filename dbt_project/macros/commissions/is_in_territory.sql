{#- Whether a prefecture lies in an agreement's `;`-separated territory (販売地域), written 東京都 or
    東京. An empty territory is anywhere; an unknown prefecture is outside every other one. -#}
{% macro is_in_territory(prefecture, territory) %}
(
    coalesce(trim({{ territory }}), '') = ''
    or coalesce(
        ';' || replace({{ territory }}, ' ', '') || ';' like '%;' || {{ prefecture }} || ';%'
        or ';' || replace({{ territory }}, ' ', '') || ';'
        like '%;' || regexp_replace({{ prefecture }}, '(都|府|県)$', '') || ';%',
        false
    )
)
{%- endmacro %}
