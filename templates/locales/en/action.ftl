# What can be done from a page that asks nothing.
action-retry = Try again
action-payments = Go to Automatic payments
action-see = See it in Automatic payments
action-return = Return to { $app }
action-leave = Go back to { $app }
action-restart = Go back to { $app } to start again
action-switch = Use a different account
