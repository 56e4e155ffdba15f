"""Who can sign in to the sample data; light enough for a login screen to show at once."""

from __future__ import annotations

from dataclasses import dataclass

from billing.accounts.roles import Role

SAMPLE_PASSWORD = "demo"  # noqa: S105 - shown on the demo's login screen


@dataclass(frozen=True, slots=True)
class SampleSignIn:
    """A sign-in of the sample data; its password is SAMPLE_PASSWORD."""

    mail: str
    name: str
    account: str
    role: Role


SAMPLE_SIGN_INS = (
    SampleSignIn("anna@muster.example", "Anna Muster", "Muster GmbH", Role.BILLING_CONTACT),
    SampleSignIn("lena@huber.example", "Lena Huber", "Huber & Co. KG", Role.BILLING_CONTACT),
    SampleSignIn("ada@byron.example", "Ada Bennett", "Byron Analytics Inc.", Role.BILLING_CONTACT),
    SampleSignIn("max@muster.example", "Max Berger", "Muster GmbH", Role.ADMIN),
    SampleSignIn("karla@konzern.example", "Karla Konrad", "Konzern AG", Role.BILLING_CONTACT),
    SampleSignIn("egon@alt.example", "Egon Alt", "Alt & Söhne", Role.BILLING_CONTACT),
)
