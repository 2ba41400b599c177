# $ask is what the app wants: mandate, invoice, session, access to one of them without money, or to create them.
sign-in-heading = Bei { $site } anmelden
sign-in-because = { $ask ->
    [mandate] Sie sind hier, weil **{ $app }** ({ $host }) Zahlungen von Ihrem Konto abbuchen möchte.
    [invoice] Sie sind hier, weil **{ $app }** ({ $host }) Ihnen Geld zahlen möchte.
    [session] Sie sind hier, weil **{ $app }** ({ $host }) Ihnen laufend kleine Zahlungen senden möchte.
    [access-mandate] Sie sind hier, weil **{ $app }** ({ $host }) Zugriff auf eine automatische Zahlung möchte. Abbuchen möchte { $app } damit nichts.
    [access-invoice] Sie sind hier, weil **{ $app }** ({ $host }) Zugriff auf eine Ihrer Rechnungen möchte. Zahlen möchte { $app } damit nichts.
    [access-session] Sie sind hier, weil **{ $app }** ({ $host }) Zugriff auf eine Ihrer Zahlungssitzungen möchte. Zahlungen senden möchte { $app } damit nicht.
    [create-invoices] Sie sind hier, weil **{ $app }** ({ $host }) Rechnungen in Ihrem Namen erstellen möchte.
    [create-sessions] Sie sind hier, weil **{ $app }** ({ $host }) Zahlungssitzungen für Sie eröffnen möchte.
   *[create-mandates] Sie sind hier, weil **{ $app }** ({ $host }) automatische Zahlungen einrichten möchte, die Sie dann genehmigen.
}
sign-in-because-unchecked = { $ask ->
    [mandate] Sie sind hier, weil **{ $host }** Zahlungen von Ihrem Konto abbuchen möchte.
    [invoice] Sie sind hier, weil **{ $host }** Ihnen Geld zahlen möchte.
    [session] Sie sind hier, weil **{ $host }** Ihnen laufend kleine Zahlungen senden möchte.
    [access-mandate] Sie sind hier, weil **{ $host }** Zugriff auf eine automatische Zahlung möchte. Abbuchen möchte { $host } damit nichts.
    [access-invoice] Sie sind hier, weil **{ $host }** Zugriff auf eine Ihrer Rechnungen möchte. Zahlen möchte { $host } damit nichts.
    [access-session] Sie sind hier, weil **{ $host }** Zugriff auf eine Ihrer Zahlungssitzungen möchte. Zahlungen senden möchte { $host } damit nicht.
    [create-invoices] Sie sind hier, weil **{ $host }** Rechnungen in Ihrem Namen erstellen möchte.
    [create-sessions] Sie sind hier, weil **{ $host }** Zahlungssitzungen für Sie eröffnen möchte.
   *[create-mandates] Sie sind hier, weil **{ $host }** automatische Zahlungen einrichten möchte, die Sie dann genehmigen.
}
sign-in-next = Nach der Anmeldung lesen Sie genau, worum es geht. Mit der Anmeldung genehmigen Sie noch nichts.
sign-in-problem = Das hat nicht geklappt
sign-in-wrong = Geben Sie den Benutzernamen und das Passwort Ihres Kontos ein. Prüfen Sie beides und versuchen Sie es noch einmal.
sign-in-wait = { $minutes ->
    [one] Zu viele Versuche. Warten Sie { $minutes } Minute und versuchen Sie es dann noch einmal.
   *[other] Zu viele Versuche. Warten Sie { $minutes } Minuten und versuchen Sie es dann noch einmal.
}
sign-in-wait-seconds = { $seconds ->
    [one] Zu viele Versuche. Warten Sie { $seconds } Sekunde und versuchen Sie es dann noch einmal.
   *[other] Zu viele Versuche. Warten Sie { $seconds } Sekunden und versuchen Sie es dann noch einmal.
}
sign-in-expired = Diese Seite war zu lange offen. Deshalb konnten wir Ihre Eingaben nicht verwenden. Bitte geben Sie sie noch einmal ein.
sign-in-username = Benutzername
sign-in-password = Passwort
sign-in-button = Anmelden
sign-in-forgot = Passwort vergessen?
sign-in-leave = Ohne Anmeldung zurück zu { $app }
