# A request that its payer comes back to after the decision. $ask is what was asked for.
done-approved-heading = { $ask ->
    [mandate] Sie haben { $app } die Genehmigung gegeben
   *[other] Sie haben es { $app } erlaubt
}
done-approved-text = Das haben Sie vereinbart. Sie können es jederzeit unter „Automatische Zahlungen“ beenden.
done-waiting-text = Das haben Sie vereinbart. { $app } hat es noch nicht übernommen: Gehen Sie zurück zu { $app }, um abzuschließen.
done-declined-heading = Sie haben abgelehnt
done-declined-text = { $ask ->
    [mandate] **{ $app } kann keine Zahlungen abbuchen.** Sie können diese Seite schließen.
    [invoice] **{ $app } darf Ihnen nichts zahlen.** Sie können diese Seite schließen.
    [session] **{ $app } darf Ihnen keine laufenden Zahlungen senden.** Sie können diese Seite schließen.
    [access-mandate] **{ $app } hat keinen Zugriff auf die automatische Zahlung bekommen.** Sie können diese Seite schließen.
    [access-invoice] **{ $app } hat keinen Zugriff auf die Rechnung bekommen.** Sie können diese Seite schließen.
    [access-session] **{ $app } hat keinen Zugriff auf die Zahlungssitzung bekommen.** Sie können diese Seite schließen.
   *[other] **{ $app } kann nichts in Ihrem Namen erstellen.** Sie können diese Seite schließen.
}
