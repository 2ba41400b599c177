# The foot of every page that asks for a decision.
sitting-person = Angemeldet als **{ $person }**
sitting-switch = Mit einem anderen Konto anmelden
sitting-deadline = Sie haben bis { $time } Uhr ({ $zone }) Zeit, sich zu entscheiden.
sitting-more = Ich brauche mehr Zeit
