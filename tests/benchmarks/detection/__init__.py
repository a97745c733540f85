"""Simulated companies, judged as a night judges, beside the truth that no rule reads."""
