"""Which class speaks to which kind of CRM."""

from __future__ import annotations

from collections.abc import Mapping

from ingestion.crm.credentials import Secret
from ingestion.crm.hubspot import HubSpot
from ingestion.crm.kintone import Kintone
from ingestion.crm.policy import PATIENT, Policy
from ingestion.crm.salesforce import Salesforce
from ingestion.crm.source import Source
from ingestion.crm.systems import System


def open_source(system: System, secrets: Mapping[str, Secret], policy: Policy = PATIENT) -> Source:
    """The source of a system; nothing is sent yet."""
    kinds: dict[str, type[Salesforce] | type[HubSpot] | type[Kintone]] = {
        "salesforce": Salesforce,
        "hubspot": HubSpot,
        "kintone": Kintone,
    }
    return kinds[system.kind](system, secrets, policy)
