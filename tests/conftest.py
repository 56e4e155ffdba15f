"""What all tests share: the profiles of Hypothesis, and a PostgreSQL server for those that take it.

The profiles are `repeatable`, which tries the same examples in every run, and `soak` for a round of
`make soak`, which looks for new ones.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.effort import SOAK
from tests.postgresql import NoServer, running_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.postgresql import Server

# A program with its screens is tens of thousands of objects; to look through all of them as often
# as Python does by itself costs a sixth of the whole run.
gc.set_threshold(10_000, 20, 20)

settings.register_profile("repeatable", derandomize=True, database=None, deadline=None)
settings.load_profile("repeatable")
settings.register_profile(
    SOAK,
    derandomize=False,
    max_examples=1000,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server, started when the first test needs it."""
    try:
        with running_server() as running:
            yield running
    except NoServer as reason:
        pytest.skip(str(reason))
