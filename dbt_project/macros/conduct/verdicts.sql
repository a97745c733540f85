{#- Verdicts that find a flag right, and those that decide it either way; one that leaves a suspicion
    unproven speaks neither for the rule nor against it. -#}
{% macro right_verdicts() -%}
('confirmed', 'policy_breach')
{%- endmacro %}

{% macro wrong_verdicts() -%}
('false_positive', 'data_error')
{%- endmacro %}

{% macro deciding_verdicts() -%}
('confirmed', 'policy_breach', 'false_positive', 'data_error')
{%- endmacro %}

{#- The chance that a partner about whom nothing is known is confirmed, until blind checks tell. -#}
{% macro prior_risk() -%}
0.02
{%- endmacro %}

{#- A decision on this pseudo-flag is about a contract drawn for a blind check. -#}
{% macro audit_flag_prefix() -%}
'random_audit:'
{%- endmacro %}
