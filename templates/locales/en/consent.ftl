consent-approve = Approve
consent-decline = Decline
consent-allow = Allow
consent-do-not-allow = Do not allow
# To take back the access to an automatic payment is not to stop it.
consent-stop = { $kind ->
    [access] You can take this permission back at any time in Automatic payments.
   *[other] You can stop this at any time in Automatic payments.
}
consent-who-checked = **{ $host }** · checked by { $wallet } on { $date }
consent-who-unchecked = **{ $host }** · { $wallet } has not checked this company
consent-who-claims = It calls itself “{ $name }”.
# Who asks, where that is not known.
consent-some-app = The app
consent-from = From
consent-into = Into
consent-for = For
consent-agreeing = What you are agreeing to
consent-quote = { $app } says:
consent-row-ends = Ends
consent-no-end = No end date
consent-row-sees = It can also see
# What a permission that moves no money allows.
consent-row-can = It can
# What is left out of what could have been asked for.
consent-row-cannot = It cannot
consent-row-url = Agreement
consent-row-pointer = Payment pointer
consent-row-interval = Interval, as sent
consent-row-permissions = Permissions
consent-row-request = Request
consent-permission-take = Take payments
consent-permission-see = { $type ->
    [invoice] See this invoice, and what was received
    [session] See this payment session, and what it received
   *[mandate] See this automatic payment, and what was taken
}
consent-permission-create = Create agreements
consent-permission-send = { $type ->
    [session] Stream payments to you
   *[invoice] Pay this invoice
}
consent-permission-cancel = End this automatic payment
consent-permission-update = { $type ->
    [session] Change the record of this payment session at your wallet
   *[invoice] Change the record of this invoice at your wallet
}
consent-invoice-heading = Let { $app } pay { $amount } into your account?
consent-invoice-heading-any = Let { $app } pay any amount into your account?
consent-invoice = { $dates ->
    [to] { $app } can pay you **{ $amount }, once**, until { $end }. **No money leaves your account.**
   *[open] { $app } can pay you **{ $amount }, once**, with no end date. **No money leaves your account.**
}
consent-invoice-any = { $dates ->
    [to] { $app } can pay you **any amount**, until { $end }. **No money leaves your account.**
   *[open] { $app } can pay you **any amount**, with no end date. **No money leaves your account.**
}
consent-invoice-amount = Amount
consent-invoice-any-amount = Any amount
consent-invoice-received = Already received
consent-invoice-still = { $received }, still to come { $rest }
consent-invoice-sees = The amount received, and whether the invoice is paid
consent-session-heading = Let { $app } stream payments to you?
consent-session = { $app } can send small payments into your account for as long as the session lasts. **No money leaves your account.**
consent-session-amount = In all, at most
consent-session-lasts = How long the session lasts
consent-session-until = Until { $end }. Your wallet may extend it.
consent-session-open = Until either side ends it
consent-session-sees = What this session received
# A permission that moves no money. $does: see, change (a mandate: end it), or both.
consent-access-heading = { $ask ->
    [access-invoice] { $does ->
        [see] Let { $app } see this invoice?
        [change] Let { $app } change the record of this invoice?
       *[both] Let { $app } see this invoice and change its record?
    }
    [access-session] { $does ->
        [see] Let { $app } see this payment session?
        [change] Let { $app } change the record of this payment session?
       *[both] Let { $app } see this payment session and change its record?
    }
   *[access-mandate] { $does ->
        [see] Let { $app } see this automatic payment?
        [change] Let { $app } end this automatic payment?
       *[both] Let { $app } see and end this automatic payment?
    }
}
consent-access = { $ask ->
    [access-invoice] { $does ->
        [see] { $app } can see **this invoice: what it asks for, what was received, and whether it is paid**. **This permission moves no money.**
        [change] { $app } can change **the record of this invoice at your wallet**. **This permission moves no money.**
       *[both] { $app } can see **this invoice: what it asks for, what was received, and whether it is paid**, and it can change **its record at your wallet**. **This permission moves no money.**
    }
    [access-session] { $does ->
        [see] { $app } can see **this payment session: how long it lasts, and what it received**. **This permission moves no money.**
        [change] { $app } can change **the record of this payment session at your wallet**. **This permission moves no money.**
       *[both] { $app } can see **this payment session: how long it lasts, and what it received**, and it can change **its record at your wallet**. **This permission moves no money.**
    }
   *[access-mandate] { $does ->
        [see] { $app } can see **the terms of this automatic payment, and what was taken**. **With this permission it cannot take money.**
        [change] { $app } can **end this automatic payment**. **With this permission it cannot take money.**
       *[both] { $app } can see **the terms of this automatic payment, and what was taken**, and it can **end it**. **With this permission it cannot take money.**
    }
}
consent-access-says = About this automatic payment
# What else an approval does: it takes the place of what the same app was allowed before. $ends: what that allowed and the new
# permission does not.
consent-replaces = { $ends ->
    [money] { $type ->
        [invoice] **This ends the permission to pay this invoice** that you gave { $app } on { $date }: the new one takes its place as soon as { $app } collects it.
        [session] **This ends the permission to stream payments to you in this session** that you gave { $app } on { $date }: the new one takes its place as soon as { $app } collects it.
       *[mandate] **This ends the permission to take money with this automatic payment** that you gave { $app } on { $date }: the new one takes its place as soon as { $app } collects it.
    }
    [see] { $type ->
        [invoice] **This ends the permission to see this invoice** that you gave { $app } on { $date }: the new one takes its place as soon as { $app } collects it.
        [session] **This ends the permission to see this payment session** that you gave { $app } on { $date }: the new one takes its place as soon as { $app } collects it.
       *[mandate] **This ends the permission to see this automatic payment** that you gave { $app } on { $date }: the new one takes its place as soon as { $app } collects it.
    }
    [change] { $type ->
        [invoice] **This ends the permission to change the record of this invoice** that you gave { $app } on { $date }: the new one takes its place as soon as { $app } collects it.
        [session] **This ends the permission to change the record of this payment session** that you gave { $app } on { $date }: the new one takes its place as soon as { $app } collects it.
       *[mandate] **This takes back the permission to end this automatic payment** that you gave { $app } on { $date }: the new one takes its place as soon as { $app } collects it.
    }
    [both] { $type ->
        [invoice] **This ends the permission to see this invoice and change its record** that you gave { $app } on { $date }: the new one takes its place as soon as { $app } collects it.
        [session] **This ends the permission to see this payment session and change its record** that you gave { $app } on { $date }: the new one takes its place as soon as { $app } collects it.
       *[mandate] **This takes back the permission to see and end this automatic payment** that you gave { $app } on { $date }: the new one takes its place as soon as { $app } collects it.
    }
   *[nothing] This takes the place of the permission that you gave { $app } on { $date }, as soon as { $app } collects it. There is then one permission, not two.
}
consent-create-heading = { $ask ->
    [create-invoices] Let { $app } create invoices in your name?
    [create-sessions] Let { $app } open payment sessions to you?
   *[create-mandates] Let { $app } set up automatic payments for you to approve?
}
consent-create = { $ask ->
    [create-invoices] { $dates ->
        [to] { $app } can create **invoices in your name** for { $account }, until { $end }. **Creating one moves no money.** You are asked again before anyone can take money.
       *[open] { $app } can create **invoices in your name** for { $account }, with no end date. **Creating one moves no money.** You are asked again before anyone can take money.
    }
    [create-sessions] { $dates ->
        [to] { $app } can open **payment sessions to you** at { $account }, until { $end }. **Creating one moves no money.** You are asked again before anyone can take money.
       *[open] { $app } can open **payment sessions to you** at { $account }, with no end date. **Creating one moves no money.** You are asked again before anyone can take money.
    }
   *[create-mandates] { $dates ->
        [to] { $app } can set up **automatic payments for you to approve** from { $account }, until { $end }. **Creating one moves no money.** You are asked again before anyone can take money.
       *[open] { $app } can set up **automatic payments for you to approve** from { $account }, with no end date. **Creating one moves no money.** You are asked again before anyone can take money.
    }
}
consent-create-what = It can create
consent-create-kind = { $ask ->
    [create-invoices] Invoices: requests for somebody to pay you
    [create-sessions] Payment sessions: a way for somebody to send you small payments
   *[create-mandates] Automatic payments: each one waits for your approval
}
