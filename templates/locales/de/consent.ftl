consent-approve = Genehmigen
consent-decline = Ablehnen
consent-allow = Erlauben
consent-do-not-allow = Nicht erlauben
# To take back the access to an automatic payment is not to stop it.
consent-stop = { $kind ->
    [access] Sie können diese Erlaubnis jederzeit unter „Automatische Zahlungen“ zurücknehmen.
   *[other] Sie können das jederzeit unter „Automatische Zahlungen“ beenden.
}
consent-who-checked = **{ $host }** · von { $wallet } geprüft am { $date }
consent-who-unchecked = **{ $host }** · { $wallet } hat dieses Unternehmen nicht geprüft
consent-who-claims = Es nennt sich „{ $name }“.
# Who asks, where that is not known.
consent-some-app = Die App
consent-from = Von
consent-into = Auf
consent-for = Für
consent-agreeing = Was Sie vereinbaren
consent-quote = { $app } sagt:
consent-row-ends = Endet
consent-no-end = Kein Enddatum
consent-row-sees = Das kann außerdem gelesen werden
# What a permission that moves no money allows.
consent-row-can = Das ist erlaubt
# What is left out of what could have been asked for.
consent-row-cannot = Das ist nicht erlaubt
consent-row-url = Vereinbarung
consent-row-pointer = Zahlungsadresse
consent-row-interval = Zeitraum, wie gesendet
consent-row-permissions = Berechtigungen
consent-row-request = Anfrage
consent-permission-take = Zahlungen abbuchen
consent-permission-see = { $type ->
    [invoice] Diese Rechnung ansehen und sehen, was eingegangen ist
    [session] Diese Zahlungssitzung ansehen und sehen, was eingegangen ist
   *[mandate] Diese automatische Zahlung ansehen und sehen, was abgebucht wurde
}
consent-permission-create = Vereinbarungen erstellen
consent-permission-send = { $type ->
    [session] Ihnen laufend kleine Zahlungen senden
   *[invoice] Diese Rechnung bezahlen
}
consent-permission-cancel = Diese automatische Zahlung beenden
consent-permission-update = { $type ->
    [session] Den Stand dieser Zahlungssitzung bei Ihrer Wallet ändern
   *[invoice] Den Stand dieser Rechnung bei Ihrer Wallet ändern
}
consent-invoice-heading = Darf { $app } Ihnen { $amount } auf Ihr Konto zahlen?
consent-invoice-heading-any = Darf { $app } Ihnen einen beliebigen Betrag auf Ihr Konto zahlen?
consent-invoice = { $dates ->
    [to] { $app } darf Ihnen **einmal { $amount }** zahlen, bis zum { $end }. **Von Ihrem Konto geht kein Geld ab.**
   *[open] { $app } darf Ihnen **einmal { $amount }** zahlen, ohne Enddatum. **Von Ihrem Konto geht kein Geld ab.**
}
consent-invoice-any = { $dates ->
    [to] { $app } darf Ihnen **einen beliebigen Betrag** zahlen, bis zum { $end }. **Von Ihrem Konto geht kein Geld ab.**
   *[open] { $app } darf Ihnen **einen beliebigen Betrag** zahlen, ohne Enddatum. **Von Ihrem Konto geht kein Geld ab.**
}
consent-invoice-amount = Betrag
consent-invoice-any-amount = Beliebiger Betrag
consent-invoice-received = Schon eingegangen
consent-invoice-still = { $received }, noch offen { $rest }
consent-invoice-sees = Wie viel eingegangen ist und ob die Rechnung bezahlt ist
consent-session-heading = Darf { $app } Ihnen laufend kleine Zahlungen senden?
consent-session = { $app } darf kleine Zahlungen auf Ihr Konto senden, solange die Sitzung dauert. **Von Ihrem Konto geht kein Geld ab.**
consent-session-amount = Insgesamt höchstens
consent-session-lasts = Wie lange die Sitzung dauert
consent-session-until = Bis zum { $end }. Ihre Wallet kann sie verlängern.
consent-session-open = Bis eine Seite sie beendet
consent-session-sees = Was in dieser Sitzung eingegangen ist
# A permission that moves no money. $does: see, change (a mandate: end it), or both.
consent-access-heading = { $ask ->
    [access-invoice] { $does ->
        [see] Darf { $app } diese Rechnung ansehen?
        [change] Darf { $app } den Stand dieser Rechnung ändern?
       *[both] Darf { $app } diese Rechnung ansehen und ihren Stand ändern?
    }
    [access-session] { $does ->
        [see] Darf { $app } diese Zahlungssitzung ansehen?
        [change] Darf { $app } den Stand dieser Zahlungssitzung ändern?
       *[both] Darf { $app } diese Zahlungssitzung ansehen und ihren Stand ändern?
    }
   *[access-mandate] { $does ->
        [see] Darf { $app } diese automatische Zahlung ansehen?
        [change] Darf { $app } diese automatische Zahlung beenden?
       *[both] Darf { $app } diese automatische Zahlung ansehen und beenden?
    }
}
consent-access = { $ask ->
    [access-invoice] { $does ->
        [see] { $app } darf **diese Rechnung ansehen: was sie verlangt, was eingegangen ist und ob sie bezahlt ist**. **Dabei wird kein Geld bewegt.**
        [change] { $app } darf **den Stand dieser Rechnung bei Ihrer Wallet** ändern. **Dabei wird kein Geld bewegt.**
       *[both] { $app } darf **diese Rechnung ansehen: was sie verlangt, was eingegangen ist und ob sie bezahlt ist**, und **ihren Stand bei Ihrer Wallet** ändern. **Dabei wird kein Geld bewegt.**
    }
    [access-session] { $does ->
        [see] { $app } darf **diese Zahlungssitzung ansehen: wie lange sie dauert und was eingegangen ist**. **Dabei wird kein Geld bewegt.**
        [change] { $app } darf **den Stand dieser Zahlungssitzung bei Ihrer Wallet** ändern. **Dabei wird kein Geld bewegt.**
       *[both] { $app } darf **diese Zahlungssitzung ansehen: wie lange sie dauert und was eingegangen ist**, und **ihren Stand bei Ihrer Wallet** ändern. **Dabei wird kein Geld bewegt.**
    }
   *[access-mandate] { $does ->
        [see] { $app } darf **ansehen, was bei dieser automatischen Zahlung vereinbart ist und was abgebucht wurde**. **Mit dieser Erlaubnis kann kein Geld abgebucht werden.**
        [change] { $app } darf **diese automatische Zahlung beenden**. **Mit dieser Erlaubnis kann kein Geld abgebucht werden.**
       *[both] { $app } darf **ansehen, was bei dieser automatischen Zahlung vereinbart ist und was abgebucht wurde**, und sie **beenden**. **Mit dieser Erlaubnis kann kein Geld abgebucht werden.**
    }
}
consent-access-says = Um diese automatische Zahlung geht es
# What else an approval does: it takes the place of what the same app was allowed before. $ends: what that allowed and the new
# permission does not.
consent-replaces = { $ends ->
    [money] { $type ->
        [invoice] **Damit endet die Erlaubnis, diese Rechnung zu bezahlen**, die Sie { $app } am { $date } gegeben haben: Die neue tritt an ihre Stelle, sobald { $app } sie übernimmt.
        [session] **Damit endet die Erlaubnis, Ihnen in dieser Sitzung laufend kleine Zahlungen zu senden**, die Sie { $app } am { $date } gegeben haben: Die neue tritt an ihre Stelle, sobald { $app } sie übernimmt.
       *[mandate] **Damit endet die Erlaubnis, mit dieser automatischen Zahlung Geld abzubuchen**, die Sie { $app } am { $date } gegeben haben: Die neue tritt an ihre Stelle, sobald { $app } sie übernimmt.
    }
    [see] { $type ->
        [invoice] **Damit endet die Erlaubnis, diese Rechnung anzusehen**, die Sie { $app } am { $date } gegeben haben: Die neue tritt an ihre Stelle, sobald { $app } sie übernimmt.
        [session] **Damit endet die Erlaubnis, diese Zahlungssitzung anzusehen**, die Sie { $app } am { $date } gegeben haben: Die neue tritt an ihre Stelle, sobald { $app } sie übernimmt.
       *[mandate] **Damit endet die Erlaubnis, diese automatische Zahlung anzusehen**, die Sie { $app } am { $date } gegeben haben: Die neue tritt an ihre Stelle, sobald { $app } sie übernimmt.
    }
    [change] { $type ->
        [invoice] **Damit endet die Erlaubnis, den Stand dieser Rechnung zu ändern**, die Sie { $app } am { $date } gegeben haben: Die neue tritt an ihre Stelle, sobald { $app } sie übernimmt.
        [session] **Damit endet die Erlaubnis, den Stand dieser Zahlungssitzung zu ändern**, die Sie { $app } am { $date } gegeben haben: Die neue tritt an ihre Stelle, sobald { $app } sie übernimmt.
       *[mandate] **Damit endet die Erlaubnis, diese automatische Zahlung zu beenden**, die Sie { $app } am { $date } gegeben haben: Die neue tritt an ihre Stelle, sobald { $app } sie übernimmt.
    }
    [both] { $type ->
        [invoice] **Damit endet die Erlaubnis, diese Rechnung anzusehen und ihren Stand zu ändern**, die Sie { $app } am { $date } gegeben haben: Die neue tritt an ihre Stelle, sobald { $app } sie übernimmt.
        [session] **Damit endet die Erlaubnis, diese Zahlungssitzung anzusehen und ihren Stand zu ändern**, die Sie { $app } am { $date } gegeben haben: Die neue tritt an ihre Stelle, sobald { $app } sie übernimmt.
       *[mandate] **Damit endet die Erlaubnis, diese automatische Zahlung anzusehen und zu beenden**, die Sie { $app } am { $date } gegeben haben: Die neue tritt an ihre Stelle, sobald { $app } sie übernimmt.
    }
   *[nothing] Die neue Erlaubnis tritt an die Stelle derjenigen, die Sie { $app } am { $date } gegeben haben, sobald { $app } sie übernimmt. Es gibt dann eine Erlaubnis, nicht zwei.
}
consent-create-heading = { $ask ->
    [create-invoices] Darf { $app } Rechnungen in Ihrem Namen erstellen?
    [create-sessions] Darf { $app } Zahlungssitzungen für Sie eröffnen?
   *[create-mandates] Darf { $app } automatische Zahlungen einrichten, die Sie dann genehmigen?
}
consent-create = { $ask ->
    [create-invoices] { $dates ->
        [to] { $app } darf **Rechnungen in Ihrem Namen** für { $account } erstellen, bis zum { $end }. **Dabei wird kein Geld bewegt.** Sie werden noch einmal gefragt, bevor jemand Geld abbuchen kann.
       *[open] { $app } darf **Rechnungen in Ihrem Namen** für { $account } erstellen, ohne Enddatum. **Dabei wird kein Geld bewegt.** Sie werden noch einmal gefragt, bevor jemand Geld abbuchen kann.
    }
    [create-sessions] { $dates ->
        [to] { $app } darf **Zahlungssitzungen für Sie** bei { $account } eröffnen, bis zum { $end }. **Dabei wird kein Geld bewegt.** Sie werden noch einmal gefragt, bevor jemand Geld abbuchen kann.
       *[open] { $app } darf **Zahlungssitzungen für Sie** bei { $account } eröffnen, ohne Enddatum. **Dabei wird kein Geld bewegt.** Sie werden noch einmal gefragt, bevor jemand Geld abbuchen kann.
    }
   *[create-mandates] { $dates ->
        [to] { $app } darf **automatische Zahlungen, die Sie dann genehmigen,** von { $account } einrichten, bis zum { $end }. **Dabei wird kein Geld bewegt.** Sie werden noch einmal gefragt, bevor jemand Geld abbuchen kann.
       *[open] { $app } darf **automatische Zahlungen, die Sie dann genehmigen,** von { $account } einrichten, ohne Enddatum. **Dabei wird kein Geld bewegt.** Sie werden noch einmal gefragt, bevor jemand Geld abbuchen kann.
    }
}
consent-create-what = Das kann erstellt werden
consent-create-kind = { $ask ->
    [create-invoices] Rechnungen: Bitten an jemanden, Ihnen Geld zu zahlen
    [create-sessions] Zahlungssitzungen: ein Weg, Ihnen kleine Zahlungen zu senden
   *[create-mandates] Automatische Zahlungen: jede wartet auf Ihre Genehmigung
}
