{#- Chance of at least `hits` of `size` independent cases, each with this chance (0 to 1). With the mean
    of unequal chances it errs towards innocence, wherever hits are more than expected (Hoeffding).
    Rounding may carry it past 1. -#}
{% macro binomial_tail(hits, size, chance) -%}
{% set each = 'least(greatest(' ~ chance ~ ', 1e-12), 1 - 1e-12)' -%}
list_sum(
                list_transform(
                    range(cast({{ hits }} as bigint), cast({{ size }} as bigint) + 1),
                    lambda i: exp(
                        lgamma({{ size }} + 1) - lgamma(i + 1) - lgamma({{ size }} - i + 1)
                        + i * ln({{ each }}) + ({{ size }} - i) * ln(1 - {{ each }})
                    )
                )
            )
{%- endmacro %}
