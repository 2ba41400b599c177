# A request that its payer comes back to after the decision. $ask is what was asked for.
done-approved-heading = { $ask ->
    [mandate] You approved { $app }
   *[other] You allowed { $app }
}
done-approved-text = This is what you agreed to. You can stop it at any time in Automatic payments.
done-waiting-text = This is what you agreed to. { $app } has not picked it up yet: go back to { $app } to finish.
done-declined-heading = You declined
done-declined-text = { $ask ->
    [mandate] **{ $app } cannot take payments.** You can close this page.
    [invoice] **{ $app } was not allowed to pay you.** You can close this page.
    [session] **{ $app } was not allowed to stream payments to you.** You can close this page.
    [access-mandate] **{ $app } was given no access to the automatic payment.** You can close this page.
    [access-invoice] **{ $app } was given no access to the invoice.** You can close this page.
    [access-session] **{ $app } was given no access to the payment session.** You can close this page.
   *[other] **{ $app } cannot create anything in your name.** You can close this page.
}
