"""CRM systems read through their own APIs: one small protocol (`source.py`), three vendors.

`pull.py` writes what is new as files for the ordinary door `crm/<system>`, `check.py` says what a
pull would read. Nothing here writes the lake.
"""
