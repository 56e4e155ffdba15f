"""The words of the mails in German."""

from __future__ import annotations

from billing.catalogue.model import BillingCycle
from billing.mail.words import Words
from billing.mail.words_life_de import GERMAN_LIFE
from billing.payments.model import PaymentKind
from billing.rating.tax import TaxTreatment

GERMAN = Words(
    language="de",
    greeting="Guten Tag {name},",
    confirmation_subject="Bestellbestätigung {number}",
    confirmation_opening=(
        "vielen Dank für Ihre Bestellung vom {day}. Wir haben sie angenommen; "
        "Sie haben sofort Zugriff auf alles, was Sie hinzugefügt haben."
    ),
    welcome_subject="Willkommen bei {product}: Ihre Testversion läuft",
    welcome_opening=(
        "willkommen bei {product}. Ihre kostenlose Testversion hat am {day} begonnen; "
        "Sie haben sofort Zugriff."
    ),
    order_number="Bestellnummer",
    invoice_number="Rechnungsnummer",
    account="Konto",
    order_heading="Ihre Bestellung",
    period="Abrechnungszeitraum",
    period_value="{first} – {last}",
    seats="Anzahl der Benutzerlizenzen",
    other_noun=("Benutzerlizenz", "Benutzerlizenzen"),
    plan_price="Preis des Plans",
    plan_price_value="{seats} × {price} = {amount}",
    next_invoice="Nächste Rechnung (Rechnungsdatum)",
    cycles={BillingCycle.MONTHLY: "Monatlich", BillingCycle.ANNUAL: "Jährlich"},
    sum_heading="Betrag",
    net="Zwischensumme (netto)",
    tax={
        TaxTreatment.DOMESTIC: "zzgl. {rate} USt",
        TaxTreatment.BUYERS_RATE: "Umsatzsteuer {code} {rate} (OSS-Verfahren)",
        TaxTreatment.UNDECIDED: "Umsatzsteuer {code} {rate} (vorläufig)",
    },
    tax_notes={
        TaxTreatment.REVERSE_CHARGE: (
            "Steuerschuldnerschaft des Leistungsempfängers (Reverse Charge)"
        ),
        TaxTreatment.NOT_TAXABLE: "Nicht im Inland steuerbare Leistung (§ 3a Abs. 2 UStG)",
    },
    credit="Guthaben",
    total="Fälliger Gesamtbetrag",
    payment_heading="Zahlungsdaten",
    payment="Zahlungsart",
    due_on="Zahlbar bis",
    payment_kinds={
        PaymentKind.SEPA: "SEPA-Lastschrift",
        PaymentKind.INVOICE: "Rechnung",
        PaymentKind.CARD: "Karte",
    },
    buyers_vat_id="Ihre USt-IdNr.",
    sellers_vat_id="Unsere USt-IdNr.",
    invoice_waits=(
        "Ihre USt-IdNr. {vat_id} ist noch nicht bei der Behörde geprüft. Ihre Bestellung ist "
        "angenommen; die Rechnung folgt nach der Prüfung. Wird die Nummer bestätigt, entfällt "
        "die vorläufig ausgewiesene Umsatzsteuer."
    ),
    trial_length="Dauer der Testversion",
    trial_days=("{days} Tag", "{days} Tage"),
    trial_ends="Testversion endet",
    last_day="Letzter Tag",
    trial_end=(
        "Die Testversion endet von selbst: Am Ende wird nichts berechnet, und Sie müssen nicht "
        "kündigen. Wenn Sie {product} behalten möchten, wählen Sie im Bereich „Abrechnung“ "
        "vorher „Jetzt abonnieren“."
    ),
    next_steps=(
        "Wie es weitergeht: Weisen Sie die neuen Lizenzen Ihren Benutzern zu, damit diese sich "
        "anmelden können: im Bereich „Abrechnung“ unter „Lizenzen zuweisen“."
    ),
    next_steps_trial=(
        "Wie es weitergeht: Weisen Sie die Lizenzen der Testversion Ihren Benutzern zu, damit "
        "diese sich anmelden können: im Bereich „Abrechnung“ unter „Lizenzen zuweisen“."
    ),
    sample_prices="Alle Preise in dieser E-Mail sind Musterpreise.",
    closing="Mit freundlichen Grüßen",
    life=GERMAN_LIFE,
)
