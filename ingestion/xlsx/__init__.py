"""Reads .xlsx and .xlsm packages: pure functions from bytes to cells, and from cells to a table.

Runs only in the guarded child of `ingestion.xlsx.guard`: nothing here defends the process.
"""
