"""The invented companies of the sample data and what they subscribe to, as of any day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from billing.accounts.model import AccountKind, VatIdState
from billing.catalogue.model import BillingCycle
from billing.rating.periods import add_months
from billing.subscriptions.model import SubscriptionState

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Holding:
    """A subscription; `end` is the boundary of its period, `assigned` the licences in use."""

    product: str
    tier: str
    seats: int
    assigned: int
    state: SubscriptionState
    cycle: BillingCycle | None
    anchor: date
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Company:
    """An account; `users` are (name, mail without its domain), `language` is its contacts'."""

    name: str
    country: str
    currency: str
    time_zone: str
    address: tuple[str, str, str]
    domain: str
    users: tuple[tuple[str, str], ...]
    holdings: Callable[[date], tuple[Holding, ...]] = lambda _today: ()
    language: str = "de"
    kind: AccountKind = AccountKind.ONLINE
    vat_id: str = ""
    vat_id_state: VatIdState = VatIdState.NONE
    expired_on: Callable[[date], date | None] = lambda _today: None


def _musters_holdings(today: date) -> tuple[Holding, ...]:
    meeting = add_months(today, -8) - timedelta(days=8)
    training = today - timedelta(days=16)
    connect = add_months(today + timedelta(days=10), -7)
    return (
        Holding(
            "goto-meeting",
            "business",
            seats=12,
            assigned=9,
            state=SubscriptionState.ACTIVE,
            cycle=BillingCycle.ANNUAL,
            anchor=meeting,
            start=meeting,
            end=add_months(meeting, 12),
        ),
        Holding(
            "goto-training",
            "pro",
            seats=2,
            assigned=2,
            state=SubscriptionState.TRIALING,
            cycle=None,
            anchor=training,
            start=training,
            end=training + timedelta(days=30),
        ),
        Holding(
            "goto-connect",
            "phone",
            seats=8,
            assigned=8,
            state=SubscriptionState.CANCELLING,
            cycle=BillingCycle.MONTHLY,
            anchor=connect,
            start=add_months(connect, 6),
            end=add_months(connect, 7),
        ),
    )


def _konzerns_holdings(today: date) -> tuple[Holding, ...]:
    meeting = add_months(today, -5)
    connect = add_months(today + timedelta(days=12), -3)
    return (
        Holding(
            "goto-meeting",
            "business",
            seats=150,
            assigned=4,
            state=SubscriptionState.ACTIVE,
            cycle=BillingCycle.ANNUAL,
            anchor=meeting,
            start=meeting,
            end=add_months(meeting, 12),
        ),
        Holding(
            "goto-connect",
            "phone",
            seats=90,
            assigned=4,
            state=SubscriptionState.ACTIVE,
            cycle=BillingCycle.MONTHLY,
            anchor=connect,
            start=add_months(connect, 2),
            end=add_months(connect, 3),
        ),
    )


def _alts_last_start(today: date) -> date:
    return add_months(today - timedelta(days=24), -1)


def _alts_end(today: date) -> date:
    return add_months(_alts_last_start(today), 1)


def _alts_holdings(today: date) -> tuple[Holding, ...]:
    return (
        Holding(
            "goto-meeting",
            "business",
            seats=3,
            assigned=2,
            state=SubscriptionState.EXPIRED,
            cycle=BillingCycle.MONTHLY,
            anchor=_alts_last_start(today),
            start=_alts_last_start(today),
            end=_alts_end(today),
        ),
    )


COMPANIES = (
    Company(
        "Muster GmbH",
        "DE",
        "EUR",
        "Europe/Berlin",
        ("Beispielallee 12", "10115", "Berlin"),
        "muster.example",
        (
            ("Anna Muster", "anna"),
            ("Max Berger", "max"),
            ("Jonas Keller", "jonas.keller"),
            ("Miriam Vogt", "miriam.vogt"),
            ("Özlem Aydın", "oezlem.aydin"),
            ("Paul Richter", "paul.richter"),
            ("Greta Lindner", "greta.lindner"),
            ("Emil Brandt", "emil.brandt"),
            ("Sofia Hartmann", "sofia.hartmann"),
            ("Tim Jäger", "tim.jaeger"),
            ("Nora Weiß", "nora.weiss"),
            ("Felix Sommer", "felix.sommer"),
            ("Ida Krüger", "ida.krueger"),
            ("Leon Fuchs", "leon.fuchs"),
        ),
        _musters_holdings,
        vat_id="DE136695976",
        vat_id_state=VatIdState.UNKNOWN,
    ),
    Company(
        "Huber & Co. KG",
        "AT",
        "EUR",
        "Europe/Vienna",
        ("Mustergasse 7/2", "1070", "Wien"),
        "huber.example",
        (
            ("Lena Huber", "lena"),
            ("Matthias Gruber", "matthias.gruber"),
            ("Katharina Steiner", "katharina.steiner"),
            ("Florian Wimmer", "florian.wimmer"),
        ),
        vat_id="ATU14243102",
        vat_id_state=VatIdState.CONFIRMED,
    ),
    Company(
        "Byron Analytics Inc.",
        "US",
        "USD",
        "America/New_York",
        ("40 Example Street", "MA 02110", "Boston"),
        "byron.example",
        (
            ("Ada Bennett", "ada"),
            ("Marcus Lee", "marcus.lee"),
            ("Priya Nair", "priya.nair"),
        ),
        language="en",
    ),
    Company(
        "Konzern AG",
        "DE",
        "EUR",
        "Europe/Berlin",
        ("Am Musterpark 1", "60311", "Frankfurt am Main"),
        "konzern.example",
        (
            ("Karla Konrad", "karla"),
            ("Rolf Seidel", "rolf.seidel"),
            ("Birgit Lang", "birgit.lang"),
            ("Amir Haddad", "amir.haddad"),
        ),
        _konzerns_holdings,
        kind=AccountKind.CORPORATE,
    ),
    Company(
        "Alt & Söhne",
        "DE",
        "EUR",
        "Europe/Berlin",
        ("Alter Beispielweg 3", "20457", "Hamburg"),
        "alt.example",
        (("Egon Alt", "egon"), ("Hinnerk Alt", "hinnerk")),
        _alts_holdings,
        expired_on=_alts_end,
    ),
)
