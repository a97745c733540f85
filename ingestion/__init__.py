"""Inbox and CRM exports become immutable batches in `lake/raw`; the room of file formats."""
