"""A page where payment details are typed: three ways to pay, their fields, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterable

from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Label, Static

from billing.errors import InvalidInput
from billing.payments.model import PaymentInput, PaymentKind, PaymentSummary, SepaDebit
from tui.fault_words import fault_words
from tui.frame import Frame
from tui.i18n import _
from tui.messages import PaymentEntered
from tui.payment_form import FIELD_IDS, PaymentForm
from tui.payment_words import in_fours, transfer_words, ways_to_pay
from tui.screens.page import Page, Sentence
from tui.sentences import flaw_sentence
from tui.widgets.entry import Entry
from tui.widgets.fault import Fault, with_fault
from tui.widgets.radio_row import RadioRow


class PaymentPage(Page):
    """Subclasses put `payment_part` into their body and send what `payment` answers."""

    # The way to pay is focused without scrolling what is paid for out of a low window.
    AUTO_FOCUS = ""

    def __init__(
        self,
        frame: Frame,
        form: PaymentForm,
        currency: str,
        *,
        notice: Sentence | None = None,
        tone: str = "",
    ) -> None:
        super().__init__(frame, notice=notice, tone=tone)
        self.form, self._currency = form, currency
        self._bank = ""
        self._faults: dict[str, InvalidInput] = {}
        self._complaint: Sentence | None = None
        self._complained_of = ""

    def payment_part(self) -> ComposeResult:
        """The ways to pay, and the fields of each."""
        with Horizontal(classes="field", id="payment"):
            yield Label(_("Payment details"))
            ways = [(kind.value, name) for kind, name in ways_to_pay(self._currency).items()]
            yield RadioRow(ways, self.form.kind.value, id="kind")
        yield from self._payment_fields()

    def invoice_words(self) -> str:
        """When a bank transfer is expected."""
        return transfer_words()

    def _payment_fields(self) -> ComposeResult:
        with Vertical(id="sepa", classes="way"):
            with Container(classes="typed"):
                yield from with_fault("  " + _("IBAN"), self._entry("iban", 60))
                yield Label(self._bank, id="bank", markup=False)
            with Container(classes="typed"):
                yield from with_fault("  " + _("Account holder"), self._entry("holder", 70))
                yield Label(_("with SEPA mandate"), classes="muted aside")
        with Vertical(id="invoice", classes="way"):
            yield Static(Content(self.invoice_words()), id="invoice-note", classes="muted")
        with Vertical(id="card", classes="way"):
            yield from self._card_fields()
            yield Static(
                Content(_("Test gateway: published test cards only, never a real one.")),
                id="card-note",
                classes="muted",
            )

    def _card_fields(self) -> ComposeResult:
        number, expiry = self._entry("number", 40), self._entry("expiry", 9)
        expiry.placeholder = _("MM/YY")
        with Container(id="card-fields"):
            with Container(classes="typed"):
                yield from with_fault("  " + _("Card number"), number)
            with Container(classes="typed short"):
                yield from with_fault(_("Expiry"), expiry)
            with Container(classes="typed short"):
                cvc = Entry(self.form.cvc, id="cvc", max_length=6, password=True)
                yield from with_fault(_("CVC"), cvc)

    def _entry(self, field_id: str, longest: int) -> Entry:
        return Entry(self.form.text(field_id), id=field_id, max_length=longest)

    def on_mount(self) -> None:
        """Start with the way to pay."""
        super().on_mount()
        self._show_way()
        self.query_one(RadioRow).focus(scroll_visible=False)

    async def relabel(self) -> None:
        """Show the fields of the way chosen again in the other language."""
        await super().relabel()
        self._show_way()
        self._show_faults()

    def payment(self) -> PaymentInput:
        """The payment details as typed, right or wrong."""
        return self.form.payment()

    def kept(self, field_id: str) -> None:
        """Something else stands in a field now."""
        if field_id == "iban":
            self.show_bank("")

    def show_bank(self, bank: str) -> None:
        """Show which bank an IBAN belongs to."""
        self._bank = bank
        self.query_one("#bank", Label).update(Content(bank))

    def show_payment(self, summary: PaymentSummary) -> None:
        """A way to pay was checked and is right so far; an IBAN is shown in groups of four."""
        if summary.kind is not PaymentKind.SEPA:
            return
        self.form.iban = in_fours(self.form.iban)
        with self.prevent(Input.Changed):
            self.query_one("#iban", Entry).value = self.form.iban
        self.show_bank(summary.bank)

    def complain(self, error: InvalidInput) -> None:
        """Mark a field that was left wrong, and say how to mend it."""
        self._faults[FIELD_IDS[error.field]] = error
        self._show_faults()
        self._say_about(error)

    def refuse(self, flaws: Iterable[InvalidInput]) -> None:
        """Mark each field that is wrong and go to the first; without any, take the marks away."""
        self._faults = {FIELD_IDS[error.field]: error for error in flaws}
        self._show_faults()
        if self._faults:
            self.say_what_is_wrong()
            self.query_one(f"#{next(iter(self._faults))}", Entry).focus()

    @property
    def faults(self) -> frozenset[str]:
        """The fields that are marked as wrong."""
        return frozenset(self._faults)

    def say_what_is_wrong(self) -> None:
        """Say how to mend the first field that is wrong, or nothing when none is."""
        self._say_about(next(iter(self._faults.values()), None))

    def _say_about(self, error: InvalidInput | None) -> None:
        self._complaint = (lambda: flaw_sentence(error)) if error else None
        self._complained_of = FIELD_IDS[error.field] if error else ""
        self.say(self._complaint, "error")

    def _show_faults(self) -> None:
        for fault in self.query(Fault):
            error = self._faults.get(fault.entry)
            fault.say(fault_words(error) if error else "")
            self.query_one(f"#{fault.entry}").set_class(error is not None, "-invalid")
        for around in self.query(".typed, #card"):
            around.set_class(bool(around.query(".-invalid")), "-faulty")

    def _show_way(self) -> None:
        for way in PaymentKind:
            self.query_one(f"#{way.value}").display = way is self.form.kind

    @on(RadioRow.Changed)
    def _other_way(self, event: RadioRow.Changed) -> None:
        self.form.kind = PaymentKind(event.chosen)
        # What is wrong with the fields of one way is of no matter to another.
        self._faults = {key: self._faults[key] for key in self._faults if key == "vat-id"}
        self._show_faults()
        self._show_way()
        self.say_what_is_wrong()

    @on(Input.Changed)
    def _keep(self, event: Input.Changed) -> None:
        if self.form.keep(event.input.id or "", event.value):
            self._mended(event.input.id or "")
            self.kept(event.input.id or "")

    def _mended(self, field_id: str) -> None:
        """Take away what was said about what stood in a field before."""
        if self._faults.pop(field_id, None) is None:
            return
        self._show_faults()
        if field_id == self._complained_of and self._sentence is self._complaint:
            self.say_what_is_wrong()

    @on(Input.Blurred, "#iban")
    def _iban_left(self) -> None:
        if self.form.iban.strip():
            self.post_message(PaymentEntered(SepaDebit(self.form.iban, self.form.holder)))

    @on(Input.Submitted)
    def _next_field(self) -> None:
        self.focus_next()
