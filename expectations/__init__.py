"""Frames in, outcomes out: rules are YAML, Great Expectations judges, and money is not touched."""
