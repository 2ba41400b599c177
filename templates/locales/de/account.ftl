account-heading = { $ask ->
    [create-invoices] Für welches Konto darf { $app } Rechnungen erstellen?
    [create-sessions] Für welches Konto darf { $app } Zahlungssitzungen eröffnen?
   *[create-mandates] Für welches Konto darf { $app } automatische Zahlungen einrichten?
}
account-hint = Sie haben mehr als eine Zahlungsadresse. Wählen Sie eine aus und lesen Sie dann, worum { $app } Sie bittet. Mit der Auswahl genehmigen Sie noch nichts.
account-list = Ihre Zahlungsadressen
