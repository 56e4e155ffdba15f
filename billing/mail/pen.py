"""The pen: writes the blocks that letters are made of, in the language of their reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from babel import Locale

from billing.formats import format_date, format_money, format_number, format_percent
from billing.invoicing.model import Invoice, InvoiceLine
from billing.mail.letter import Block, Facts, Heading, Letter, Paragraph
from billing.mail.plain import plain
from billing.mail.words_de import GERMAN
from billing.mail.words_en import ENGLISH
from billing.payments.model import PaymentKind
from billing.rating.tax import TaxTreatment

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from billing.catalogue.model import BillingCycle
    from billing.invoicing.model import InvoiceTax
    from billing.mail.matter import Matter
    from billing.mail.words import Words
    from billing.ordering.orders import LineRecord, OrderRecord
    from billing.payments.model import PaymentSummary
    from billing.rating.money import Money
    from billing.rating.periods import BillingPeriod
    from billing.rating.quote import TaxLine

Rows = tuple[tuple[str, str], ...]


class Plan(Protocol):
    """What names a subscription: an order line, a line of an invoice, or the log."""

    @property
    def product(self) -> str:
        """The product's id."""
        ...

    @property
    def tier(self) -> str:
        """The tier's id."""
        ...

    @property
    def seats(self) -> int:
        """How many user licences."""
        ...

    @property
    def cycle(self) -> BillingCycle | None:
        """How often it is billed; None for a trial."""
        ...


class Pen:
    """Writes a letter's blocks; all names and texts of people go through `plain`."""

    def __init__(self, matter: Matter) -> None:
        self.words: Words = ENGLISH if matter.reader.language == "en" else GERMAN
        self._reader = matter.reader
        self._catalogue = matter.catalogue

    def letter(self, subject: str, opening: str, blocks: Iterable[Block]) -> Letter:
        """The greeting, the blocks, and the seller at the end."""
        hello = self.words.greeting.format(name=plain(self._reader.name))
        greeting = Paragraph(f"{hello}\n\n{opening}")
        return Letter(self.words.language, subject, (greeting, *blocks, *self._closing()))

    @property
    def sellers_mail(self) -> str:
        """Where a reader can write to."""
        return plain(self._catalogue.seller.mail)

    def day(self, value: date) -> str:
        """A date."""
        return format_date(value, self.words.language)

    def money(self, amount: Money) -> str:
        """An amount."""
        return format_money(amount, self.words.language)

    def number(self, value: int) -> str:
        """A whole number."""
        return format_number(value, self.words.language)

    def head(self, order: OrderRecord | None = None, invoice: Invoice | None = None) -> Facts:
        """Numbers that the reader needs when asking, and the account."""
        rows: list[tuple[str, str]] = []
        if order is not None:
            rows.append((self.words.order_number, plain(order.number)))
        if invoice is not None:
            rows.append((self.words.invoice_number, plain(invoice.number)))
        return Facts((*rows, (self.words.account, plain(self._reader.account_name))))

    def names(self, plan: Plan) -> tuple[str, str]:
        """Product and tier by name; by id where the catalogue has lost them since."""
        if isinstance(plan, InvoiceLine):
            return plain(plan.product_name), plain(plan.tier_name)
        product, tier = self._catalogue.names(plan.product, plan.tier)
        return plain(product), plain(tier)

    def seats(self, plan: Plan) -> str:
        """„5 Organisatoren“."""
        product, language = self._catalogue.find(plan.product), self.words.language
        one, many = self.words.other_noun
        noun = one if plan.seats == 1 else many
        if product is not None:
            noun = plain(product.seat_noun.for_number(plan.seats).in_language(language))
        return f"{self.number(plan.seats)} {noun}"

    def title(self, plan: Plan) -> str:
        """„GoTo Webinar · Pro · Jährlich“."""
        cycle = self.words.cycles[plan.cycle] if plan.cycle else ""
        return " · ".join(part for part in (*self.names(plan), cycle) if part)

    def bought(self, line: LineRecord | InvoiceLine) -> tuple[Block, ...]:
        """A line that is paid for: what, how long, how many, at which price."""
        words = self.words
        price = words.plan_price_value.format(
            seats=self.number(line.seats),
            price=self.money(line.unit_price),
            amount=self.money(line.amount),
        )
        period = words.period_value.format(
            first=self.day(line.period.start), last=self.day(line.period.last_day)
        )
        rows = (
            (words.period, period),
            (words.seats, self.seats(line)),
            (words.plan_price, price),
            (words.next_invoice, self.day(line.period.end)),
        )
        return Paragraph(self.title(line)), Facts(rows)

    def trial_end(self, trial: BillingPeriod) -> Rows:
        """The first day without access, as the screens say it, and the last one with it."""
        words = self.words
        return (words.trial_ends, self.day(trial.end)), (words.last_day, self.day(trial.last_day))

    def billed(self, bill: OrderRecord | Invoice) -> tuple[Block, ...]:
        """The sums, the words that the tax treatment wants, and the payment."""
        words = self.words
        blocks = [Heading(words.sum_heading), self._sums(bill), *self._tax_notes(bill)]
        payment = self.payment(bill)
        if payment:
            blocks += [Heading(words.payment_heading), Facts(payment)]
        return tuple(blocks)

    def payment(self, bill: OrderRecord | Invoice) -> Rows:
        """How it is paid, and until when if the buyer pays on invoice."""
        if bill.payment is None:
            return ()
        rows = [(self.words.payment, self._payment(bill.payment))]
        on_invoice = bill.payment.kind is PaymentKind.INVOICE
        if isinstance(bill, Invoice) and on_invoice and bill.total.minor:
            rows.append((self.words.due_on, self.day(bill.due_on)))
        return tuple(rows)

    def _payment(self, payment: PaymentSummary) -> str:
        kind = self.words.payment_kinds[payment.kind]
        parts = (kind, plain(payment.label), plain(payment.bank))
        return ", ".join(part for part in parts if part)

    def _sums(self, bill: OrderRecord | Invoice) -> Facts:
        words = self.words
        rows = [(words.net, self.money(bill.net))]
        rows += [(self._tax_label(bill, tax), self.money(tax.tax)) for tax in bill.taxes]
        if bill.credit.minor:
            rows.append((words.credit, self.money(-bill.credit)))
        rows.append((words.total, self.money(bill.total)))
        return Facts(tuple(rows), amounts=True)

    def _tax_notes(self, bill: OrderRecord | Invoice) -> tuple[Block, ...]:
        words = self.words
        blocks: list[Block] = []
        note = words.tax_notes.get(bill.treatment)
        if note:
            blocks.append(Paragraph(note))
        vat_id = plain(bill.vat_id)
        if vat_id:
            seller = bill.seller if isinstance(bill, Invoice) else self._catalogue.seller
            sellers = (words.sellers_vat_id, plain(seller.vat_id))
            blocks.append(Facts(((words.buyers_vat_id, vat_id), sellers)))
        if bill.treatment is TaxTreatment.UNDECIDED:
            blocks.append(Paragraph(words.invoice_waits.format(vat_id=vat_id)))
        return tuple(blocks)

    def _tax_label(self, bill: OrderRecord | Invoice, tax: TaxLine | InvoiceTax) -> str:
        language, code = self.words.language, bill.tax_country
        return self.words.tax[bill.treatment].format(
            code=code,
            country=Locale.parse(language).territories.get(code, code),
            rate=format_percent(tax.rate, language),
        )

    def _closing(self) -> tuple[Block, ...]:
        seller = self._catalogue.seller
        lines = (
            seller.name,
            seller.street,
            f"{seller.postcode} {seller.city}",
            seller.register,
            seller.vat_id,
            seller.mail,
        )
        address = "\n".join(plain(line) for line in lines if line)
        blocks: list[Block] = []
        if self._catalogue.sample:
            blocks.append(Paragraph(self.words.sample_prices))
        return (*blocks, Paragraph(f"{self.words.closing}\n{address}"))
