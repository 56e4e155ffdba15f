"""The one door to the service: every method is one unit of work and answers with frozen values.

Methods block and may be called from any thread; what they refuse is in billing.errors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.accounts import keys, new_passwords, opening, terminal_sessions
from billing.accounts.model import EntryKind
from billing.accounts.sign_in import SignIn
from billing.accounts.vat_checks import recheck
from billing.accounts.vat_ids import normalise_vat_id
from billing.audit import Actor
from billing.context import Context
from billing.invoicing.read import list_invoices
from billing.mail.delivery import deliver_mail, send_again
from billing.ordering import (
    answers,
    bank_page,
    carts,
    changing,
    checkouts,
    drafts,
    home,
    owing,
    paying,
    placing,
    pricing,
    transfers,
    trials,
)
from billing.ordering.payment_details import check_details
from billing.payments.check import payment_flaws, summary
from billing.subscriptions import cancelling, licences, tick_drafts
from billing.subscriptions.shelf import read_shelf

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from billing.accounts.model import KeyHolder, RegisteredKey, Session, SessionRecord
    from billing.accounts.opening import NewAccount
    from billing.accounts.passwords import Passwords
    from billing.accounts.vat_authority import VatAuthority
    from billing.catalogue.model import Catalogue
    from billing.clock import Clock
    from billing.errors import InvalidInput
    from billing.ids import IdFactory
    from billing.invoicing.model import Invoice
    from billing.mail.transport import MailTransport
    from billing.ordering.model import (
        Availability,
        Cart,
        Change,
        ChangeRequest,
        Checkout,
        Confirmation,
        Draft,
        DueInvoice,
        Home,
        MailState,
        OrderRequest,
        Selection,
        StoredDraft,
    )
    from billing.ordering.transfers import Transfer
    from billing.payments.gateway import GatewayAnswer, PaymentGateway
    from billing.payments.model import PaymentInput, PaymentSummary
    from billing.rating.change import ChangeQuote
    from billing.rating.quote import Quote
    from billing.rating.tax import BuyerTax
    from billing.storage.database import Database
    from billing.subscriptions.model import Subscription, TickChange, User
    from billing.worker.report import WorkerReport


class BillingService:
    """Everything that a screen or a command can ask for."""

    def __init__(
        self,
        *,
        catalogue: Catalogue,
        database: Database,
        clock: Clock,
        ids: IdFactory,
        gateway: PaymentGateway,
        post: MailTransport,
        passwords: Passwords,
        authority: VatAuthority | None = None,
    ) -> None:
        self.catalogue = catalogue
        self._context = Context(catalogue, database, clock, ids, gateway, post, authority)
        self._passwords = passwords
        self._desk = SignIn(database, clock, passwords, catalogue.seller.corporate_portal)

    def sign_in(self, mail: str, password: str) -> Session:
        """Raises SignInRefused or SignInBlocked."""
        return self._desk.sign_in(mail, password)

    def sign_in_as(self, mail: str) -> Session:
        """A session without a password, for trusted launchers; raises SignInRefused."""
        return self._desk.sign_in_as(mail)

    def contact_of_key(self, fingerprint: str) -> KeyHolder | None:
        """Whom a public key belongs to, by its SHA-256 fingerprint; nothing is proven by that."""
        return keys.contact_of_key(self._context, fingerprint)

    def key_used(self, holder: KeyHolder) -> None:
        """Remember that a contact came in by a key that was proven."""
        keys.key_used(self._context, holder)

    def add_key(self, mail: str, line: str) -> RegisteredKey:
        """Register a public key for a contact; raises InvalidInput or Refused."""
        return keys.add_key(self._context, mail, line)

    def list_keys(self, mail: str) -> tuple[RegisteredKey, ...]:
        """The public keys of a contact, oldest first; raises Refused."""
        return keys.list_keys(self._context, mail)

    def remove_key(self, mail: str, fingerprint: str) -> RegisteredKey:
        """Forget a public key of a contact; raises Refused."""
        return keys.remove_key(self._context, mail, fingerprint)

    def open_account(self, new: NewAccount) -> None:
        """Open an account with its contacts and users; raises Refused MAIL_TAKEN."""
        opening.open_account(self._context, new)

    def set_password(self, mail: str, password: str) -> None:
        """Give the contact of a mail a new password; raises InvalidInput or Refused."""
        new_passwords.set_password(self._context, self._passwords, mail, password)

    def invoices_of(self, mail: str) -> tuple[Invoice, ...]:
        """The invoices of a contact's account, newest first, for operators; raises Refused."""
        return transfers.invoices_of(self._context, mail)

    def record_transfer(self, mail: str, number: str) -> Transfer:
        """Remember that an invoice was paid by bank transfer; raises Refused."""
        return transfers.record_transfer(self._context, mail, number)

    def record_session(self, record: SessionRecord) -> None:
        """Keep that a contact was here, and how it ended."""
        terminal_sessions.record_session(self._context, record)

    def today(self, session: Session) -> date:
        """The local date of the account; needs no database."""
        return self._context.today(session.account)

    def home(self, session: Session) -> Home:
        """All that the start page shows."""
        return home.read_home(self._context, session)

    def availability(self, session: Session) -> tuple[Availability, ...]:
        """What the account may buy and try, one per product in catalogue order."""
        account = session.account
        today = self.today(session)
        return self._context.database.read(
            lambda connection: read_shelf(
                connection, self.catalogue, account.account_id, account.currency, today
            )
        ).availabilities()

    def preview(
        self, session: Session, selections: tuple[Selection, ...], *, vat_id: str = ""
    ) -> Quote:
        """What selections would cost from today, without the database; "" is the account's id.

        Raises Refused for an unknown product, tier or price, and InvalidInput for the VAT id.
        """
        buyer = pricing.buyer_tax(session.account, vat_id or None)
        return pricing.price_selections(
            self.catalogue, session.account, self.today(session), selections, buyer
        )

    def buyer_tax(self, session: Session, vat_id: str | None = None) -> BuyerTax:
        """What decides the tax of an order placed now; a VAT id of None is the account's.

        Raises InvalidInput.
        """
        return self._context.database.read(
            lambda connection: pricing.checked_buyer_tax(
                connection, self._context, session.account, vat_id
            )
        )

    def trial_ends_on(self, session: Session, product_id: str) -> date:
        """The first day without access of a trial that starts today; raises Refused."""
        return trials.trial_ends_on(self.catalogue, product_id, self.today(session))

    def new_draft(self, session: Session) -> Draft:  # noqa: ARG002 - every draft is somebody's
        """An empty draft with ids of its own, not stored yet."""
        return drafts.new_draft(self._context)

    def save_draft(self, session: Session, stored: StoredDraft) -> None:
        """Store where a flow stands; raises NotAllowed."""
        drafts.save_draft(self._context, session, stored)

    def drop_draft(self, session: Session, draft_id: str) -> None:
        """Forget a flow; one that is gone already is no error."""
        drafts.drop_draft(self._context, session, draft_id)

    def cart(self, session: Session) -> Cart:
        """The account's cart."""
        return self._context.database.read(
            lambda connection: carts.read_cart(connection, session.account.account_id)
        )

    def put_line(
        self,
        session: Session,
        cart_version: int,
        selection: Selection,
        line_id: str | None = None,
    ) -> Cart:
        """Add a line or replace the one named; raises NotAllowed, CartChanged or Refused."""
        return carts.put_line(self._context, session, cart_version, selection, line_id)

    def remove_line(self, session: Session, cart_version: int, line_id: str) -> Cart:
        """Take a line out; raises NotAllowed, CartChanged or Refused."""
        return carts.remove_line(self._context, session, cart_version, line_id)

    def open_checkout(self, session: Session, vat_id: str | None = None) -> Checkout:
        """All that the Kasse shows; a VAT id of None is the account's, "" is none.

        Raises NotAllowed, Refused or InvalidInput.
        """
        return checkouts.open_checkout(self._context, session, vat_id)

    def place_order(self, session: Session, request: OrderRequest) -> Confirmation:
        """Place an order exactly once; see `billing.ordering.placing` for what it raises."""
        return placing.place_order(self._context, session, request)

    @property
    def plays_bank(self) -> bool:
        """Whether `confirm_at_bank` works: the bank is the test gateway's."""
        return bank_page.plays_bank(self._context.gateway)

    def confirm_at_bank(self, session: Session, order_number: str, accepted: bool) -> None:
        """Answer on the test bank's page; raises NotAllowed, Refused or PaymentUnknown."""
        bank_page.confirm_at_bank(self._context, session, order_number, accepted=accepted)

    def gateway_answered(self, account_id: str, key: str, answer: GatewayAnswer) -> None:
        """Take what the gateway says by itself of an attempt, by its key; raises Refused."""
        answers.gateway_answered(self._context, account_id, key, answer)

    def preview_change(self, session: Session, subscription_id: str, change: Change) -> ChangeQuote:
        """What a change of a running subscription would cost; raises NotAllowed or Refused."""
        return changing.preview_change(self._context, session, subscription_id, change)

    def change_subscription(self, session: Session, request: ChangeRequest) -> Confirmation:
        """Change a subscription exactly once; raises as `billing.ordering.changing` says."""
        return changing.change_subscription(self._context, session, request)

    def cancel(
        self, session: Session, subscription_id: str, actor: Actor = Actor.CONTACT
    ) -> Subscription:
        """End a subscription with its period; raises NotAllowed or Refused."""
        return cancelling.cancel(self._context, session, subscription_id, actor)

    def undo_cancellation(
        self, session: Session, subscription_id: str, actor: Actor = Actor.CONTACT
    ) -> Subscription:
        """Let a cancelled subscription go on; raises NotAllowed or Refused."""
        return cancelling.undo_cancellation(self._context, session, subscription_id, actor)

    def start_trial(self, session: Session, draft: Draft) -> Confirmation:
        """Start a trial, once per draft; raises NotAllowed, Refused or OrderConflict."""
        return trials.start_trial(self._context, session, draft)

    @property
    def checks_vat_ids(self) -> bool:
        """Whether there is an authority to ask about VAT ids."""
        return self._context.authority is not None

    def check_vat_id(self, session: Session, text: str) -> str:
        """The stored form of a typed VAT id; raises InvalidInput.

        One that decides the tax and has no fresh answer is asked of the authority, for seconds at
        most; what came of it is in the next checkout.
        """
        vat_id = normalise_vat_id(text, session.account.country)
        if session.entry.kind is EntryKind.OPEN:
            recheck(self._context, session.account.account_id, vat_id, session.contact_id)
        return vat_id

    def check_payment(self, session: Session, payment: PaymentInput) -> PaymentSummary:
        """Payment details as they may be shown, checked without asking anybody.

        Raises InvalidInput, or Refused for a way that there is not in the account's currency.
        """
        return summary(check_details(self._context, session, payment))

    def payment_flaws(self, session: Session, payment: PaymentInput) -> tuple[InvalidInput, ...]:
        """What is wrong with each field of payment details, in the order of the fields."""
        return payment_flaws(payment, self.today(session))

    def users(self, session: Session) -> tuple[User, ...]:
        """The account's users with the subscriptions assigned to each."""
        return licences.read_users(self._context, session)

    def assign(
        self, session: Session, user_id: str, subscription_ids: frozenset[str]
    ) -> tuple[User, ...]:
        """Give a user exactly these subscriptions; raises NotAllowed or Refused."""
        return licences.assign(self._context, session, user_id, subscription_ids)

    def keep_ticks(self, session: Session, changes: Sequence[TickChange]) -> None:
        """Keep what was ticked and not saved for the contact's next session; raises NotAllowed."""
        tick_drafts.keep_ticks(self._context, session, changes)

    def take_ticks(self, session: Session) -> tuple[TickChange, ...]:
        """What an earlier session of the contact ticked and did not save, told once."""
        return tick_drafts.take_ticks(self._context, session)

    def invoices(self, session: Session) -> tuple[Invoice, ...]:
        """The account's invoices and corrections, newest first; raises NotAllowed."""
        return list_invoices(self._context, session)

    def due_invoice(self, session: Session, invoice_id: str) -> DueInvoice:
        """An invoice whose payment failed, with the key to pay it; raises NotAllowed or Refused."""
        return owing.due_invoice(self._context, session, invoice_id)

    def pay_open_invoice(
        self, session: Session, invoice_id: str, key: str, payment: PaymentInput
    ) -> Invoice:
        """Pay an invoice whose payment failed; raises as `billing.ordering.paying` says."""
        return paying.pay_open_invoice(self._context, session, invoice_id, key, payment)

    def deliver_mail(self, session: Session, order_id: str = "") -> MailState:
        """Send what waits for this account now; the state of its newest mail, or of an order's."""
        return deliver_mail(self._context, session.account.account_id, order_id)

    def resend_mail(self, session: Session, order_id: str = "") -> MailState:
        """Send the account's mails that had failed for good; answers as `deliver_mail`.

        Raises NotAllowed.
        """
        return send_again(self._context, session, order_id)

    def run_worker(self, *, stopping: Callable[[], bool] = lambda: False) -> WorkerReport:
        """Do what is due in all accounts until `stopping`; raises DatabaseUnavailable."""
        from billing.worker.run import run_due  # noqa: PLC0415 - no screen waits for its import

        return run_due(self._context, stopping=stopping)

    def close(self) -> None:
        """Close the database; nothing can be asked afterwards."""
        self._context.database.close()
