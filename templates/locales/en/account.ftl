account-heading = { $ask ->
    [create-invoices] Which account may { $app } create invoices for?
    [create-sessions] Which account may { $app } open payment sessions to?
   *[create-mandates] Which account may { $app } set up automatic payments for?
}
account-hint = You have more than one payment pointer. Choose one, then read what { $app } asks for. Choosing approves nothing.
account-list = Your payment pointers
