"""Gives every record the ids a company would see, in the order in which it came to be."""

from __future__ import annotations

import polars as pl

from .world import World


def numbered(world: World) -> World:
    """Ids in place of `…_ix` for leads, contracts, events, evidence; labels keep their meaning.

    `partner_ref` is always the partner's own number; the CRM shows it when `has_ref`.
    """
    leads = _with_sellers(world, world.leads.sort("registered_at", "lead_ix")).with_columns(
        lead_id=_number("L", 6), partner_ref=_own_number("A", 5)
    )
    contracts = _with_sellers(world, world.contracts.sort("agreed_on", "contract_ix")).with_columns(
        contract_id=_number("C", 5), partner_ref=_own_number("K", 4)
    )
    contracts = contracts.join(
        leads.select("lead_ix", "lead_id", lead_ref="partner_ref"),
        on="lead_ix",
        how="left",
        maintain_order="left",
    )
    deals = contracts.select("contract_ix", "contract_id", "partner_ix", "in_crm", "entered_on")
    # Nothing about a contract is known before the contract itself.
    known = pl.max_horizontal("entered_on", "entered_on_right")
    events = world.events.sort("occurred_on", "event_ix").join(
        deals, on="contract_ix", maintain_order="left"
    )
    papers = world.evidence.with_columns(entered_on=pl.col("received_at").dt.date())
    evidence = papers.sort("received_at", "evidence_ix").join(
        deals, on="contract_ix", maintain_order="left"
    )
    return world.changed(
        leads=leads,
        contracts=contracts,
        events=_with_products(world, events).with_columns(
            event_id=_number("E", 6), entered_on=known
        ),
        evidence=evidence.with_columns(evidence_id=_number("EV", 6), entered_on=known),
    )


def labels_with_ids(world: World) -> pl.DataFrame:
    """The labels of a numbered world with ids: what a judge of the rules may read, and no rule."""
    subjects = pl.concat(
        [
            world.leads.select(
                subject_kind=pl.lit("lead"),
                subject_ix="lead_ix",
                subject_id="lead_id",
                lead_id="lead_id",
                contract_id=pl.lit(None, pl.String),
            ),
            world.contracts.select(
                subject_kind=pl.lit("contract"),
                subject_ix="contract_ix",
                subject_id="contract_id",
                lead_id="lead_id",
                contract_id="contract_id",
            ),
            *(
                _whole(frame, kind)
                for frame, kind in ((world.partners, "partner"), (world.reps, "rep"))
            ),
        ]
    )
    known = world.labels.join(subjects, on=["subject_kind", "subject_ix"], maintain_order="left")
    return (
        _with_sellers(world, known, reps=False)
        .select(
            "scheme",
            "is_wrong",
            "subject_kind",
            "subject_id",
            "lead_id",
            "contract_id",
            "partner_id",
            "started_on",
            "difficulty",
            "note",
        )
        .sort(
            "is_wrong",
            "scheme",
            "started_on",
            "subject_kind",
            "subject_id",
            descending=[True, False, False, False, False],
        )
    )


def _whole(frame: pl.DataFrame, kind: str) -> pl.DataFrame:
    """Partners or reps as subjects: what they did shows in many records together."""
    none = pl.lit(None, pl.String)
    return frame.select(
        subject_kind=pl.lit(kind), subject_ix=f"{kind}_ix", subject_id=f"{kind}_id",
        lead_id=none, contract_id=none,
    )  # fmt: skip


def _with_sellers(world: World, frame: pl.DataFrame, *, reps: bool = True) -> pl.DataFrame:
    partners = world.partners.select("partner_ix", "partner_id")
    frame = frame.join(partners, on="partner_ix", how="left", maintain_order="left")
    if not reps:
        return frame
    rep_id = pl.format("R-{}", pl.col("rep_ix").cast(pl.String).str.zfill(4))
    return _with_products(world, frame).with_columns(
        rep_id=pl.when(pl.col("rep_ix") >= 0).then(rep_id)
    )


def _with_products(world: World, frame: pl.DataFrame) -> pl.DataFrame:
    products = world.products.select("product_ix", "product_id", "product_name")
    return frame.join(products, on="product_ix", how="left", maintain_order="left")


def _number(prefix: str, digits: int) -> pl.Expr:
    return pl.format(
        "{}-{}", pl.lit(prefix), pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(digits)
    )


def _own_number(letter: str, digits: int) -> pl.Expr:
    """The seller's own count: A012-00045; null for direct deals."""
    seller = (pl.col("partner_ix") + 1).cast(pl.String).str.zfill(3)
    place = pl.int_range(1, pl.len() + 1).over("partner_ix").cast(pl.String).str.zfill(digits)
    return pl.when(pl.col("partner_ix") >= 0).then(
        pl.format("{}{}-{}", pl.lit(letter), seller, place)
    )
