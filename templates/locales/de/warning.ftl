# What a payer is warned of. A page shows one of them.
warning-larger = Insgesamt können jetzt höchstens { $to } abgebucht werden. Vorher waren es { $from }.
warning-no-end = Es gibt kein Enddatum und keine Grenze für die Summe. Im ersten Jahr sind es höchstens { $amount }. Notieren Sie sich das in Ihrem Kalender.
warning-carry = Was nicht abgebucht wird, bleibt stehen und kommt später dazu. Auf einmal könnten bis zu { $amount } abgebucht werden.
warning-carry-parts = Was nicht abgebucht wird, bleibt stehen und kommt später dazu. An einem Tag könnten bis zu { $total } abgebucht werden, höchstens { $each } auf einmal.
warning-carry-endless = Was nicht abgebucht wird, bleibt stehen und kommt später dazu, ohne Grenze.
warning-unchecked = { $wallet } hat dieses Unternehmen nicht geprüft.
warning-currency = Wir kennen die Währung { $code } nicht.
