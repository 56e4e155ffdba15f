"""The letters: what is said of an order, rendered when it is sent, in its reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from babel import Locale

from billing.errors import Refused
from billing.formats import format_date, format_money, format_number, format_percent
from billing.mail.letter import Block, Facts, Heading, Letter, Paragraph
from billing.mail.plain import plain
from billing.mail.words_de import GERMAN
from billing.mail.words_en import ENGLISH

if TYPE_CHECKING:
    from datetime import date

    from billing.catalogue.model import Catalogue, Product
    from billing.mail.words import Words
    from billing.ordering.orders import LineRecord, OrderRecord
    from billing.rating.money import Money
    from billing.rating.quote import TaxLine


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a mail is for. `language` is "de" or "en"; names and mail are as stored."""

    name: str
    mail: str
    language: str
    account_name: str


def confirmation_letter(record: OrderRecord, reader: Reader, catalogue: Catalogue) -> Letter:
    """The confirmation of a purchase, with every line, the taxes, the payment and what is next."""
    pen = _Pen(reader, catalogue)
    words = pen.words
    opening = words.confirmation_opening.format(day=pen.day(record.placed_on))
    blocks: list[Block] = [pen.greeting(opening), pen.head(record), Heading(words.order_heading)]
    for line in record.lines:
        blocks += pen.bought(line)
    blocks += [Heading(words.sum_heading), pen.sums(record)]
    blocks += pen.tax_notes(record)
    blocks += [Heading(words.payment_heading), pen.payment(record), Paragraph(words.next_steps)]
    subject = words.confirmation_subject.format(number=record.number)
    return Letter(words.language, subject, (*blocks, *pen.closing()))


def welcome_letter(record: OrderRecord, reader: Reader, catalogue: Catalogue) -> Letter:
    """The welcome to a trial: what it is, how long it lasts, and that nothing is charged."""
    pen = _Pen(reader, catalogue)
    words, line = pen.words, record.lines[0]
    product, _ = pen.names(line)
    opening = words.welcome_opening.format(product=product, day=pen.day(record.placed_on))
    blocks: tuple[Block, ...] = (
        pen.greeting(opening),
        pen.head(record),
        *pen.tried(line),
        Paragraph(words.trial_end.format(product=product)),
        Paragraph(words.next_steps_trial),
    )
    subject = words.welcome_subject.format(product=product)
    return Letter(words.language, subject, (*blocks, *pen.closing()))


class _Pen:
    """Writes the blocks of a letter in its reader's language."""

    def __init__(self, reader: Reader, catalogue: Catalogue) -> None:
        self.words: Words = ENGLISH if reader.language == "en" else GERMAN
        self._reader = reader
        self._catalogue = catalogue

    def day(self, value: date) -> str:
        return format_date(value, self.words.language)

    def money(self, amount: Money) -> str:
        return format_money(amount, self.words.language)

    def greeting(self, opening: str) -> Paragraph:
        hello = self.words.greeting.format(name=plain(self._reader.name))
        return Paragraph(f"{hello}\n\n{opening}")

    def head(self, record: OrderRecord) -> Facts:
        return Facts(
            (
                (self.words.order_number, record.number),
                (self.words.account, plain(self._reader.account_name)),
            )
        )

    def names(self, line: LineRecord) -> tuple[str, str]:
        """Product and tier by name; by id where the catalogue has lost them since."""
        product = self._product(line)
        tiers = {tier.id: tier.name for tier in product.tiers} if product else {}
        name = product.name if product else line.product
        return plain(name), plain(tiers.get(line.tier, line.tier))

    def bought(self, line: LineRecord) -> tuple[Block, ...]:
        words = self.words
        product, tier = self.names(line)
        cycle = words.cycles[line.cycle] if line.cycle else ""
        title = words.line_heading.format(product=product, tier=tier, cycle=cycle)
        price = words.plan_price_value.format(
            seats=format_number(line.seats, words.language),
            price=self.money(line.unit_price),
            amount=self.money(line.amount),
        )
        period = words.period_value.format(
            first=self.day(line.period.start), last=self.day(line.period.last_day)
        )
        rows = (
            (words.period, period),
            (words.seats, self._seats(line)),
            (words.plan_price, price),
            (words.next_invoice, self.day(line.period.end)),
        )
        return Paragraph(title), Facts(rows)

    def tried(self, line: LineRecord) -> tuple[Block, ...]:
        words = self.words
        one, many = words.trial_days
        days = line.period.days
        length = (one if days == 1 else many).format(days=format_number(days, words.language))
        rows = (
            (words.seats, self._seats(line)),
            (words.trial_length, length),
            (words.trial_last_day, self.day(line.period.last_day)),
        )
        return Paragraph(" · ".join(self.names(line))), Facts(rows)

    def sums(self, record: OrderRecord) -> Facts:
        words = self.words
        rows = [(words.net, self.money(record.net))]
        rows += [(self._tax_label(record, tax), self.money(tax.tax)) for tax in record.taxes]
        if record.credit.minor:
            rows.append((words.credit, self.money(-record.credit)))
        rows.append((words.total, self.money(record.total)))
        return Facts(tuple(rows), amounts=True)

    def tax_notes(self, record: OrderRecord) -> tuple[Block, ...]:
        words = self.words
        blocks: list[Block] = []
        note = words.tax_notes.get(record.treatment)
        if note:
            blocks.append(Paragraph(note))
        if record.vat_id:
            sellers = (words.sellers_vat_id, plain(self._catalogue.seller.vat_id))
            blocks.append(Facts(((words.buyers_vat_id, plain(record.vat_id)), sellers)))
        if record.invoice_waits:
            blocks.append(Paragraph(words.invoice_waits.format(vat_id=plain(record.vat_id))))
        return tuple(blocks)

    def payment(self, record: OrderRecord) -> Facts:
        if record.payment is None:
            return Facts(())
        kind = self.words.payment_kinds[record.payment.kind]
        parts = (kind, plain(record.payment.label), plain(record.payment.bank))
        return Facts(((self.words.payment, ", ".join(part for part in parts if part)),))

    def closing(self) -> tuple[Block, ...]:
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

    def _product(self, line: LineRecord) -> Product | None:
        try:
            return self._catalogue.product(line.product)
        except Refused:
            return None

    def _seats(self, line: LineRecord) -> str:
        product, language = self._product(line), self.words.language
        one, many = self.words.other_noun
        noun = one if line.seats == 1 else many
        if product is not None:
            noun = plain(product.seat_noun.for_number(line.seats).in_language(language))
        return f"{format_number(line.seats, language)} {noun}"

    def _tax_label(self, record: OrderRecord, tax: TaxLine) -> str:
        language, code = self.words.language, record.tax_country
        return self.words.tax[record.treatment].format(
            code=code,
            country=Locale.parse(language).territories.get(code, code),
            rate=format_percent(tax.rate, language),
        )
