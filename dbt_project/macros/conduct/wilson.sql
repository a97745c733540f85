{#- A bound of Wilson's 95 % interval of a share; NULL without cases. `side` is '-' or '+'. -#}
{% macro wilson(hits, size, side) -%}
case when {{ size }} > 0 then least(1.0, greatest(0.0, (
            cast({{ hits }} as double) / {{ size }} + 1.9208 / {{ size }}
            {{ side }} 1.96 * sqrt(
                cast({{ hits }} as double) / {{ size }}
                * (1.0 - cast({{ hits }} as double) / {{ size }}) / {{ size }}
                + 0.9604 / (cast({{ size }} as double) * {{ size }})
            )
        ) / (1.0 + 3.8416 / {{ size }}))) end
{%- endmacro %}

{#- Chance that a flag is confirmed before anybody has decided one like it, by severity. -#}
{% macro expected_precision(severity) -%}
case {{ severity }} when 'critical' then 0.6 when 'high' then 0.4 when 'medium' then 0.2 else 0.1 end
{%- endmacro %}

{#- Natural log of the odds of a chance strictly between 0 and 1. -#}
{% macro log_odds(chance) -%}
ln({{ chance }} / (1.0 - {{ chance }}))
{%- endmacro %}
