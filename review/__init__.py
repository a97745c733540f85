"""The reviewers' desk: flags from the published files in, decisions by people out."""
