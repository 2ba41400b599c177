# What can be done from a page that asks nothing.
action-retry = Noch einmal versuchen
action-payments = Zu den automatischen Zahlungen
action-see = Unter „Automatische Zahlungen“ ansehen
action-return = Zurück zu { $app }
action-leave = Zurück zu { $app }
action-restart = Zurück zu { $app } und neu beginnen
action-switch = Mit einem anderen Konto anmelden
