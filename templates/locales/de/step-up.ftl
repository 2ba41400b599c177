# The password again, after a payer has agreed and before it counts.
step-up-heading = Bitte bestätigen Sie, dass Sie es sind
step-up-text = Noch ist nichts genehmigt. Ihre Anmeldung ist schon etwas her, oder die Bedingungen haben sich geändert: Geben Sie Ihr Passwort noch einmal ein, um genau das zu genehmigen.
step-up-wrong = Das ist nicht das Passwort dieses Kontos. Prüfen Sie es und versuchen Sie es noch einmal.
step-up-confirm = Bestätigen
step-up-decline = Ablehnen
