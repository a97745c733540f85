"""Text tables read strictly: encoding and dialect are proved, records split, rows kept whole.

`reading.read_text` is the entry; `ingestion.files.read_table` stands over it and over `xlsx/`.
"""
