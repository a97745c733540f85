{#- What people typed, without case, width and spaces (the full-width one too), for comparing. Spark
    has no function for Unicode's composed form (NFC), the library that it ships has one, not for NULL.
    `reflect` counts as not deterministic: no join condition may hold it. -#}
{% macro plain_words(text) -%}
{% set text = one_width(text) -%}
{{ engine(
    "regexp_replace(lower(nfc_normalize(" ~ text ~ ")), '[\\s\\x{3000}]', '', 'g')",
    "regexp_replace(lower(case when " ~ text ~ " is not null then "
    ~ "reflect('com.ibm.icu.text.Normalizer', 'compose', " ~ text ~ ", false) end), "
    ~ "'[\\\\s\\\\x{3000}]', '')",
) }}
{%- endmacro %}

{#- A text with full-width letters, digits and marks made half-width and half-width kana full-width,
    their voice marks (ﾞﾟ) left to be composed. The doors do so too (NFKC). -#}
{% macro one_width(text) -%}
{% set written = [
    ('！＂＃＄％＆（）＊＋，－．／：；＜＝＞？＠［］＾＿｀｛｜｝～', '!"#$%&()*+,-./:;<=>?@[]^_`{|}~'),
    ('０１２３４５６７８９', '0123456789'),
    ('ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'),
    ('ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ', 'abcdefghijklmnopqrstuvwxyz'),
    ('ｦｧｨｩｪｫｬｭｮｯｰ･ﾞﾟ', 'ヲァィゥェォャュョッー・\u3099\u309a'),
    ('ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉ', 'アイウエオカキクケコサシスセソタチツテトナニヌネノ'),
    ('ﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝ', 'ハヒフヘホマミムメモヤユヨラリルレロワン'),
] -%}
translate(
    {{ text }},
    '{{ written | map(attribute=0) | join }}',
    '{{ written | map(attribute=1) | join }}'
)
{%- endmacro %}
