"""One world from one seed: honest trade first, then look-alikes, then wrongdoing."""

from __future__ import annotations

import numpy as np
import polars as pl

from .aftercare import make_events, make_evidence
from .catalog import make_agreements, make_products, make_steps, make_terms, make_tiers
from .contracts import make_contracts
from .funnel import make_leads
from .lookalikes import add_lookalikes
from .market import make_customers
from .partners import make_partners, make_reps
from .schemes import commit_schemes
from .world import LABEL_SCHEMA, Period, World


def simulate(seed: int, leads: int, period: Period) -> World:
    """The same arguments give the same world. `leads` are the honest ones; schemes add ~1 %."""
    # One stream a topic, so that a change in one does not reshuffle all the others.
    rng_who, rng_leads, rng_market, rng_deals, rng_after, rng_wrong = (
        np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(6)
    )
    partners = make_partners(rng_who, period)
    reps = make_reps(rng_who, partners, period)
    products = make_products()
    agreements = make_agreements(rng_who, partners, period)
    terms = make_terms(agreements, partners)
    drawn, cities = make_leads(rng_leads, leads, (partners, reps), products, period)
    contracts = make_contracts(rng_deals, drawn, reps, products, period)
    events = make_events(rng_after, contracts, products, period)
    honest = World(
        period=period,
        partners=partners,
        reps=reps,
        products=products,
        agreements=agreements,
        terms=terms,
        tiers=make_tiers(terms),
        steps=make_steps(terms),
        customers=make_customers(rng_market, cities),
        leads=drawn,
        contracts=contracts,
        events=events,
        evidence=make_evidence(rng_after, contracts, events, drawn),
        labels=pl.DataFrame(schema=LABEL_SCHEMA),
    )
    return commit_schemes(rng_wrong, add_lookalikes(rng_wrong, honest))
