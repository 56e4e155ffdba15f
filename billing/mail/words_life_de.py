"""What happens to a subscription, in German."""

from __future__ import annotations

from billing.mail.words_life import LifeWords, Opening

GERMAN_LIFE = LifeWords(
    change=Opening(
        "Änderungsbestätigung {number}",
        "Ihre Änderung vom {day} ist ausgeführt und gilt ab sofort. An diesem Tag hat ein neuer "
        "Abrechnungszeitraum begonnen; damit verschiebt sich auch das Rechnungsdatum.",
    ),
    cancellation=Opening(
        "Kündigung bestätigt: {product}",
        "wir bestätigen Ihre Kündigung vom {day}.",
    ),
    undone=Opening(
        "Kündigung zurückgenommen: {product}",
        "Ihre Kündigung ist seit dem {day} zurückgenommen. Das Abonnement läuft unverändert "
        "weiter.",
    ),
    trial_reminder=Opening(
        "Ihre Testversion von {product} endet in Kürze",
        "Ihre kostenlose Testversion von {product} endet am {day}.",
    ),
    trial_ended=Opening(
        "Ihre Testversion von {product} ist beendet",
        "Ihre kostenlose Testversion von {product} ist seit dem {day} beendet. "
        "Es wurde nichts berechnet.",
    ),
    renewal=Opening(
        "Rechnung {number}: {product} verlängert",
        "Ihr Abonnement {product} hat sich verlängert. Dafür haben wir am {day} die Rechnung "
        "{number} ausgestellt.",
    ),
    payment_failed=Opening(
        "Zahlung nicht gelungen: {product}",
        "die Zahlung für Ihr Abonnement {product} ist nicht gelungen.",
    ),
    suspended=Opening(
        "Zugriff gesperrt: {product}",
        "auch der letzte Versuch, die Zahlung für Ihr Abonnement {product} einzuziehen, ist nicht "
        "gelungen. Seit dem {day} ist der Zugriff gesperrt.",
    ),
    recovered=Opening(
        "Zahlung angenommen: {product}",
        "vielen Dank: Die offene Zahlung für Ihr Abonnement {product} wurde angenommen. Das "
        "Abonnement läuft weiter.",
    ),
    invoice=Opening(
        "Rechnung {number}",
        "zu Ihrer Bestellung {order} vom {day} haben wir jetzt die Rechnung {number} ausgestellt.",
    ),
    subscription="Abonnement",
    change_heading="Ihre Änderung",
    old_plan="Bisher",
    new_plan="Neu",
    old_billing_date="Bisheriges Rechnungsdatum",
    new_billing_date="Neues Rechnungsdatum",
    credit_heading="Guthaben aus dem bisherigen Abrechnungszeitraum",
    unused_days="Ungenutzte Tage",
    days_of="{unused} von {days}",
    credited="Guthaben dafür",
    correction="Rechnungskorrektur",
    credit_left=(
        "Davon bleiben {amount} als Guthaben auf Ihrem Konto. Ihre nächste Bestellung verwendet "
        "es; ausgezahlt wird es nicht."
    ),
    invoice_heading="Ihre Rechnung",
    vat_id_confirmed=(
        "Ihre USt-IdNr. {vat_id} ist bestätigt. Die vorläufig ausgewiesene Umsatzsteuer entfällt."
    ),
    vat_id_refuted=(
        "Ihre USt-IdNr. {vat_id} wurde von der Behörde nicht bestätigt. Deshalb weist die "
        "Rechnung Umsatzsteuer aus."
    ),
    please_transfer=(
        "Bitte überweisen Sie {amount} bis zum {day} und geben Sie dabei die Rechnungsnummer "
        "{number} an."
    ),
    collected="Der Betrag wird mit der genannten Zahlungsart eingezogen. Sie müssen nichts tun.",
    covered_by_credit="Ihr Guthaben deckt den ganzen Betrag. Sie müssen nichts zahlen.",
    cancelled_to="Kündigung zum",
    until_cancelled=(
        "Bis zum letzten Tag nutzen Sie {product} wie bisher. Danach endet der Zugriff, und es "
        "wird nichts mehr berechnet."
    ),
    undo_cancellation=(
        "Bis einschließlich {day} können Sie die Kündigung im Bereich „Abrechnung“ zurücknehmen; "
        "dann läuft das Abonnement unverändert weiter."
    ),
    licences_stay="Die zugewiesenen Lizenzen bleiben dabei ihren Benutzern zugewiesen.",
    buy_after_trial=(
        "Wenn Sie {product} weiter nutzen möchten, wählen Sie im Bereich „Abrechnung“ „Neues "
        "Abonnement hinzufügen“ und dann „Kaufen“."
    ),
    next_try="Nächster Versuch",
    access_until="Zugriff mindestens bis",
    before_next_try=(
        "Am {day} versuchen wir es erneut. Bitte sorgen Sie dafür, dass die Zahlung dann gelingt: "
        "mit genügend Deckung auf dem Konto oder einer Karte, die gültig und nicht gesperrt ist. "
        "Bei Fragen schreiben Sie an {mail}."
    ),
    after_last_try=(
        "Bis zum letzten Versuch am {day} behalten Ihre Benutzer den Zugriff. Gelingt auch dieser "
        "nicht, wird der Zugriff gesperrt."
    ),
    not_tried=(
        "Der Betrag ist weiter offen und wird nicht von selbst noch einmal eingezogen. Bitte "
        "schreiben Sie an {mail}, wie Sie ihn begleichen möchten."
    ),
    while_suspended=(
        "Ihre Benutzer haben derzeit keinen Zugriff; die Lizenzen bleiben ihnen zugewiesen. Sobald "
        "der offene Betrag bezahlt ist, ist der Zugriff wieder frei. Bitte schreiben Sie dazu an "
        "{mail}."
    ),
    ends_unpaid="Ohne Zahlung endet es am",
    suspension_ends="Wird bis zum {day} nicht bezahlt, endet das Abonnement an diesem Tag.",
    access_again="Der Zugriff ist wieder frei, und die Lizenzen sind zugewiesen wie zuvor.",
)
