"""What the fork server imports before it forks, so that no process has to."""

from __future__ import annotations

import billing.worker.run
import tests.processes.crew
import tests.processes.jobs
from billing.payments.testnumbers import published_cards
from tests.processes.premises import sample

__all__ = ["billing", "tests"]

sample()
published_cards()
