# The password again, after a payer has agreed and before it counts.
step-up-heading = Confirm it is you
step-up-text = Nothing has been approved yet. You signed in a while ago, or the terms have changed: enter your password once more to approve exactly this.
step-up-wrong = That is not the password of this account. Check it and try again.
step-up-confirm = Confirm
step-up-decline = Decline
