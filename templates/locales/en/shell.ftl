# What is on every page.
shell-title = { $page } – { $site }
shell-title-error = Error: { $page } – { $site }
shell-skip = Skip to the main part
# The name of this language in this language, and what the list of languages is.
shell-language = English
shell-languages = Language
shell-host = You are on **{ $host }**.
shell-host-run = You are on **{ $host }**, run by { $operator }.
shell-help = Help
shell-privacy = Privacy
shell-security = Report a security problem
shell-warning = Warning:
shell-technical = Technical details
