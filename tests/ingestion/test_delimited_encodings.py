"""Encodings: proved by the bytes or declared; never read as nonsense."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.delimited.profiles import Profile
from ingestion.delimited.reading import decode
from ingestion.files import read_table
from ingestion.reasons import FileRefused

TEXT = "lead_id,会社名,備考\n1,㈱髙橋,ｶﾅ と かな\n2,鈴木商店,要確認\n"


def refused(content: bytes, encoding: str | None = None) -> str:
    with pytest.raises(FileRefused) as caught:
        decode(content, encoding)
    return caught.value.reason.code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp932"])
def test_encoding_is_recognised(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "leads.csv"
    path.write_bytes(TEXT.encode(encoding))
    table = read_table(path)
    assert table.encoding == encoding
    assert table.rows.row(0) == ("1", "㈱髙橋", "ｶﾅ と かな")


@pytest.mark.parametrize(
    "words", ["名前\n渡邉 齋藤 﨑山\n", "ｶﾌﾞｼｷｶﾞｲｼﾔ ﾔﾏﾀﾞ\n", "№,℡,①,Ⅳ,㍻\n", "A案,B案\n第1回,3件\n"]
)
def test_unusual_japanese_is_cp932_all_the_same(words: str) -> None:
    assert decode(words.encode("cp932")) == (words, "cp932")


@pytest.mark.parametrize("encoding", ["euc_jp", "iso2022_jp", "gbk", "euc_kr", "big5"])
@pytest.mark.parametrize(
    "words", ["会社名,住所\n東京都,大阪府\n", "名前,電話\n山田太郎,東京本店\n鈴木花子,大阪支店\n"]
)
def test_other_east_asian_encodings_are_refused(encoding: str, words: str) -> None:
    assert refused(words.encode(encoding, errors="ignore")) == "unknown_encoding"


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("gbk", "北京科技有限公司 张伟 上海市浦东新区 客户 电话 重要 已签约 备注"),
        ("gbk", "株式会社山田 東京 大阪支店 田中太郎 要確認 カタカナ"),
        ("big5", "台北科技股份有限公司 陳大文 高雄市前鎮區 客戶 電話 重要 備註"),
        ("euc_kr", "서울 주식회사 김철수 부산광역시 고객 전화 중요 비고"),
        ("euc_jp", "ﾔﾏﾀﾞ ﾀﾛｳ ﾄｳｷｮｳ ｶ)ｽｽﾞｷ ﾀﾅｶ ﾊﾅｺ"),
        ("euc_jp", "渡邊 佐藤 山田商事 重要"),
    ],
)
def test_few_words_of_another_encoding_among_ascii_are_refused(encoding: str, words: str) -> None:
    rows = [f"L{n},{word},a{n}@example.jp" for n, word in enumerate(words.split())]
    content = "\n".join(["lead_id,company_name,email", *rows, ""]).encode(encoding, "ignore")
    assert refused(content) == "unknown_encoding"


@pytest.mark.parametrize(
    "words",
    [
        "髙橋 﨑山 草彅 渡邉 齋藤 廣瀬 濵田",
        "濱田 眞鍋 瀧 槇原 櫻井 澁谷 邊見",
        "ﾔﾏﾀﾞ ﾀﾛｳ ﾄｳｷｮｳ ｶ)ｽｽﾞｷ ﾜﾀﾅﾍﾞ ﾊﾅｺ ｼﾞｭﾝ ﾌｧﾐﾘｰ",
        "髙﨑 ﾀｶｻｷ 彅 ﾅｷﾞ",
    ],
)
def test_rare_names_and_half_width_kana_among_ascii_are_cp932(words: str) -> None:
    rows = [f"L{n},{word},a{n}@example.jp" for n, word in enumerate(words.split())]
    text = "\n".join(["lead_id,company_name,email", *rows, ""])
    assert decode(text.encode("cp932")) == (text, "cp932")


def test_kana_of_euc_jp_is_not_half_width_kana() -> None:
    assert refused("なまえ,メモ\nたろう,テスト\n".encode("euc_jp")) == "unknown_encoding"


@pytest.mark.parametrize("words", ["Café,Zoë\n", "Müller,Jäger,Größe\n", "Élodie,Niño,Ångström\n"])
def test_western_encodings_are_refused(words: str) -> None:
    assert refused(words.encode("latin-1")) == "unknown_encoding"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("lead_id,会社名\n1,あい\n".encode() + b"\x83", "damaged_text"),
        (b"lead_id,email\n1,\xff\xff\n", "unknown_encoding"),
        ("会社名,住所\n".encode("utf-16")[:-1], "unknown_encoding"),
        ("会社名,住所\n".encode("utf-32")[:-1], "unknown_encoding"),
        ("会社名,住所".encode().decode("latin-1").encode(), "damaged_text"),
        ("住所,電話,東京都,株式会社".encode().decode("cp932").encode(), "damaged_text"),
        (b"lead_id,email\n1,a\n\x1a2,b\n", "text_after_end"),
    ],
)
def test_damaged_text_is_refused(content: bytes, code: str) -> None:
    assert refused(content) == code


def test_marks_at_either_end_are_taken_off() -> None:
    assert decode(b"\xef\xbb\xbf\xef\xbb\xbfa,b\n1,2\n\x1a\x00")[0].startswith("a,b\n1,2")
    assert "\x1a" not in decode(b"a,b\n1,2\n\x1a")[0]


def test_declared_encoding_must_be_true(tmp_path: Path) -> None:
    assert refused(TEXT.encode("cp932"), "utf-8") == "unknown_encoding"
    assert refused(TEXT.encode("utf-16"), "utf-8") == "unknown_encoding"
    assert decode(TEXT.encode("utf-8-sig"), "utf-8") == (TEXT, "utf-8-sig")
    path = tmp_path / "leads.csv"
    path.write_bytes("lead_id,備考\n1,\n".encode("cp932"))
    assert read_table(path, Profile(encoding="cp932")).encoding == "cp932"
