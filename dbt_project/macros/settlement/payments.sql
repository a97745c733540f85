{#- The part of the yen to pay that is not paid: not below 0 when too much was paid, nor above
    what was to be paid when a payment came back. -#}
{% macro unpaid_of(due_yen, paid_yen) -%}
least(greatest({{ due_yen }} - {{ paid_yen }}, 0), greatest({{ due_yen }}, 0))
{%- endmacro %}

{#- The yen before tax that unpaid yen of a statement stand for: their share of its net, to the
    nearest yen, and at least 1 while a yen is unpaid. Tax and withholding are paid in proportion. -#}
{% macro before_tax(unpaid_yen, net_yen, due_yen) -%}
case
    when {{ unpaid_yen }} = 0 then 0
    else greatest({{ divide_trunc(
        '2 * cast(' ~ unpaid_yen ~ ' as ' ~ wide_integer() ~ ') * ' ~ net_yen ~ ' + ' ~ due_yen,
        '2 * ' ~ due_yen,
    ) }}, 1)
end
{%- endmacro %}

{#- Late interest (遅延利息) on yen before tax paid or to be paid on a day: from day 61 on, where the
    law limits the date and that date is past; `rate` in parts per million a year. -#}
{% macro late_interest(clock, yen, paid_on, rate) -%}
case
    when {{ clock }}.is_strict
        and {{ paid_on }} > {{ clock }}.latest_lawful_on
        and {{ paid_on }} > {{ clock }}.sixty_days_on
        then {{ divide_trunc(
            'cast(' ~ yen ~ ' as ' ~ wide_integer() ~ ') * ' ~ rate
                ~ ' * (' ~ paid_on ~ ' - ' ~ clock ~ '.sixty_days_on)',
            365000000,
        ) }}
    else 0
end
{%- endmacro %}
