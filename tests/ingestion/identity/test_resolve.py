"""Likeness joins what is one customer, whatever columns a table has; contradictions keep apart."""

from __future__ import annotations

import polars as pl
import pytest

from ingestion.identity import doubtful, explain, resolve

COLUMNS = {
    "record_id": "no",
    "company": "取引先",
    "corporate_number": "法人番号",
    "contact": "担当",
    "email": "mail",
    "phone": "tel",
    "address": "住所",
}


def table(*rows: dict[str, str]) -> pl.DataFrame:
    return pl.DataFrame(
        [{column: row.get(field) for field, column in COLUMNS.items()} for row in rows],
        schema=dict.fromkeys(COLUMNS.values(), pl.String),
    )


def entities(*rows: dict[str, str], decisions: pl.DataFrame | None = None) -> list[str]:
    return resolve(table(*rows), COLUMNS, decisions=decisions)["entity_id"].to_list()


def decided(*pairs: tuple[str, str, bool]) -> pl.DataFrame:
    return pl.DataFrame(pairs, schema=["record_id", "other_id", "is_same"], orient="row")


A = {"record_id": "a", "company": "株式会社髙橋建材", "phone": "03-5551-0101"}


def test_spellings_of_one_company_are_one_entity() -> None:
    b = {"record_id": "b", "company": "高橋建材㈱", "phone": "+81355510101"}
    assert entities(A, b) == ["a", "a"]


def test_another_company_at_the_switchboard_stays_apart() -> None:
    b = A | {"record_id": "b", "company": "株式会社みどり会計", "address": "千代田区丸の内1-2-3"}
    assert entities(A | {"address": "千代田区丸の内1-2-3"}, b) == ["a", "b"]


def test_placeholders_and_empty_cells_match_nothing() -> None:
    a = {"record_id": "a", "company": "不明", "email": "なし", "phone": "000-0000-0000"}
    assert entities(a, a | {"record_id": "b"}, {"record_id": "c"}, {"record_id": "d"}) == [*"abcd"]


def test_a_record_between_two_corporate_numbers_joins_only_one() -> None:
    one = A | {"record_id": "a", "corporate_number": "1000000000001"}
    two = A | {"record_id": "b", "corporate_number": "2000000000002"}
    found = entities(one, two, A | {"record_id": "c"})
    assert found[0] != found[1]


def test_a_t_number_is_the_corporate_number() -> None:
    a = {"record_id": "a", "corporate_number": "T1000000000001"}
    assert entities(a, {"record_id": "b", "corporate_number": "1000000000001"}) == ["a", "a"]


def test_decisions_stand_above_likeness() -> None:
    b = {"record_id": "b", "company": "高橋建材㈱", "phone": "0355510101"}
    c = {"record_id": "c", "company": "まったく別の会社"}
    words = decided(("b", "a", False), ("c", "a", True))
    assert entities(A, b, c, decisions=words) == ["a", "b", "a"]


def test_decisions_keep_apart_what_a_third_record_ties() -> None:
    rows = [A | {"record_id": name} for name in "abc"]
    found = entities(*rows, decisions=decided(("a", "c", False)))
    assert found[0] != found[2]


def test_branches_with_one_switchboard_and_two_addresses_stay_apart() -> None:
    here = [A | {"record_id": f"a{n}", "address": "千代田区神田1-2-3"} for n in range(3)]
    there = [A | {"record_id": f"b{n}", "address": "横浜市西区高島9-8-7"} for n in range(3)]
    assert entities(*here, *there) == ["a0"] * 3 + ["b0"] * 3


def test_namesakes_are_not_tied_by_a_record_that_has_something_of_both() -> None:
    names = ("no", "family", "given", "mail", "tel")
    rows = [
        ("a", "佐藤", "健", "ken@ichi.example", "090-1111-2222"),
        ("b", "佐藤", "健", "sato@niban.example", "080-3333-4444"),
        ("c", "佐藤", "健", "sato@niban.example", "090-1111-2222"),
    ]
    fields = ("record_id", "family_name", "given_name", "email", "phone")
    people = pl.DataFrame(rows, schema=names, orient="row")
    columns = dict(zip(fields, names, strict=True))
    found = resolve(people, columns)["entity_id"]
    assert found[0] != found[1]
    assert found[2] in (found[0], found[1])
    words = decided(("a", "c", True), ("b", "c", True))
    assert resolve(people, columns, decisions=words)["entity_id"].to_list() == ["a", "a", "a"]


def test_contacts_of_one_company_are_one_customer_whatever_their_phones() -> None:
    a = A | {"phone": "03-5551-0101", "contact": "佐藤 健", "email": "sato@takahashi.example"}
    b = A | {"phone": "080-3333-4444", "contact": "森 隆", "email": "mori@takahashi.example"}
    c = A | {"contact": "森 隆", "email": "mori@takahashi.example"}
    found = entities(a, b | {"record_id": "b"}, c | {"record_id": "c"})
    assert found == ["a", "a", "a"]


def test_a_repeated_record_id_is_refused() -> None:
    with pytest.raises(ValueError, match="record_id"):
        entities(A, A)


def test_any_columns_will_do() -> None:
    people = pl.DataFrame({"key": [1, 2, 3], "who": ["石田 大輔", "石田大輔 様", "森 隆"]})
    found = resolve(people, {"record_id": "key", "contact": "who"})
    assert found.columns == ["record_id", "entity_id", "match_probability"]
    assert found["record_id"].to_list() == ["1", "2", "3"]
    assert resolve(people.clear(), {"record_id": "key", "contact": "who"}).is_empty()
    assert resolve(people, {"record_id": "key"})["entity_id"].to_list() == ["1", "2", "3"]


def test_records_of_two_kinds_are_never_one() -> None:
    rows = [A, A | {"record_id": "b"}, A | {"record_id": "c"}]
    kinds = table(*rows).with_columns(kind=pl.Series(["lead", "account", "lead"]))
    found = resolve(kinds, COLUMNS | {"kind": "kind"})
    assert found["record_id"].to_list() == ["a", "b", "c"]
    assert found["entity_id"].to_list() == ["a", "b", "a"]


def test_numbers_that_became_floats_are_read_as_typed() -> None:
    schema = {"no": pl.String, "who": pl.String, "tel": pl.Float64}
    rows = [
        ("a", "有限会社小松製菓", 355510101.0),
        ("b", "小松製菓", 355510101.0),
        ("c", "海", None),
    ]
    found = resolve(
        pl.DataFrame(rows, schema=schema, orient="row"),
        {"record_id": "no", "company": "who", "phone": "tel"},
    )
    assert found["entity_id"].to_list() == ["a", "a", "c"]


def test_explanation_adds_up_to_the_odds() -> None:
    rows = table(A, {"record_id": "b", "company": "高橋建材㈱", "phone": "0355510101"})
    pair = pl.DataFrame({"record_id": ["a"], "other_id": ["b"]})
    why = explain(rows, COLUMNS, pair)
    likeness = dict(why.select("field", "likeness").iter_rows())
    assert (likeness["company"], likeness["phone"]) == ("equal", "equal")
    assert likeness["email"] == "unknown"
    assert why["bits"].sum() > 2.0


def test_a_likely_pair_is_left_to_a_person() -> None:
    rows = table(A, {"record_id": "b", "company": "高橋建材東北", "phone": "0355510101"})
    assert resolve(rows, COLUMNS)["entity_id"].to_list() == ["a", "b"]
    found = doubtful(rows, COLUMNS, least=0.05)
    assert found.select("record_id", "other_id").rows() == [("a", "b")]
