"""Every scheme on leads, partners, reps and files leaves its trace in what is delivered."""

from __future__ import annotations

from datetime import date

import fastexcel
import polars as pl

DISPOSABLE = ("mailinator.com", "10minutemail.com", "guerrillamail.com", "yopmail.com")


def sent(large, scheme, names):
    """The partner's own files of that kind which are not broken, delivery by delivery."""
    partner = large.truth.filter(pl.col("scheme") == scheme)["partner_id"][0]
    broken = ("scan", "cut", "empty")
    return [
        path
        for path in large.paths()
        if path.parent.name == partner
        and path.name.startswith(names)
        and not path.stem.endswith(broken)
    ]


def read(path):
    """A partner's file as text, whatever its encoding; its ragged lines left out."""
    if path.suffix == ".xlsx":
        sheet = fastexcel.read_excel(path.read_bytes()).load_sheet(
            0, header_row=None, dtypes="string"
        )
        rows = sheet.to_polars().filter(pl.nth(2).is_not_null())  # no title, no totals
        return rows[1:].rename(dict(zip(rows.columns, rows.row(0), strict=True)))
    content = path.read_bytes()
    codec = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(codec)
    except UnicodeDecodeError:
        text = content.decode("cp932")
    return pl.read_csv(text.encode(), infer_schema=False, truncate_ragged_lines=True)


def phone_column(table):
    return next(c for c in table.columns if c in ("電話番号", "TEL", "連絡先電話番号"))


def test_invalid_contacts_reach_nobody(large):
    leads = large.leads("invalid_contacts")
    thrown_away = leads["メール"].str.split("@").list.last().is_in(DISPOSABLE)

    assert (thrown_away | leads["電話"].str.starts_with("090-0")).mean() > 0.9


def test_farmed_leads_share_their_mail_name_but_for_a_number(large):
    leads = large.leads("similar_contact_farm")
    names = leads["メール"].str.replace(r"\d+@", "@")

    assert names.n_unique() * 4 < leads.height


def test_scripted_leads_are_entered_at_even_gaps_by_one_rep(large):
    leads = large.leads("submission_velocity").sort("registered_at")
    gaps = leads["registered_at"].diff().dt.total_seconds().drop_nulls()

    assert leads["rep_id"].n_unique() == 1
    assert (gaps < 60).mean() > 0.8
    assert large.subjects("submission_velocity", "rep")[0] == leads["rep_id"][0]


def test_leads_made_up_at_night_are_registered_before_five(large):
    hours = large.leads("after_hours_block")["registered_at"].dt.hour()
    honest = large.crm("leads")["作成日"].str.slice(11, 2).cast(pl.Int64, strict=False)

    assert (hours < 5).all()
    assert (honest < 5).mean() < 0.05


def test_leads_that_collapse_become_nothing(large):
    leads = large.leads("downstream_collapse")
    contracts = large.crm("contracts")["lead_id"].drop_nulls()

    assert leads.height > 30
    assert not leads["lead_id"].is_in(contracts.implode()).any()


def test_leads_already_known_name_customers_of_direct_leads(large):
    leads = large.leads("lead_already_known")
    direct = large.crm("leads").filter(pl.col("partner_id").is_null())

    assert leads["partner_id"].null_count() == 0
    assert leads["会社名"].is_in(direct["会社名"].implode()).all()


def test_second_registration_has_the_account_of_the_first(large):
    both = large.subjects("duplicate_partner", "partner").implode()
    partners = large.crm("partners").filter(pl.col("partner_id").is_in(both))

    assert partners.height == 2
    assert partners["bank_account"].n_unique() == 1
    assert partners["partner_name"].n_unique() == 2


def test_payee_changes_between_deliveries_and_before_the_payment(large):
    partner = large.subjects("payee_change", "partner")[0]
    mine = pl.col("partner_id") == partner
    accounts = [large.crm_of(k, "partners").filter(mine)["bank_account"][0] for k in (0, 2)]
    paid = large.crm_of(2, "payouts").filter(mine)["paid_on"].str.to_date()
    changed = large.truth.filter(pl.col("scheme") == "payee_change")["started_on"][0]

    assert accounts[0] != accounts[1]
    assert changed < paid[0]


def test_untrained_reps_have_no_valid_course_for_a_while(large):
    reps = large.subjects("untrained_seller", "rep")
    courses = large.crm("trainings").filter(pl.col("course") == "prohibited_acts")
    gap = (
        pl.col("completed_on").str.to_date() - pl.col("expires_on").str.to_date().shift()
    ).dt.total_days()
    lapsed = courses.sort("rep_id", "completed_on").with_columns(gap=gap.over("rep_id"))

    untrained = lapsed.filter(pl.col("gap") > 1)["rep_id"].unique()
    assert set(untrained) | (set(reps) - set(courses["rep_id"])) == set(reps)


def test_mismatched_records_claim_more_than_the_crm_knows(large):
    deals = large.deals("record_mismatch").select("partner_ref", "initial_yen")
    lists = [read(path) for path in sent(large, "record_mismatch", ("contracts", "契約一覧"))]
    told = pl.concat(lists, how="diagonal_relaxed").select(
        partner_ref="申込番号",
        told=pl.col("初期費用").str.replace_all(r"[^\d]", "").cast(pl.Int64),
    )
    both = deals.join(told, on="partner_ref")

    assert both.height
    assert (both["told"] > both["initial_yen"]).all()


def test_blacked_out_files_have_no_numbers_any_more(large):
    files = sent(large, "coverage_blackout", ("leads", "見込客一覧"))
    ordered = [read(path) for path in sorted(files, key=lambda path: path.stat().st_mtime)]
    phones = [table[phone_column(table)].null_count() / table.height for table in ordered]

    assert max(phones[:3]) == 0
    assert min(phones[-2:]) > 0.5


def test_deals_of_the_second_registration_stand_under_it(large):
    twin = large.truth.filter(pl.col("scheme") == "duplicate_partner")["subject_id"].sort()[-1]

    assert large.crm("leads").filter(pl.col("partner_id") == twin).height
    assert large.crm("agreements").filter(pl.col("partner_id") == twin).height
    assert date.fromisoformat(
        large.crm("partners").filter(pl.col("partner_id") == twin)["joined_on"][0]
    ) > date(2025, 5, 1)
