"""The profiles of Hypothesis: its usual one, and `soak` for a round of `make soak`."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from tests.effort import SOAK

settings.register_profile(
    SOAK,
    max_examples=1000,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
