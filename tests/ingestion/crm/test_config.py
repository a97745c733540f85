"""`crm/<system>.yml`: examples hold, mistakes are named; secrets come from the environment only."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.crm.config import load_system, load_systems
from ingestion.crm.credentials import Secret, load_secrets
from ingestion.crm.errors import CrmSetupError

EXAMPLES = Path(__file__).parents[3] / "docs" / "crm"
GOOD = """\
kind: hubspot
base_url: https://api.example.com
streams:
  - entity: leads
    object: contacts
    fields: {lead_id: hs_object_id, registered_at: createdate, lead_status: hs_lead_status}
    words: {lead_status: {NEW: new}}
    constants: {channel: partner}
"""


def test_every_shipped_example_is_valid() -> None:
    systems = load_systems(EXAMPLES)
    assert [(system.name, system.kind) for system in systems] == [
        ("hubspot", "hubspot"),
        ("kintone", "kintone"),
        ("salesforce", "salesforce"),
    ]
    assert systems[0].streams[0].modified == "lastmodifieddate"
    assert systems[1].streams[0].key_fields == ("$id",)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("kind: hubspot", "kind: sugar", "kind: must be one of salesforce, hubspot, kintone"),
        ("https://api", "http://api", "base_url must be https"),
        ("https://api", "https://me:pw@api", "without user, password"),
        ("entity: leads", "entity: lead", r"streams\[1\].entity: must be one of"),
        ("lead_id: hs_object_id, ", "", "the key of leads is missing: lead_id"),
        ("constants: {channel: partner}", "", "leads needs channel"),
        ("{channel: partner}", "{channel: yes}", "write true, 1 in quotes"),
        ("{channel: partner}", "{channel: agency}", "agency is not one of"),
        ("{NEW: new}", "{NEW: fresh}", "fresh is not one of"),
        ("lead_status: hs_lead_status", "is_deleted: gone", "no column is_deleted to fill"),
        ("hs_lead_status}", "'a b'}", "a b is no name of a field"),
        ("words: {lead_status:", "words: {reject_reason:", "is not filled by fields"),
        ("    object: contacts", "    object: contacts\n    overlap: 5", "overlap: is not a key"),
        ("    object: contacts", "    object: contacts\n    object: deals", "stands twice"),
        ("kind: hubspot", "kind: hubspot\non_failure: ignore", "must be one of stop, skip"),
        ("kind: hubspot", "kind: hubspot\nlag_minutes: soon", "must be minutes"),
        ("kind: hubspot", "kind: [", "is no readable YAML"),
        ("streams:", "streams: []\nold:", "at least one"),
    ],
)
def test_mistake_is_refused_with_file_and_key(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    path = tmp_path / "hub.yml"
    path.write_text(GOOD)
    assert load_system(path).name == "hub"
    path.write_text(GOOD.replace(old, new, 1))
    with pytest.raises(CrmSetupError, match=f"hub.yml: .*{message}"):
        load_system(path)


def test_file_name_must_be_a_system_name(tmp_path: Path) -> None:
    (tmp_path / "My CRM.yml").write_text(GOOD)
    with pytest.raises(CrmSetupError, match="lower-case"):
        load_systems(tmp_path)


def test_mapping_that_changed_has_another_fingerprint(tmp_path: Path) -> None:
    path = tmp_path / "hub.yml"
    path.write_text(GOOD)
    before = load_system(path).streams[0].fingerprint
    path.write_text(GOOD.replace("NEW: new", "NEW: accepted"))
    assert load_system(path).streams[0].fingerprint != before


def test_secret_comes_from_the_environment_or_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("abc-123\n")
    by_file = {"TEIKEI_CRM_MY_HUB_TOKEN_FILE": str(tmp_path / "token")}
    assert load_secrets("my-hub", ("TOKEN",), by_file)["TOKEN"].reveal() == "abc-123"
    by_value = {"TEIKEI_CRM_MY_HUB_TOKEN": "abc"}
    assert load_secrets("my-hub", ("TOKEN",), by_value)["TOKEN"].reveal() == "abc"


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({}, "set TEIKEI_CRM_HUB_TOKEN, or TEIKEI_CRM_HUB_TOKEN_FILE"),
        ({"TEIKEI_CRM_HUB_TOKEN": "hush hush\r\nX: 1"}, "holds spaces or characters"),
        ({"TEIKEI_CRM_HUB_TOKEN_FILE": "/nowhere/at/all"}, "cannot be read"),
        ({"TEIKEI_CRM_HUB_TOKEN": "hush", "TEIKEI_CRM_HUB_TOKEN_FILE": "/x"}, "both set"),
    ],
)
def test_secret_that_cannot_be_used_is_named_and_not_shown(
    environment: dict[str, str], message: str
) -> None:
    with pytest.raises(CrmSetupError, match=message) as caught:
        load_secrets("hub", ("TOKEN",), environment)
    assert "hush" not in str(caught.value)


def test_secret_is_not_shown_by_repr_or_str() -> None:
    secret = Secret("s3cret-value")
    assert "s3cret" not in f"{secret} {secret!r} {[secret]} {vars(type(secret))}"
