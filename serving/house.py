"""What every connection and session of the front shares."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from billing.ssh_settings import SshSettings
    from serving.launching import Launching
    from serving.limits import Occupancy
    from serving.metrics import Metrics
    from serving.registry import Registry
    from serving.session import Session
    from serving.waits import Waits


@dataclass
class House:
    """The limits, who is here, and who can be asked; `closing` once nobody new is let in."""

    settings: SshSettings
    launching: Launching
    registry: Registry
    occupancy: Occupancy
    waits: Waits
    metrics: Metrics
    sessions: set[Session] = field(default_factory=set)
    closing: bool = False
