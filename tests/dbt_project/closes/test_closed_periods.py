"""After a close nothing posts into the closed period; what is late keeps its earn_period."""


def _told(rows, partner):
    of_partner = f"contract:{partner}-"
    return sorted((row["subject"].removeprefix(of_partner), row["amount_yen"]) for row in rows)


def test_before_the_close_both_partners_post_alike(closing, partners):
    pair = (partners.closed, partners.open)
    may = [closing.posted(partners.nights.may, each) for each in pair]
    assert _told(may[0], pair[0]) == _told(may[1], pair[1])
    assert {row["post_period"] for row in [*may[0], *may[1]]} == {"2026-05"}


def test_late_facts_change_both_partners_by_the_same_yen(closing, partners):
    """Cancelled after one month of twelve: 12,345 × 1 ÷ 12 = 1,028 is left; corrected: 200,009 ×
    10 % = 20,000; evidence of May: 10,000; a third contract: 1,000 and its uplift of 500."""
    june = [closing.posted(partners.nights.june, each) for each in (partners.closed, partners.open)]
    yen = {
        row["subject"].removeprefix(f"contract:{partners.closed}-"): row["amount_yen"]
        for row in june[0]
    }
    assert yen == {
        "cancelled": 1_028 - 12_345,
        "corrected": 20_000 - 12_345,
        "evidence": 10_000,
        "q3": 1_000,
        "2026-05": 500,
    }
    assert sum(yen.values()) == sum(row["amount_yen"] for row in june[1])


def test_late_facts_post_forward_only_for_the_partner_that_is_closed(closing, partners):
    june = {
        each: closing.posted(partners.nights.june, each)
        for each in (partners.closed, partners.open)
    }
    assert {row["earn_period"] for rows in june.values() for row in rows} == {"2026-05"}
    assert {row["post_period"] for row in june[partners.closed]} == {"2026-06"}
    assert {row["post_period"] for row in june[partners.open]} == {"2026-05"}


def test_next_night_posts_nothing(closing):
    assert list(closing.postings.values())[-1] == []
