# What a payer has approved: who can take payments, who can pay in, create or see things, and how to stop them.
payments-heading = Automatische Zahlungen
payments-home = Automatische Zahlungen
payments-back = Alle automatischen Zahlungen
# How much can be taken before the month is over, by currency: never a sum of several.
payments-summary = { $companies ->
    [one] { $companies } Unternehmen kann diesen Monat bis zu **{ $amount }** abbuchen.
   *[other] { $companies } Unternehmen können diesen Monat bis zu **{ $amount }** abbuchen.
}
payments-summary-nothing = Diesen Monat kann kein Unternehmen etwas abbuchen.
payments-taken = Was wirklich abgebucht wurde, weiß Ihre Wallet, nicht diese Seite.
payments-none = Kein Unternehmen kann automatische Zahlungen von Ihren Konten abbuchen.
payments-none-ended = Bisher ist keine automatische Zahlung beendet.
payments-none-at-all = Sie haben noch keine automatische Zahlung genehmigt.
payments-none-found = Hier gibt es nichts mit diesem Namen.
payments-others = Was Sie sonst noch erlaubt haben
payments-filters = Was angezeigt wird
payments-filter-active = Aktiv ({ $count })
payments-filter-ended = Beendet ({ $count })
payments-filter-all = Alle
payments-search = Unternehmen nach Name oder Website suchen
payments-search-button = Suchen
payments-pages = Seiten
payments-page = Seite { $page } von { $pages }
payments-page-before = Vorige Seite
payments-page-after = Nächste Seite
payments-cut = Hier stehen nur die neuesten.
payments-person = Angemeldet als **{ $person }**
payments-sign-out = Abmelden
# $kind: take (an automatic payment), or allow (being paid, creating or seeing things).
payments-status-active = { $kind ->
    [allow] Erlaubt
   *[take] Aktiv
}
payments-status-pending = Genehmigt, noch nicht übernommen
payments-status-held = Angehalten
payments-status-ended = Beendet
payments-detail-heading = { $kind ->
    [allow] { $app }: erlaubt
   *[take] { $app }: aktiv
}
payments-detail-heading-pending = { $app }: genehmigt, noch nicht übernommen
payments-detail-heading-held = { $app }: angehalten
payments-detail-heading-ended = { $app }: beendet
payments-brief-each = { $unit ->
    [second] Jede Sekunde bis zu **{ $amount }**
    [minute] Jede Minute bis zu **{ $amount }**
    [hour] Jede Stunde bis zu **{ $amount }**
    [day] Jeden Tag bis zu **{ $amount }**
    [week] Jede Woche bis zu **{ $amount }**
    [month] Jeden Monat bis zu **{ $amount }**
   *[year] Jedes Jahr bis zu **{ $amount }**
}
payments-brief-every = { $unit ->
    [second] Alle { $count } Sekunden bis zu **{ $amount }**
    [minute] Alle { $count } Minuten bis zu **{ $amount }**
    [hour] Alle { $count } Stunden bis zu **{ $amount }**
    [day] Alle { $count } Tage bis zu **{ $amount }**
    [week] Alle { $count } Wochen bis zu **{ $amount }**
    [month] Alle { $count } Monate bis zu **{ $amount }**
   *[year] Alle { $count } Jahre bis zu **{ $amount }**
}
payments-brief-once = Insgesamt bis zu **{ $amount }**
payments-brief-total = Insgesamt höchstens { $total }
payments-brief-no-total = Keine Grenze für die Summe
payments-brief-carry = Was nicht abgebucht wird, kommt später dazu
payments-brief-invoice = Darf Ihnen **einmal { $amount }** zahlen
payments-brief-invoice-any = Darf Ihnen **einen beliebigen Betrag** zahlen
payments-brief-session = Darf kleine Zahlungen auf Ihr Konto senden
payments-brief-create = { $ask ->
    [create-invoices] Darf Rechnungen in Ihrem Namen erstellen
    [create-sessions] Darf Zahlungssitzungen für Sie eröffnen
   *[create-mandates] Darf automatische Zahlungen einrichten, die Sie dann genehmigen
}
payments-brief-access = { $ask ->
    [access-invoice] { $does ->
        [see] Darf eine Rechnung ansehen, bewegt aber kein Geld
        [change] Darf den Stand einer Rechnung ändern, bewegt aber kein Geld
       *[both] Darf eine Rechnung ansehen und ihren Stand ändern, bewegt aber kein Geld
    }
    [access-session] { $does ->
        [see] Darf eine Zahlungssitzung ansehen, bewegt aber kein Geld
        [change] Darf den Stand einer Zahlungssitzung ändern, bewegt aber kein Geld
       *[both] Darf eine Zahlungssitzung ansehen und ihren Stand ändern, bewegt aber kein Geld
    }
   *[access-mandate] { $does ->
        [see] Darf eine automatische Zahlung ansehen, aber nichts abbuchen
        [change] Darf eine automatische Zahlung beenden, aber nichts abbuchen
       *[both] Darf eine automatische Zahlung ansehen und beenden, aber nichts abbuchen
    }
}
payments-from = Von { $account }
payments-into = Auf { $account }
payments-for = Für { $account }
payments-since = Genehmigt am { $date }
# What tells two of one app apart that were approved in the same minute.
payments-reference = Referenz { $reference }
payments-starts = Beginnt am { $date }
payments-ends = Endet am { $date }
payments-no-end = **Kein Enddatum**
payments-stop-link = { $app } beenden
# What can be taken at present.
payments-period-now = Dieser Zeitraum: bis zu **{ $amount }**, bis zum { $end }.
payments-period-carried = Dieser Zeitraum: bis zu **{ $amount }**, mit dem, was vorher nicht abgebucht wurde, bis zum { $end }.
payments-period-only = Insgesamt bis zu **{ $amount }**, bis zum { $end }.
payments-period-open = Insgesamt bis zu **{ $amount }**, ohne Enddatum.
payments-period-before = Vor dem { $start } kann nichts abgebucht werden.
payments-period-next = Nächster Zeitraum: ab { $start } wieder bis zu { $amount }.
payments-period-more = Nächster Zeitraum: ab { $start } bis zu { $amount } mehr.
payments-period-left = Der letzte Zeitraum ist vorbei. Was übrig ist, kann bis zum { $end } abgebucht werden.
payments-period-left-open = Der letzte Zeitraum ist vorbei. Was übrig ist, kann jederzeit abgebucht werden.
payments-approved = Das haben Sie am { $date } genehmigt, mit diesen Worten:
payments-agreed = Was Sie vereinbart haben
payments-happened = Was geschehen ist
payments-row-site = Unternehmen
payments-row-kept-by = Wallet
payments-row-runs-out = Wenn Sie nichts tun
payments-runs-out = Diese Genehmigung läuft am { $date } ab. Danach muss { $app } Sie noch einmal fragen.
payments-stop-take = Diese Zahlungen beenden
payments-stop-allow = Das beenden
payments-row-reference = Referenz
# What happened, under its date.
payments-when = { $date }
payments-event-approved = Sie haben es genehmigt.
payments-event-created = { $app } hat begonnen, es zu nutzen.
payments-event-collected = { $app } hat die Genehmigung übernommen.
payments-event-replacing = { $app } hat die Genehmigung übernommen. Sie ist an die Stelle einer früheren getreten.
payments-event-renewed = { $times ->
    [one] { $app } hat den Zugang { $times } Mal erneuert, zuletzt an diesem Tag.
   *[other] { $app } hat den Zugang { $times } Mal erneuert, zuletzt an diesem Tag.
}
payments-event-given-back = { $times ->
    [one] { $app } hat { $times } Mal einen Teil des Zugangs zurückgegeben, zuletzt an diesem Tag.
   *[other] { $app } hat { $times } Mal einen Teil des Zugangs zurückgegeben, zuletzt an diesem Tag.
}
payments-event-not-collected = { $app } hat die Genehmigung nicht rechtzeitig übernommen. Sie gilt nicht mehr.
payments-event-payer = Sie haben es beendet.
payments-event-client = { $app } hat die Genehmigung zurückgegeben.
payments-event-wallet = Ihre Wallet hat es beendet.
payments-event-operator = { $operator }, der Betreiber dieser Website, hat es beendet.
payments-event-system = Wir haben es beendet, weil { $app } die Genehmigung nicht richtig übernommen hat.
payments-event-expired = Es ist von selbst zu Ende gegangen: Die Zeit war vorbei.
payments-event-used-up = Es ist von selbst zu Ende gegangen: Es war nichts mehr übrig.
payments-event-replaced = Eine neuere Genehmigung, die Sie { $app } gegeben haben, ist an ihre Stelle getreten.
payments-event-code-replayed = Jemand wollte die Genehmigung ein zweites Mal übernehmen. Deshalb haben wir sie beendet. Wenn { $app } sie noch braucht, müssen Sie noch einmal gefragt werden.
payments-event-token-replayed = Jemand wollte einen alten Schlüssel dazu verwenden. Deshalb haben wir die Genehmigung beendet. Wenn { $app } sie noch braucht, müssen Sie noch einmal gefragt werden.
# Stopping.
payments-stop-heading = { $ask ->
    [mandate] Soll { $app } nichts mehr abbuchen?
    [invoice] Soll { $app } nichts mehr auf Ihr Konto zahlen?
    [session] Soll { $app } Ihnen keine laufenden Zahlungen mehr senden?
    [access-mandate] Soll { $app } keinen Zugriff mehr auf diese automatische Zahlung haben?
    [access-invoice] Soll { $app } keinen Zugriff mehr auf diese Rechnung haben?
    [access-session] Soll { $app } keinen Zugriff mehr auf diese Zahlungssitzung haben?
    [create-invoices] Soll { $app } keine Rechnungen mehr in Ihrem Namen erstellen?
    [create-sessions] Soll { $app } keine Zahlungssitzungen mehr für Sie eröffnen?
   *[create-mandates] Soll { $app } keine automatischen Zahlungen mehr einrichten?
}
payments-stop-text = { $ask ->
    [mandate] Ab sofort kann { $app } mit dieser Genehmigung kein Geld mehr abbuchen. Eine Zahlung, die schon unterwegs ist, kann noch ankommen.
    [invoice] Ab sofort kann { $app } mit dieser Genehmigung nichts mehr auf Ihr Konto zahlen. Eine Zahlung, die schon unterwegs ist, kann noch ankommen.
    [session] Ab sofort kann { $app } Ihnen mit dieser Genehmigung keine laufenden Zahlungen mehr senden. Eine Zahlung, die schon unterwegs ist, kann noch ankommen.
    [access-mandate] Ab sofort hat { $app } mit dieser Erlaubnis keinen Zugriff mehr auf diese automatische Zahlung. Die automatische Zahlung selbst ist damit nicht beendet.
    [access-invoice] Ab sofort hat { $app } mit dieser Erlaubnis keinen Zugriff mehr auf diese Rechnung. Die Rechnung selbst bleibt.
    [access-session] Ab sofort hat { $app } mit dieser Erlaubnis keinen Zugriff mehr auf diese Zahlungssitzung. Die Sitzung selbst geht weiter.
    [create-invoices] Ab sofort kann { $app } mit dieser Genehmigung keine Rechnungen mehr in Ihrem Namen erstellen. Die schon erstellten bleiben.
    [create-sessions] Ab sofort kann { $app } mit dieser Genehmigung keine Zahlungssitzungen mehr für Sie eröffnen. Die schon eröffneten bleiben.
   *[create-mandates] Ab sofort kann { $app } mit dieser Genehmigung keine automatischen Zahlungen mehr einrichten. Was Sie genehmigt haben, läuft weiter: Beenden Sie es einzeln.
}
payments-stop-contract = Ihr Vertrag mit { $app } ist damit nicht gekündigt: Es kann sein, dass Sie noch etwas schulden.
payments-stop-late-minutes = { $minutes ->
    [one] Eine Wallet, die uns nicht vor jeder Zahlung fragt, kann { $app } noch bis zu { $minutes } Minute lang annehmen.
   *[other] Eine Wallet, die uns nicht vor jeder Zahlung fragt, kann { $app } noch bis zu { $minutes } Minuten lang annehmen.
}
payments-stop-late-seconds = { $seconds ->
    [one] Eine Wallet, die uns nicht vor jeder Zahlung fragt, kann { $app } noch bis zu { $seconds } Sekunde lang annehmen.
   *[other] Eine Wallet, die uns nicht vor jeder Zahlung fragt, kann { $app } noch bis zu { $seconds } Sekunden lang annehmen.
}
payments-stop-button = { $kind ->
    [allow] Beenden
   *[take] Zahlungen beenden
}
payments-stop-keep = Behalten
payments-stop-problem = Es gibt ein Problem
payments-stop-again = Wir konnten nicht sicher sein, dass die Eingaben von unserer eigenen Seite kamen. Es wurde nichts beendet. Wählen Sie noch einmal.
payments-stopped = Beendet am { $date }.
payments-ended = Zu Ende gegangen am { $date }.
