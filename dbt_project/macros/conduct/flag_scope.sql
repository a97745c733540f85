{#- What part of the ledger a flag concerns: its hold scope, else its subject; of a rep, what it sold. -#}
{% macro flag_scope() -%}
case
            when hold_scope <> 'none' then hold_scope
            else subject_kind
        end
{%- endmacro %}

{#- The id of that part. -#}
{% macro flag_scope_id(scope) -%}
case {{ scope }}
            when 'lead' then lead_id
            when 'contract' then contract_id
            when 'rep' then subject_id
            else partner_id
        end
{%- endmacro %}
