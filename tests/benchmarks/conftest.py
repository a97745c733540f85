"""Fixtures of the dbt tests that measure the same project."""

from tests.dbt_project.conftest import dbt, fill_lake, recipe

__all__ = ["dbt", "fill_lake", "recipe"]
