"""How all tests run."""

from hypothesis import settings

# How long one example takes says how busy the machine is; what must be fast is measured on purpose.
# The same examples in every run: a change is judged by what it changes. New ones are sought with
# `pytest --hypothesis-profile=hunt`, and what they find becomes an @example.
settings.register_profile("teikei", deadline=None, derandomize=True)
settings.register_profile("hunt", deadline=None)
settings.load_profile("teikei")
