"""Pytest plugin of the mutant run: a failing example is enough, it is not shrunk, and nothing is kept between runs."""

from hypothesis import Phase, settings

settings.register_profile("mutants", phases=(Phase.explicit, Phase.generate), database=None)
settings.load_profile("mutants")
