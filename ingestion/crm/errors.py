"""What can go wrong with a CRM. Messages name systems, objects and fields, never a secret."""

from __future__ import annotations


class CrmError(Exception):
    """A system could not be read as agreed; `code` is its reason in `reasons.csv`."""

    code = "crm_refused"


class CrmSetupError(CrmError):
    """The configuration or the credentials cannot be used; the message says what to do."""

    code = "crm_setup"


class CrmUnreachableError(CrmError):
    """No usable answer after all attempts: connection, time-out, 5xx, cut or nonsense bodies."""

    code = "crm_unreachable"


class CrmLimitError(CrmError):
    """The day's quota is used up: trying again before tomorrow only costs more of it."""

    code = "crm_limit"


class CrmInconsistentError(CrmError):
    """Answers contradict each other (row counts, pages, ids): nothing of them is believed."""

    code = "crm_inconsistent"


class CrmMassDeletionError(CrmError):
    """So many records are gone that a lost permission is likelier than a deletion."""

    code = "crm_mass_deletion"


class BadReplyError(Exception):
    """A reply with status 200 that cannot be what was asked for; worth asking again."""
