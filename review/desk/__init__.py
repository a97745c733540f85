"""The desk: queue, flag, verdict."""
