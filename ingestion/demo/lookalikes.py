"""Honest deals that look wrong: whoever flags them must be able to say why they are right."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

import numpy as np
import polars as pl

from .funnel import EVENING_PARTNERS
from .labels import labelled, next_number, overwrite, signed_contracts, some, where_in
from .places import bank_accounts
from .world import World

# The vendor's blank consent form, which some partners file beside the signed one.
BLANK_FORM_SHA256 = sha256(b"teikei demonstration company: blank consent form, 2025-04").hexdigest()
# A company of the first partner's group, bought by it openly: the vendor knows and allows it.
GROUP_COMPANY_NUMBER = "2140001999999"
_GROUP_PARTNER = 0
_FEW = 6


def add_lookalikes(rng: np.random.Generator, world: World) -> World:
    for look_alike in (
        _group_company,
        _switchboard,
        _new_rep,
        _third_day,
        _real_user,
        _two_products,
        _blank_form,
        _group_payer,
        _evening_list,
    ):
        world = look_alike(rng, world)
    return world


def label_strays(world: World) -> World:
    """Label what partners bound to a territory sold outside it when nobody meant to cheat.

    It breaks their agreement all the same. After the schemes, whose labels go first.
    """
    bound = world.agreements.filter(pl.col("territory").is_not_null()).select(
        "partner_ix", pl.col("territory").str.split(";")
    )
    places = world.customers.select("customer_ix", "prefecture")
    strays = (
        world.contracts.filter(pl.col("agreed_on") <= world.period.last_day)
        .join(bound.unique("partner_ix"), on="partner_ix", maintain_order="left")
        .join(places, on="customer_ix", maintain_order="left")
        .filter(~pl.col("prefecture").is_in(pl.col("territory")))
        .with_columns(started_on=pl.col("agreed_on"))
    )
    by_scheme = world.labels.filter("is_wrong", pl.col("subject_kind") == "contract")["subject_ix"]
    strays = strays.filter(~pl.col("contract_ix").is_in(by_scheme.implode()))
    return labelled(world, "stray_customer", strays, kind="contract", wrong=False)


def _chosen(rng: np.random.Generator, world: World, n: int = _FEW) -> pl.DataFrame:
    return some(rng, signed_contracts(world), 0.0, n)


def _group_company(rng: np.random.Generator, world: World) -> World:
    """A company of the partner's own group is a customer: same mail domain, known and allowed."""
    chosen = some(rng, signed_contracts(world, _GROUP_PARTNER), 0.0, 1)
    domain = world.partners["domain"][_GROUP_PARTNER]
    changes = chosen.select(
        "customer_ix",
        corporate_number=pl.lit(GROUP_COMPANY_NUMBER),
        email=pl.lit(f"soumu@{domain}"),
    )
    world = world.changed(customers=overwrite(world.customers, "customer_ix", changes))
    note = f"allowed group company {GROUP_COMPANY_NUMBER}"
    return labelled(world, "group_company", chosen, kind="contract", wrong=False, note=note)


def _switchboard(rng: np.random.Generator, world: World) -> World:
    """Two branches of one company share its telephone number and want different products."""
    chosen = _chosen(rng, world, 2 * _FEW).sort("product_ix", "contract_ix")
    half = chosen.height // 2
    head, branch = chosen[:half], chosen[half : 2 * half]
    donors = head.select("customer_ix").join(
        world.customers, on="customer_ix", maintain_order="left"
    )
    places = branch.select("customer_ix").join(
        world.customers, on="customer_ix", maintain_order="left"
    )
    office = places["prefecture"].str.slice(0, 2) + "支店"
    changes = donors.select(
        phone="phone",
        corporate_number="corporate_number",
        form="form",
        short="short",
        wide="wide",
        one="one",
        position=pl.lit("pre"),
        bare_name=pl.col("bare_name") + pl.lit(" ") + office,
        company_name=pl.col("form") + pl.col("bare_name") + pl.lit(" ") + office,
    ).with_columns(customer_ix=branch["customer_ix"])
    world = world.changed(customers=overwrite(world.customers, "customer_ix", changes))
    note = "branches of one company with one switchboard"
    return labelled(world, "branch_switchboard", branch, kind="contract", wrong=False, note=note)


def _new_rep(rng: np.random.Generator, world: World) -> World:
    """A rep registered two days before the first lead of the deal."""
    chosen = _chosen(rng, world, 3).join(
        world.leads.select("lead_ix", lead_on=pl.col("registered_at").dt.date()),
        on="lead_ix",
        maintain_order="left",
    )
    first = world.reps.height
    models = world.reps.filter(pl.col("rep_ix") == pl.col("partner_ix")).drop(
        "rep_ix", "started_on"
    )
    reps = chosen.select("partner_ix", started_on=pl.col("lead_on") - timedelta(2)).join(
        models, on="partner_ix", maintain_order="left"
    )
    reps = reps.with_columns(rep_ix=pl.int_range(first, first + pl.len())).with_columns(
        rep_id=pl.format("R-{}", pl.col("rep_ix").cast(pl.String).str.zfill(4)),
        rep_name=pl.Series(["新田 光", "若林 春香", "初鹿野 新"][: chosen.height]),
        email=pl.format("new{}@{}", "rep_ix", "domain"),
        phone=pl.format("090-2200-{}", 4100 + pl.col("rep_ix")),
    )
    sellers = chosen.select("contract_ix", "lead_ix", rep_ix=reps["rep_ix"])
    world = world.changed(
        reps=pl.concat([world.reps, reps.select(world.reps.columns)]),
        contracts=overwrite(world.contracts, "contract_ix", sellers.drop("lead_ix")),
        leads=overwrite(world.leads, "lead_ix", sellers.drop("contract_ix")),
    )
    return labelled(
        world, "new_rep", chosen, kind="contract", wrong=False, note="registered 2 days before"
    )


def _third_day(rng: np.random.Generator, world: World) -> World:
    """The consent form arrives three days after the agreement: late, but in time."""
    chosen = _chosen(rng, world)
    consent = where_in("contract_ix", chosen["contract_ix"]) & (pl.col("kind") == "consent_form")
    third_day = chosen.select(
        "contract_ix", third=pl.col("agreed_on").cast(pl.Datetime("us")) + timedelta(3, hours=17)
    )
    evidence = world.evidence.with_columns(pl.col("received_at").cast(pl.Datetime("us"))).join(
        third_day, on="contract_ix", how="left", maintain_order="left"
    )
    evidence = evidence.with_columns(
        received_at=pl.when(consent).then("third").otherwise("received_at")
    ).drop("third")
    return labelled(
        world.changed(evidence=evidence),
        "consent_on_third_day",
        chosen,
        kind="contract",
        wrong=False,
    )


def _real_user(rng: np.random.Generator, world: World) -> World:
    """A rep's own small firm buys and uses the product: shares a mobile, and is a real customer."""
    chosen = _chosen(rng, world, 3)
    phones = chosen.select("rep_ix").join(world.reps, on="rep_ix", maintain_order="left")["phone"]
    changes = chosen.select("customer_ix", phone=phones)
    world = world.changed(customers=overwrite(world.customers, "customer_ix", changes))
    note = "the rep's own firm, a real user"
    return labelled(world, "employee_real_user", chosen, kind="contract", wrong=False, note=note)


def _two_products(rng: np.random.Generator, world: World) -> World:
    """One customer asks two partners, each for another product."""
    chosen = _chosen(rng, world, 2 * _FEW).sort("product_ix", "contract_ix")
    half = chosen.height // 2
    first, second = chosen[:half], chosen[half : 2 * half]
    differs = (first["product_ix"] != second["product_ix"]) & (
        first["partner_ix"] != second["partner_ix"]
    )
    first, second = first.filter(differs), second.filter(differs)
    moved = second.select("contract_ix", "lead_ix", customer_ix=first["customer_ix"])
    world = world.changed(
        contracts=overwrite(world.contracts, "contract_ix", moved.drop("lead_ix")),
        leads=overwrite(world.leads, "lead_ix", moved.drop("contract_ix")),
        evidence=overwrite(world.evidence, "contract_ix", moved.drop("lead_ix")),
    )
    return labelled(world, "two_products", second, kind="contract", wrong=False)


def _blank_form(rng: np.random.Generator, world: World) -> World:
    """Partners file the vendor's blank form beside the signed one: one digest, many customers."""
    chosen = _chosen(rng, world, 8)
    signed = world.evidence.filter(
        where_in("contract_ix", chosen["contract_ix"]) & (pl.col("kind") == "consent_form")
    )
    first = next_number(world.evidence, "evidence_ix")
    blank = signed.with_columns(
        evidence_ix=pl.int_range(first, first + pl.len()), document_sha256=pl.lit(BLANK_FORM_SHA256)
    )
    world = world.changed(evidence=pl.concat([world.evidence, blank]))
    return labelled(
        world, "blank_form", chosen, kind="contract", wrong=False, note=BLANK_FORM_SHA256
    )


def _group_payer(rng: np.random.Generator, world: World) -> World:
    """A big customer's head office pays for its subsidiaries: one name, domain and account."""
    sold = signed_contracts(world).filter(pl.col("partner_ix") != _GROUP_PARTNER)
    if sold.is_empty():
        return world
    biggest = sold["partner_ix"].value_counts(sort=True).sort("count", "partner_ix")
    chosen = some(rng, sold.filter(pl.col("partner_ix") == biggest["partner_ix"][-1]), 0.0, 4)
    account = bank_accounts(rng, 1)[0]
    name = pl.lit("日の出") + pl.col("bare_name")
    subsidiaries = chosen.select("customer_ix").join(
        world.customers, on="customer_ix", maintain_order="left"
    )
    changes = subsidiaries.select(
        "customer_ix",
        bare_name=name,
        company_name=pl.when(pl.col("position") == "pre")
        .then(pl.col("form") + name)
        .otherwise(name + pl.col("form")),
        email=pl.format("keiri{}@hinode-group.example", pl.int_range(pl.len())),
        payer_account=pl.lit(account),
    )
    world = world.changed(customers=overwrite(world.customers, "customer_ix", changes))
    note = "subsidiaries of one group; the holding company pays"
    return labelled(world, "group_payer", chosen, kind="contract", wrong=False, note=note)


def _evening_list(rng: np.random.Generator, world: World) -> World:
    """Partners whose clerk types the day's leads in one sitting in the evening."""
    typed = world.leads.filter(where_in("partner_ix", list(EVENING_PARTNERS)))
    partners = typed.group_by("partner_ix").agg(started_on=pl.col("registered_at").dt.date().min())
    note = "the day's leads are typed in the evening"
    return labelled(
        world, "evening_list", partners.sort("partner_ix"), kind="partner", wrong=False, note=note
    )
