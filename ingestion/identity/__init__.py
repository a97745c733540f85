"""Who is the same customer.

`resolve` finds the entities of any table by equal keys, likeness and a model that learns from the
table itself; `explain` gives the reasons of a pair and `doubtful` the pairs for a person.
`resolve_customers` is the nightly pass over the lake, new against all; `explain_records` gives the
reasons of two of its records.
"""

from ingestion.identity.customers import (
    CUSTOMERS_SCHEMA,
    explain_records,
    resolve_customers,
    word_on,
)
from ingestion.identity.keys import KEYS
from ingestion.identity.resolving import THRESHOLD, doubtful, explain, resolve
from ingestion.identity.state import READ

__all__ = [
    "CUSTOMERS_SCHEMA",
    "KEYS",
    "READ",
    "THRESHOLD",
    "doubtful",
    "explain",
    "explain_records",
    "resolve",
    "resolve_customers",
    "word_on",
]
