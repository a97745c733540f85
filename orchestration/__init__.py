"""Assets, jobs and the `teikei` command: the only room that knows Dagster and dbt's runner."""
