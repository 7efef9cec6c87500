"""Property tests of surveys say nothing of how fast the machine is."""

from hypothesis import settings

settings.register_profile("survey", deadline=None)
settings.load_profile("survey")
