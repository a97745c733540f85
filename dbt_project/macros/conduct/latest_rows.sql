{#- The file rows of the latest 50 of a group's rows that meet a condition, sorted and `;`-joined;
    NULL when there are none. More than that nobody reads. -#}
{% macro latest_rows(condition, day, source_row='source_row') -%}
array_to_string(
            list_sort(
                max_by({{ source_row }}, ({{ day }}, {{ source_row }}), 50) filter (where {{ condition }})
            ),
            ';'
        )
{%- endmacro %}
