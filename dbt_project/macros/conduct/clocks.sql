{#- The clock in Tokyo of a naive UTC timestamp, NULL at midnight:
    a date was written, and no time. -#}
{% macro clock_of(timestamp_utc) -%}
case
            when cast({{ timestamp_utc }} + interval 9 hour as time) <> time '00:00:00'
                then {{ timestamp_utc }} + interval 9 hour
        end
{%- endmacro %}
