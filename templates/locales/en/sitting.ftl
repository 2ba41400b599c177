# The foot of every page that asks for a decision.
sitting-person = Signed in as **{ $person }**
sitting-switch = Use a different account
sitting-deadline = You have until { $time } ({ $zone }) to decide.
sitting-more = I need more time
