# $ask is what the app wants: mandate, invoice, session, access to one of them without money, or to create them.
sign-in-heading = Sign in to { $site }
sign-in-because = { $ask ->
    [mandate] You are here because **{ $app }** ({ $host }) asked for permission to take payments.
    [invoice] You are here because **{ $app }** ({ $host }) asked for permission to pay you.
    [session] You are here because **{ $app }** ({ $host }) asked for permission to stream payments to you.
    [access-mandate] You are here because **{ $app }** ({ $host }) asked for permission to access an automatic payment. It did not ask to take payments.
    [access-invoice] You are here because **{ $app }** ({ $host }) asked for permission to access an invoice of yours. It did not ask to pay it.
    [access-session] You are here because **{ $app }** ({ $host }) asked for permission to access a payment session of yours. It did not ask to send payments.
    [create-invoices] You are here because **{ $app }** ({ $host }) asked for permission to create invoices in your name.
    [create-sessions] You are here because **{ $app }** ({ $host }) asked for permission to open payment sessions to you.
   *[create-mandates] You are here because **{ $app }** ({ $host }) asked for permission to set up automatic payments for you to approve.
}
sign-in-because-unchecked = { $ask ->
    [mandate] You are here because **{ $host }** asked for permission to take payments.
    [invoice] You are here because **{ $host }** asked for permission to pay you.
    [session] You are here because **{ $host }** asked for permission to stream payments to you.
    [access-mandate] You are here because **{ $host }** asked for permission to access an automatic payment. It did not ask to take payments.
    [access-invoice] You are here because **{ $host }** asked for permission to access an invoice of yours. It did not ask to pay it.
    [access-session] You are here because **{ $host }** asked for permission to access a payment session of yours. It did not ask to send payments.
    [create-invoices] You are here because **{ $host }** asked for permission to create invoices in your name.
    [create-sessions] You are here because **{ $host }** asked for permission to open payment sessions to you.
   *[create-mandates] You are here because **{ $host }** asked for permission to set up automatic payments for you to approve.
}
sign-in-next = You can read exactly what they ask for after you sign in. Nothing is approved by signing in.
sign-in-problem = There is a problem
sign-in-wrong = Enter the username and password for your account. Check both and try again.
sign-in-wait = { $minutes ->
    [one] Too many attempts. Wait { $minutes } minute, then try again.
   *[other] Too many attempts. Wait { $minutes } minutes, then try again.
}
sign-in-wait-seconds = { $seconds ->
    [one] Too many attempts. Wait { $seconds } second, then try again.
   *[other] Too many attempts. Wait { $seconds } seconds, then try again.
}
sign-in-expired = This page was open for too long, so we could not use what you sent. Enter it again.
sign-in-username = Username
sign-in-password = Password
sign-in-button = Sign in
sign-in-forgot = Forgot your password?
sign-in-leave = Go back to { $app } without signing in
