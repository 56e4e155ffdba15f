"""A page where payment details are typed: three ways to pay, their fields, and what is wrong."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Label, Static

from billing.errors import InvalidInput
from billing.payments.model import PaymentInput, PaymentKind, PaymentSummary, SepaDebit
from tui.frame import Frame
from tui.i18n import _
from tui.messages import PaymentEntered
from tui.payment_form import FIELD_IDS, PaymentForm
from tui.payment_words import in_fours, transfer_words, ways_to_pay
from tui.screens.page import Page, Sentence
from tui.sentences import flaw_sentence
from tui.widgets.entry import Entry
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
            with Horizontal(classes="field"):
                yield Label("  " + _("IBAN"))
                yield Entry(self.form.iban, id="iban", max_length=60)
                yield Label(self._bank, id="bank", markup=False)
            with Horizontal(classes="field"):
                yield Label("  " + _("Account holder"))
                yield Entry(self.form.holder, id="holder", max_length=70)
                yield Label(_("with SEPA mandate"), classes="muted aside")
        with Vertical(id="invoice", classes="way"):
            yield Static(Content(self.invoice_words()), classes="muted words")
        with Vertical(id="card", classes="way"):
            with Horizontal(id="card-fields"):
                with Horizontal(classes="field", id="card-number"):
                    yield Label("  " + _("Card number"))
                    yield Entry(self.form.number, id="number", max_length=40)
                with Horizontal(classes="field", id="card-rest"):
                    yield Label(_("Expiry"), classes="short")
                    yield Entry(self.form.expiry, id="expiry", max_length=9, placeholder=_("MM/YY"))
                    yield Label(_("CVC"), classes="short")
                    yield Entry(self.form.cvc, id="cvc", max_length=6, password=True)
            yield Static(
                _("Test gateway: published test cards only, never a real one."),
                classes="muted words",
            )

    def on_mount(self) -> None:
        """Start with the way to pay."""
        super().on_mount()
        self._show_way()
        self.query_one(RadioRow).focus(scroll_visible=False)

    async def relabel(self) -> None:
        """Show the fields of the way chosen again in the other language."""
        await super().relabel()
        self._show_way()

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

    def refuse(self, error: InvalidInput, *, go_there: bool) -> None:
        """Say what is wrong with a field; with `go_there` put the cursor into it."""
        self._complaint = lambda: flaw_sentence(error)
        self._complained_of = FIELD_IDS.get(error.field, "none")
        self.say(self._complaint, "error")
        for field in self.query(f"#{self._complained_of}").results(Entry):
            field.add_class("-invalid")
            if go_there:
                field.focus()

    def _show_way(self) -> None:
        for way in PaymentKind:
            self.query_one(f"#{way.value}").display = way is self.form.kind

    @on(RadioRow.Changed)
    def _other_way(self, event: RadioRow.Changed) -> None:
        self.form.kind = PaymentKind(event.chosen)
        self._show_way()
        self.say(None)

    @on(Input.Changed)
    def _keep(self, event: Input.Changed) -> None:
        if self.form.keep(event.input.id or "", event.value):
            event.input.remove_class("-invalid")
            self._mended(event.input.id or "")
            self.kept(event.input.id or "")

    def _mended(self, field_id: str) -> None:
        """Take a complaint away that is about what stood in a field before."""
        if field_id == self._complained_of and self._sentence is self._complaint:
            self.say(None)

    @on(Input.Blurred, "#iban")
    def _iban_left(self) -> None:
        if self.form.iban.strip():
            self.post_message(PaymentEntered(SepaDebit(self.form.iban, self.form.holder)))

    @on(Input.Submitted)
    def _next_field(self) -> None:
        self.focus_next()
