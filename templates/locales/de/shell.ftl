# What is on every page.
shell-title = { $page } – { $site }
shell-title-error = Fehler: { $page } – { $site }
shell-skip = Zum Hauptteil springen
# The name of this language in this language, and what the list of languages is.
shell-language = Deutsch
shell-languages = Sprache
shell-host = Sie sind auf **{ $host }**.
shell-host-run = Sie sind auf **{ $host }**, betrieben von { $operator }.
shell-help = Hilfe
shell-privacy = Datenschutz
shell-security = Sicherheitsproblem melden
shell-warning = Achtung:
shell-technical = Technische Angaben
