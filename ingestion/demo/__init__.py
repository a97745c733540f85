"""A demonstration company: eighteen months of files as a real one has them, and the truth apart.

Shares nothing with the doors, models or rules (import-linter forbids it). See docs/demo.md.
"""

from ingestion.demo.company import Delivery, deliver, write_company
from ingestion.demo.payments import pay_statements

__all__ = ["Delivery", "deliver", "pay_statements", "write_company"]
