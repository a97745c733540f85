{#- What a slab band (全額段階) pays for all units of a window: a price each, or a rate of their yen. -#}
{% macro slab_yen(unit_count, unit_yen, band) -%}
    case
        when {{ band }}.rate_ppm is null then ({{ unit_count }}) * {{ band }}.fixed_yen
        else {{ apply_ppm('(' ~ unit_yen ~ ')', band ~ '.rate_ppm') }}
    end
{%- endmacro %}
