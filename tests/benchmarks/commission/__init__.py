"""A million contracts under tiers, months and overrides, priced by our models and by lean SQL."""
