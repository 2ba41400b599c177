# What a payer has approved: who can take payments, who can pay in, create or see things, and how to stop them.
payments-heading = Automatic payments
payments-home = Automatic payments
payments-back = All automatic payments
# How much can be taken before the month is over, by currency: never a sum of several.
payments-summary = { $companies ->
    [one] { $companies } company can take up to **{ $amount }** this month.
   *[other] { $companies } companies can take up to **{ $amount }** this month.
}
payments-summary-nothing = No company can take anything this month.
payments-taken = What was really taken is known to your wallet, and not to this page.
payments-none = No company can take automatic payments from your accounts.
payments-none-ended = No automatic payment has ended.
payments-none-at-all = You have not approved any automatic payments.
payments-none-found = Nothing here has that in its name.
payments-others = What else you have allowed
payments-filters = Which to show
payments-filter-active = Active ({ $count })
payments-filter-ended = Ended ({ $count })
payments-filter-all = All
payments-search = Find a company by name or website
payments-search-button = Find
payments-pages = Pages
payments-page = Page { $page } of { $pages }
payments-page-before = Previous page
payments-page-after = Next page
payments-cut = Only the newest are listed here.
payments-person = Signed in as **{ $person }**
payments-sign-out = Sign out
# $kind: take (an automatic payment), or allow (being paid, creating or seeing things).
payments-status-active = { $kind ->
    [allow] Allowed
   *[take] Active
}
payments-status-pending = Approved, not yet collected
payments-status-held = On hold
payments-status-ended = Ended
payments-detail-heading = { $kind ->
    [allow] { $app }: allowed
   *[take] { $app }: active
}
payments-detail-heading-pending = { $app }: approved, not yet collected
payments-detail-heading-held = { $app }: on hold
payments-detail-heading-ended = { $app }: ended
payments-brief-each = { $unit ->
    [second] Up to **{ $amount }** each second
    [minute] Up to **{ $amount }** each minute
    [hour] Up to **{ $amount }** each hour
    [day] Up to **{ $amount }** each day
    [week] Up to **{ $amount }** each week
    [month] Up to **{ $amount }** each month
   *[year] Up to **{ $amount }** each year
}
payments-brief-every = { $unit ->
    [second] Up to **{ $amount }** every { $count } seconds
    [minute] Up to **{ $amount }** every { $count } minutes
    [hour] Up to **{ $amount }** every { $count } hours
    [day] Up to **{ $amount }** every { $count } days
    [week] Up to **{ $amount }** every { $count } weeks
    [month] Up to **{ $amount }** every { $count } months
   *[year] Up to **{ $amount }** every { $count } years
}
payments-brief-once = Up to **{ $amount }** in total
payments-brief-total = At most { $total } in total
payments-brief-no-total = No limit on the total
payments-brief-carry = What they do not take carries over
payments-brief-invoice = Can pay you **{ $amount }**, once
payments-brief-invoice-any = Can pay you **any amount**
payments-brief-session = Can send small payments into your account
payments-brief-create = { $ask ->
    [create-invoices] Can create invoices in your name
    [create-sessions] Can open payment sessions to you
   *[create-mandates] Can set up automatic payments for you to approve
}
payments-brief-access = { $ask ->
    [access-invoice] { $does ->
        [see] Can see an invoice, and moves no money
        [change] Can change the record of an invoice, and moves no money
       *[both] Can see an invoice and change its record, and moves no money
    }
    [access-session] { $does ->
        [see] Can see a payment session, and moves no money
        [change] Can change the record of a payment session, and moves no money
       *[both] Can see a payment session and change its record, and moves no money
    }
   *[access-mandate] { $does ->
        [see] Can see an automatic payment, and take nothing
        [change] Can end an automatic payment, and take nothing
       *[both] Can see and end an automatic payment, and take nothing
    }
}
payments-from = From { $account }
payments-into = Into { $account }
payments-for = For { $account }
payments-since = Approved { $date }
# What tells two of one app apart that were approved in the same minute.
payments-reference = Reference { $reference }
payments-starts = Starts { $date }
payments-ends = Ends { $date }
payments-no-end = **No end date**
payments-stop-link = Stop { $app }
# What can be taken at present.
payments-period-now = This period: up to **{ $amount }**, until { $end }.
payments-period-carried = This period: up to **{ $amount }**, with what was not taken before, until { $end }.
payments-period-only = Up to **{ $amount }** in total, until { $end }.
payments-period-open = Up to **{ $amount }** in total, with no end date.
payments-period-before = Nothing can be taken before { $start }.
payments-period-next = Next period: { $start }, up to { $amount } again.
payments-period-more = Next period: { $start }, up to { $amount } more.
payments-period-left = The last period is over. What is left can be taken until { $end }.
payments-period-left-open = The last period is over. What is left can be taken at any time.
payments-approved = You approved this on { $date }, in these words:
payments-agreed = What you agreed to
payments-happened = What happened
payments-row-site = Website
payments-row-kept-by = Wallet
payments-row-runs-out = If you do nothing
payments-runs-out = This permission runs out on { $date }. { $app } then has to ask you again.
payments-stop-take = Stop these payments
payments-stop-allow = Stop this
payments-row-reference = Reference
# What happened, under its date.
payments-when = { $date }
payments-event-approved = You approved it.
payments-event-created = { $app } began to use it.
payments-event-collected = { $app } collected the permission.
payments-event-replacing = { $app } collected the permission. It took the place of an earlier one.
payments-event-renewed = { $times ->
    [one] { $app } renewed its access { $times } time, last on this date.
   *[other] { $app } renewed its access { $times } times, last on this date.
}
payments-event-given-back = { $times ->
    [one] { $app } gave a part of its access back { $times } time, last on this date.
   *[other] { $app } gave a part of its access back { $times } times, last on this date.
}
payments-event-not-collected = { $app } did not collect the permission in time, so nothing can come of it.
payments-event-payer = You stopped it.
payments-event-client = { $app } gave the permission back.
payments-event-wallet = Your wallet ended it.
payments-event-operator = { $operator }, who runs this site, ended it.
payments-event-system = We ended it, because { $app } did not collect it in the right way.
payments-event-expired = It ended by itself: its time was over.
payments-event-used-up = It ended by itself: nothing was left of it.
payments-event-replaced = A newer permission that you gave to { $app } took its place.
payments-event-code-replayed = Somebody tried to collect it a second time, so we ended it. If { $app } still needs it, it has to ask you again.
payments-event-token-replayed = Somebody tried to use an old key to it, so we ended it. If { $app } still needs it, it has to ask you again.
# Stopping.
payments-stop-heading = { $ask ->
    [mandate] Stop { $app } taking payments?
    [invoice] Stop { $app } paying into your account?
    [session] Stop { $app } streaming payments to you?
    [access-mandate] Stop { $app } having access to this automatic payment?
    [access-invoice] Stop { $app } having access to this invoice?
    [access-session] Stop { $app } having access to this payment session?
    [create-invoices] Stop { $app } creating invoices in your name?
    [create-sessions] Stop { $app } opening payment sessions to you?
   *[create-mandates] Stop { $app } setting up automatic payments for you to approve?
}
payments-stop-text = { $ask ->
    [mandate] From now on { $app } cannot take money with this permission. A payment already sent may still arrive.
    [invoice] From now on { $app } cannot pay into your account with this permission. A payment already sent may still arrive.
    [session] From now on { $app } cannot stream payments to you with this permission. A payment already sent may still arrive.
    [access-mandate] From now on { $app } has no access to this automatic payment with this permission. The automatic payment itself is not ended by this.
    [access-invoice] From now on { $app } has no access to this invoice with this permission. The invoice itself stays.
    [access-session] From now on { $app } has no access to this payment session with this permission. The session itself goes on.
    [create-invoices] From now on { $app } cannot create invoices in your name with this permission. Those that it has created stay.
    [create-sessions] From now on { $app } cannot open payment sessions to you with this permission. Those that it has opened stay.
   *[create-mandates] From now on { $app } cannot set up automatic payments with this permission. Those that you have approved go on: stop them one by one.
}
payments-stop-contract = This does not cancel your contract with { $app }: you may still owe them.
payments-stop-late-minutes = { $minutes ->
    [one] A wallet that does not ask us before each payment may still accept { $app } for up to { $minutes } minute.
   *[other] A wallet that does not ask us before each payment may still accept { $app } for up to { $minutes } minutes.
}
payments-stop-late-seconds = { $seconds ->
    [one] A wallet that does not ask us before each payment may still accept { $app } for up to { $seconds } second.
   *[other] A wallet that does not ask us before each payment may still accept { $app } for up to { $seconds } seconds.
}
payments-stop-button = { $kind ->
    [allow] Stop
   *[take] Stop payments
}
payments-stop-keep = Keep
payments-stop-problem = There is a problem
payments-stop-again = We could not be sure that what was sent came from our own page. Nothing was stopped. Choose again.
payments-stopped = Stopped on { $date }.
payments-ended = Ended on { $date }.
