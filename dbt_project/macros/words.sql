{#- What people typed, without case, width, spaces and characters that nobody sees, for comparing
    (`orchestration/two_persons.py` folds names alike). Spark has no function for Unicode's composed form
    (NFC), the library that it ships has one, not for NULL. `reflect` counts as not deterministic: no join
    condition may hold it. -#}
{% macro plain_words(text) -%}
{% set text = shown(one_width(text)) -%}
{{ engine(
    "lower(nfc_normalize(" ~ text ~ "))",
    "lower(case when " ~ text ~ " is not null then "
    ~ "reflect('com.ibm.icu.text.Normalizer', 'compose', " ~ text ~ ", false) end)",
) }}
{%- endmacro %}

{#- A text without spaces, controls, formats (zero-width ones, direction, soft hyphen), variation
    selectors and fillers. -#}
{% macro shown(text) -%}
{% set hidden = '[\\s\\p{Z}\\p{Cc}\\p{Cf}\\x{34f}\\x{115f}\\x{1160}\\x{3164}\\x{ffa0}'
    ~ '\\x{fe00}-\\x{fe0f}\\x{e0100}-\\x{e01ef}]' -%}
{{ engine(
    "regexp_replace(" ~ text ~ ", '" ~ hidden ~ "', '', 'g')",
    "regexp_replace(" ~ text ~ ", '" ~ hidden | replace('\\', '\\\\') ~ "', '')",
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

{#- Whether a text holds a letter or a digit that can be seen. -#}
{% macro has_letters(text) -%}
{{ engine(
    "regexp_matches(" ~ shown(text) ~ ", '[\\p{L}\\p{N}]')",
    "(" ~ shown(text) ~ " rlike '[\\\\p{L}\\\\p{N}]')",
) }}
{%- endmacro %}
