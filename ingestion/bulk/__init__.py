"""Bulk CRM files: the same results as the ordinary way, a piece at a time, in steady memory."""
