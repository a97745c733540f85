"""One module a stretch of the night, in the order of docs/data-flow.md."""
