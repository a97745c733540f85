"""How all tests run."""

from hypothesis import settings

# How long one example takes says how busy the machine is; what must be fast is measured on purpose.
settings.register_profile("teikei", deadline=None)
settings.load_profile("teikei")
