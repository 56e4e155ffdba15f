"""The sample sign-ins of the demo, as its login shows them. Pure: no Textual."""

from __future__ import annotations

from dataclasses import dataclass

from billing.sample_people import SAMPLE_SIGN_INS
from tui.i18n import N_


@dataclass(frozen=True, slots=True)
class SampleSignIn:
    """A sign-in of the sample data, for the demo's list."""

    mail: str
    account: str
    remark: str


_REMARKS = (
    N_("three subscriptions"),
    N_("reverse charge"),
    N_("US dollars"),
    N_("not the billing contact"),
    N_("corporate account"),
    N_("expired account"),
)

SAMPLES = tuple(
    SampleSignIn(person.mail, person.account, remark)
    for person, remark in zip(SAMPLE_SIGN_INS, _REMARKS, strict=True)
)
