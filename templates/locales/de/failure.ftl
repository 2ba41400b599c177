failure-nothing = **Es wurde nichts genehmigt und kein Geld abgebucht.**
failure-nothing-new = **Es wurde nichts Neues genehmigt.**
failure-nothing-taken = **Es wurde kein Geld abgebucht, und es kann auch keines abgebucht werden.**
failure-unknown-app = Wir kennen diese App nicht
failure-unknown-app-text = Der Link, dem Sie gefolgt sind, stammt nicht von einer App, die wir kennen. Gehen Sie zurück zum Shop und beginnen Sie noch einmal. Wenn es wieder passiert, sagen Sie dem Shop Bescheid.
failure-garbled = Dieser Link ist beschädigt
failure-garbled-text = Der Link, dem Sie gefolgt sind, lässt sich so nicht lesen. Gehen Sie zurück zum Shop und beginnen Sie noch einmal. Wenn es wieder passiert, sagen Sie dem Shop Bescheid.
failure-unsafe-link = Diesem Link können Sie nicht sicher folgen
failure-unsafe-link-text = Die App wollte, dass wir Sie zu einer Adresse schicken, die bei uns nicht eingetragen ist. Wir haben hier angehalten.
failure-unknown-request = Wir kennen diese Anfrage nicht
failure-unknown-request-text = Sie wurde nicht rechtzeitig geöffnet, oder die Adresse ist nicht vollständig. Gehen Sie zurück zum Shop und beginnen Sie noch einmal.
failure-unusable = Wir können diese Bedingungen nicht anzeigen
failure-unusable-text = In der Vereinbarung fehlt etwas, das wir brauchen, oder sie verlangt etwas, das wir nicht zulassen. Deshalb können Sie sie nicht genehmigen.
failure-unreachable = Wir können die Vereinbarung gerade nicht lesen
failure-unreachable-text = Sie liegt bei { $host }. Von dort kam keine Antwort, oder keine, die wir lesen können.
failure-ended = Diese Anfrage ist beendet
failure-waited-text = { $minutes ->
    [one] Sie haben länger als { $minutes } Minute gewartet.
   *[other] Sie haben länger als { $minutes } Minuten gewartet.
}
failure-approved-text = Sie haben diese Anfrage schon genehmigt. Wenn Sie sie noch einmal öffnen, ändert sich nichts.
failure-uncollected-text = Sie haben diese Anfrage genehmigt, aber die App hat die Genehmigung nicht rechtzeitig übernommen. Sie gilt nicht mehr: Gehen Sie zurück zur App und beginnen Sie noch einmal.
failure-declined-text = Sie haben diese Anfrage schon abgelehnt.
failure-left-text = Diese Anfrage ist ohne Entscheidung zu Ende gegangen. Wenn Sie weitermachen möchten, beginnen Sie in der App noch einmal.
failure-cancelled-text = Die Vereinbarung wurde gekündigt.
failure-expired-text = Das Enddatum der Vereinbarung ist vorbei.
failure-used-up-text = Aus dieser Vereinbarung ist schon alles bezahlt.
failure-taken-text = Diese Vereinbarung wird schon genutzt.
failure-not-yours = Diese Vereinbarung gehört zu einem anderen Konto
failure-not-yours-text = Sie sind als **{ $person }** angemeldet.
failure-stale = Bitte öffnen Sie die Seite noch einmal
failure-stale-text = Wir konnten nicht sicher sein, dass die Eingaben von unserer eigenen Seite kamen. Deshalb haben wir sie nicht verwendet.
failure-no-cookies = Bitte lassen Sie Cookies zu
failure-no-cookies-text = Diese Seite braucht ein Cookie, um zu wissen, dass die Antwort von Ihnen kommt. Öffnen Sie sie in dem Browser, in dem Sie begonnen haben, oder lassen Sie Cookies für diese Website zu und beginnen Sie im Shop noch einmal.
failure-elsewhere = Diese Anfrage wurde in einem anderen Browser geöffnet
failure-elsewhere-text = Gehen Sie dorthin zurück, oder beginnen Sie im Shop noch einmal. Wenn es dieser Browser war, lassen Sie zuerst Cookies für diese Website zu.
failure-not-found = Diese Seite gibt es nicht
failure-not-found-text = Vielleicht ist die Adresse falsch geschrieben, oder die Seite ist umgezogen.
failure-too-many = Zu viele Anfragen
failure-too-many-text = { $seconds ->
    [one] Aus Ihrem Netz oder Browser wurden in kurzer Zeit mehr Seiten geöffnet, als wir zulassen. Diese haben wir deshalb nicht bearbeitet. Warten Sie { $seconds } Sekunde und versuchen Sie es dann noch einmal.
   *[other] Aus Ihrem Netz oder Browser wurden in kurzer Zeit mehr Seiten geöffnet, als wir zulassen. Diese haben wir deshalb nicht bearbeitet. Warten Sie { $seconds } Sekunden und versuchen Sie es dann noch einmal.
}
failure-unavailable = Wir können gerade nicht antworten
failure-unavailable-text = Etwas, das wir brauchen, funktioniert gerade nicht. Warten Sie eine Minute und versuchen Sie es dann noch einmal.
failure-developers = Für Entwickler
failure-error = Fehler
failure-hint = Hinweis
failure-reference = Referenz
failure-time = Zeitpunkt
