"""What is agreed on for no day at all is refused at the CRM's door."""

from __future__ import annotations

from tests.ingestion.test_terms import House, put, sheet, told


def test_agreement_that_ends_before_it_begins_is_refused(house: House) -> None:
    """One day is enough; a tombstone withdraws what stands, whatever it says."""
    ends = {"1": "2026-04-01", "2": "2026-03-31", "3": "", "4": "2026-03-31"}
    row = {"agreement_id": "A", "partner_id": "P1", "effective_from": "2026-04-01"}
    rows = [row | {"version": version, "effective_to": end} for version, end in ends.items()]
    rows[3] |= {"is_deleted": "true"}
    put(house, "agreements", sheet(*rows))
    refused = told(house.read().rejected, "agreements")
    assert refused == [(3, "effective_to", "ends_before_start")]


def test_sharing_that_ends_before_it_begins_is_refused(house: House) -> None:
    row = {"partner_id": "P1", "entity": "leads", "cadence": "daily", "agreed_from": "2026-04-01"}
    fields = {"email": "2026-04-01", "phone": "2026-03-31", "campaign": ""}
    rows = [row | {"field": field, "agreed_to": end} for field, end in fields.items()]
    put(house, "sharing_terms", sheet(*rows))
    refused = told(house.read().rejected, "sharing_terms")
    assert refused == [(3, "agreed_to", "ends_before_start")]
