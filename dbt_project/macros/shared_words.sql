{#- Free text of a source, published only where at least five records say the same: a reason or a
    campaign is a category then, and not a sentence about somebody. -#}
{%- macro shared_words(column) -%}
    case when count(*) over (partition by {{ column }}) >= 5 then {{ column }} end
{%- endmacro -%}
