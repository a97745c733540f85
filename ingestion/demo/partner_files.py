"""The files of the partners: monthly lists in their own hand, papers, and what is wrong in them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import polars as pl

from .business_days import Numbers
from .crm_exports import contracts_known
from .uploads import Style, Uploader
from .world import World
from .writing import written_company, written_day, written_phone, written_yen

_LISTS_JA = {"leads": "見込客一覧", "contracts": "契約一覧"}
_STAGES_JA = {"onboarding": "導入完了", "customer_success": "運用支援"}
_KINDS_JA = {
    "consent_form": "同意書",
    "application_form": "申込書",
    "onboarding_report": "導入完了報告書",
}


@dataclass(frozen=True)
class PartnerFile:
    """A table under the partner's headers; `raw`, if any, replaces its bytes (a broken file)."""

    partner_id: str
    name: str
    released_on: date
    style: Style
    table: pl.DataFrame
    ragged: tuple[str, ...] = ()
    raw: bytes | None = None

    @property
    def is_leads(self) -> bool:
        return self.name.startswith(("leads", _LISTS_JA["leads"]))

    def renamed(self, name: str, released_on: date) -> PartnerFile:
        return replace(self, name=name, released_on=released_on)


def monthly_files(
    world: World, uploaders: tuple[Uploader, ...], carrier: Numbers
) -> list[PartnerFile]:
    """Leads of every uploader and contracts of half of them, a file a month.

    What lies more than half a year back was asked for later and came as one file a quarter.
    """
    last_day = world.period.last_day
    own = world.leads.filter(pl.col("handed_on").is_null())
    leads = _carried(world, own, carrier).with_columns(on=pl.col("registered_at").dt.date())
    signed = contracts_known(world, last_day).filter(pl.col("contracted_on").is_not_null())
    contracts = _carried(world, signed, carrier).with_columns(on=pl.col("contracted_on"))
    by = {uploader.partner_ix: uploader for uploader in uploaders}
    files = []
    for ix, span, rows in _by_span(leads, world):
        files.append(_listed(by[ix], "leads", span, lead_list(rows, by[ix])))
    for ix, span, rows in _by_span(contracts, world):
        if by[ix].sends_contracts:
            files.append(_listed(by[ix], "contracts", span, contract_list(rows, by[ix])))
    return files


def lead_list(rows: pl.DataFrame, uploader: Uploader) -> pl.DataFrame:
    style = uploader.style
    number, day, rep, product, company, contact, phone, mail = style.lead
    shown = pl.when(~pl.col("is_blank_in_file")).then
    return rows.select(
        pl.col("partner_ref").alias(number),
        written_day(pl.col("on"), style.dates).alias(day),
        pl.lit(uploader.partner_id).alias("代理店コード"),
        pl.when(pl.col("partner_id") != uploader.partner_id)
        .then("partner_id")
        .alias("二次代理店コード"),
        pl.col("rep_id").alias(rep),
        pl.col("product_id").alias(product),
        written_company(style.company).alias(company),
        pl.col("contact_name").alias(contact),
        shown(written_phone(style.phones)).alias(phone),
        shown(pl.col("email")).alias(mail),
        pl.col("postal_code").alias("郵便番号"),
        pl.col("prefecture").alias("都道府県"),
        pl.col("address").alias("住所"),
        written_day(pl.col("on"), style.dates).alias("同意取得日"),
        pl.lit(None, pl.String).alias("備考"),
    )


def contract_list(rows: pl.DataFrame, uploader: Uploader) -> pl.DataFrame:
    style = uploader.style
    return rows.select(
        pl.col("partner_ref").alias("申込番号"),
        pl.col("lead_ref").alias("リード番号"),
        pl.lit(uploader.partner_id).alias("代理店コード"),
        pl.when(pl.col("partner_id") != uploader.partner_id)
        .then("partner_id")
        .alias("二次代理店コード"),
        pl.col("rep_id").alias("獲得者コード"),
        pl.col("product_id").alias("商材コード"),
        written_company(style.company).alias("ご契約者名"),
        written_phone(style.phones).alias("電話番号"),
        pl.col("prefecture").alias("都道府県"),
        written_day(pl.col("agreed_on"), style.dates).alias("申込合意日"),
        written_day(pl.col("contracted_on"), style.dates).alias("契約日"),
        written_day(pl.col("starts_on"), style.dates).alias("利用開始日"),
        pl.col("term_months").alias("契約期間"),
        written_yen(pl.coalesce("claimed_yen", "initial_yen"), style).alias("初期費用"),
        written_yen(pl.col("monthly_yen"), style).alias("月額料金"),
    )


def paper_files(
    world: World, uploaders: tuple[Uploader, ...], span: tuple[date, date], name: str
) -> list[PartnerFile]:
    """Evidence and service reports known in (after, until], of those who send papers."""
    after, until = span
    files = []
    for uploader in (uploader for uploader in uploaders if uploader.sends_papers):
        papers = world.evidence.filter(
            (pl.col("sender_ix") == uploader.partner_ix)
            & pl.col("by_partner")
            & (pl.col("entered_on") > after)
            & (pl.col("entered_on") <= until)
        )
        reports = world.events.filter(
            (pl.col("sender_ix") == uploader.partner_ix)
            & (pl.col("performed_by") == "partner")
            & pl.col("in_crm")
            & (pl.col("entered_on") > after)
            & (pl.col("entered_on") <= until)
        )
        tables = {
            "evidence": _evidence_list(world, papers, uploader),
            "contract_events": _report_list(reports, uploader),
        }
        files += [
            _file(uploader, f"{entity}__{name}", until, table)
            for entity, table in tables.items()
            if table.height
        ]
    return files


def rep_file(world: World, uploader: Uploader, day: date) -> PartnerFile:
    """The uploader's own register with one newcomer that the CRM has not got yet."""
    reps = world.reps.filter(
        (pl.col("partner_ix") == uploader.partner_ix) & (pl.col("started_on") <= day)
    )
    known = reps.select("rep_id", "rep_name", "email", "phone", "started_on")
    newcomer = {
        "rep_id": f"R-N{uploader.partner_ix:03d}",
        "rep_name": "春野 若菜",
        "email": f"haruno@{uploader.partner_id.lower()}.example",
        "phone": "090-3344-5566",
        "started_on": day - timedelta(1),
    }
    table = pl.concat([known, pl.DataFrame([newcomer], schema=known.schema)]).select(
        pl.lit(uploader.partner_id).alias("代理店コード"),
        pl.col("rep_id").alias("担当者コード"),
        pl.col("rep_name").alias("氏名"),
        pl.col("email").alias("メールアドレス"),
        pl.col("phone").alias("電話番号"),
        written_day(pl.col("started_on"), uploader.style.dates).alias("開始日"),
    )
    return _file(uploader, f"partner_reps__{day:%Y-%m}", day, table)


def _evidence_list(world: World, papers: pl.DataFrame, uploader: Uploader) -> pl.DataFrame:
    signers = world.customers.select("customer_ix", signer="contact_name")
    return papers.join(signers, on="customer_ix", maintain_order="left").select(
        pl.format("{}-S", "evidence_id").alias("証憑番号"),
        pl.col("contract_id").alias("契約番号"),
        pl.col("kind").replace_strict(_KINDS_JA, return_dtype=pl.String).alias("証憑種別"),
        written_day(pl.col("signed_on"), uploader.style.dates).alias("同意日"),
        pl.coalesce("signer_name", "signer").alias("署名者"),
        written_day(pl.col("received_at").dt.date(), uploader.style.dates).alias("受領日"),
        pl.col("document_sha256").alias("書類ハッシュ"),
    )


def _report_list(reports: pl.DataFrame, uploader: Uploader) -> pl.DataFrame:
    return reports.select(
        pl.format("{}-S", "event_id").alias("実績番号"),
        pl.col("contract_id").alias("契約番号"),
        pl.col("stage").replace_strict(_STAGES_JA, return_dtype=pl.String).alias("実績区分"),
        written_day(pl.col("occurred_on"), uploader.style.dates).alias("完了日"),
        pl.lit("代理店").alias("実施者"),
    )


def _carried(world: World, rows: pl.DataFrame, carrier: Numbers) -> pl.DataFrame:
    """Rows of partners whose deals stand in somebody's files (`sender_ix`), customers joined."""
    senders = pl.DataFrame({"partner_ix": world.partners["partner_ix"], "sender_ix": carrier})
    return rows.join(
        senders.filter(pl.col("sender_ix") >= 0), on="partner_ix", maintain_order="left"
    ).join(world.customers, on="customer_ix", maintain_order="left")


def _by_span(rows: pl.DataFrame, world: World) -> list[tuple[int, tuple[date, date], pl.DataFrame]]:
    """Sender, first and last day of the month or quarter, and its rows."""
    last_day, on = world.period.last_day, pl.col("on")
    monthly_from = pl.lit(last_day).dt.offset_by("-6mo").dt.truncate("1q")
    every = pl.when(on >= monthly_from).then(pl.lit("1mo")).otherwise(pl.lit("1q"))
    dated = rows.filter(on <= last_day).with_columns(every=every)
    dated = dated.with_columns(start=on.dt.truncate(every)).with_columns(
        end=pl.min_horizontal(
            pl.col("start").dt.offset_by(every).dt.offset_by("-1d"), pl.lit(last_day)
        )
    )
    parts = dated.partition_by("sender_ix", "start", "end", as_dict=True, maintain_order=True)
    ordered = sorted(parts.items(), key=lambda item: item[0])
    return [(int(key[0]), (key[1], key[2]), part) for key, part in ordered]


def _listed(
    uploader: Uploader, entity: str, span: tuple[date, date], table: pl.DataFrame
) -> PartnerFile:
    """Named `leads__2026-05`, `leads__2025-07_2025-09`, or in Japanese by those who like it so."""
    start, end = span
    month = f"{start:%Y-%m}" if start.month == end.month else f"{start:%Y-%m}_{end:%Y-%m}"
    if uploader.names_in_japanese:
        return _file(uploader, f"{_LISTS_JA[entity]}_{month}", end, table)
    return _file(uploader, f"{entity}__{month}", end, table)


def _file(uploader: Uploader, stem: str, day: date, table: pl.DataFrame) -> PartnerFile:
    suffix = "xlsx" if uploader.style.encoding == "xlsx" else "csv"
    return PartnerFile(uploader.partner_id, f"{stem}.{suffix}", day, uploader.style, table)
