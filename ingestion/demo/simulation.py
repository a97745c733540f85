"""One world from one seed: honest trade first, then look-alikes, then wrongdoing."""

from __future__ import annotations

import numpy as np
import polars as pl

from .aftercare import make_events, make_evidence
from .billing import make_collections
from .catalog import make_agreements, make_products, make_steps, make_terms, make_tiers
from .contracts import make_contracts
from .enablement import make_complaints, make_trainings
from .funnel import make_leads
from .lookalikes import add_lookalikes, label_strays
from .market import make_customers, with_bad_phones
from .partners import PARTNERS, make_partners, make_reps
from .places import draw_cities
from .schemes import Wanted, commit_schemes
from .world import CHANGE_SCHEMA, LABEL_SCHEMA, Period, World

_SPARE = 8  # one customer more for every so many leads, for whoever needs invented ones


def simulate(  # noqa: PLR0913 - the dials of a world, all by name
    seed: int, leads: int, period: Period, *,
    partners: int = PARTNERS, level: int | None = None, schemes: Wanted = True,
) -> World:  # fmt: skip
    """The same arguments give the same world. `leads` are the honest ones; schemes add some.

    `schemes`: all, none (a clean world, look-alikes stay) or those of these names. `level` 1
    (blatant) to 4 (subtle) for every scheme; without it each has its own. Honest trade is the same
    whatever the schemes and their level.
    """
    # One stream a topic, so that a change in one does not reshuffle all the others.
    rng_who, rng_leads, rng_market, rng_deals, rng_after, rng_wrong, rng_office, rng_honest = (
        np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(8)
    )
    sellers = make_partners(rng_who, period, partners)
    reps = make_reps(rng_who, sellers, period)
    products = make_products()
    agreements = make_agreements(rng_who, sellers, period)
    terms = make_terms(agreements, sellers)
    drawn, cities = make_leads(rng_leads, leads, (sellers, reps), products, period)
    contracts = make_contracts(rng_deals, drawn, (sellers, reps), products, period)
    events = make_events(rng_after, contracts, products, period)
    spare = draw_cities(rng_market, leads // _SPARE + 400)
    customers = make_customers(rng_market, np.concatenate([cities, spare]))
    honest = World(
        period=period,
        partners=sellers,
        reps=reps,
        products=products,
        agreements=agreements,
        terms=terms,
        tiers=make_tiers(terms),
        steps=make_steps(terms),
        customers=with_bad_phones(rng_honest, customers, drawn, sellers),
        leads=drawn,
        contracts=contracts,
        events=events,
        evidence=make_evidence(rng_after, contracts, events, drawn),
        complaints=make_complaints(rng_honest, contracts, sellers),
        collections=pl.DataFrame(),
        trainings=pl.DataFrame(),
        changes=pl.DataFrame(schema=CHANGE_SCHEMA),
        labels=pl.DataFrame(schema=LABEL_SCHEMA),
    )
    world = commit_schemes(rng_wrong, add_lookalikes(rng_honest, honest), level, schemes)
    return label_strays(world).changed(
        collections=make_collections(rng_office, world),
        trainings=make_trainings(rng_office, world.reps, period),
    )
