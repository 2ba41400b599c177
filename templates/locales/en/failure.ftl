failure-nothing = **Nothing was approved and no money was taken.**
failure-nothing-new = **Nothing new was approved.**
failure-nothing-taken = **No money was taken, and none can be.**
failure-unknown-app = We do not know this app
failure-unknown-app-text = The link you followed did not come from an app we recognise. Go back to the shop and start again. If it happens again, tell the shop.
failure-garbled = This link is damaged
failure-garbled-text = The link you followed cannot be read as it is. Go back to the shop and start again. If it happens again, tell the shop.
failure-unsafe-link = This link is not safe to follow
failure-unsafe-link-text = The app asked us to send you to an address it has not registered. We stopped here.
failure-unknown-request = We do not know this request
failure-unknown-request-text = It was not opened in time, or the address is not whole. Go back to the shop and start again.
failure-unusable = We cannot show these terms
failure-unusable-text = The agreement is missing something we need, or asks for something we do not allow, so you cannot be asked to approve it.
failure-unreachable = We cannot read the agreement right now
failure-unreachable-text = It is kept at { $host }, which did not answer, or not as it should.
failure-ended = This request has ended
failure-waited-text = { $minutes ->
    [one] You waited more than { $minutes } minute.
   *[other] You waited more than { $minutes } minutes.
}
failure-approved-text = You already approved this request. Opening it again changes nothing.
failure-uncollected-text = You approved this request, but the app did not come back for it in time. It cannot be used any more: go back to the app and start again.
failure-declined-text = You already declined this request.
failure-left-text = This request ended without a decision. To go on, start again at the app.
failure-cancelled-text = The agreement was cancelled.
failure-expired-text = The agreement is past its end date.
failure-used-up-text = Everything in this agreement has been paid.
failure-taken-text = This agreement is already in use.
failure-not-yours = This agreement is for a different account
failure-not-yours-text = You are signed in as **{ $person }**.
failure-stale = Please open the page again
failure-stale-text = We could not be sure that what was sent came from our own page, so we did not use it.
failure-no-cookies = Turn on cookies to continue
failure-no-cookies-text = This page needs a cookie to know that the answer is yours. Open it in the browser in which you began, or allow cookies for this site and start again from the shop.
failure-elsewhere = This request was opened in another browser
failure-elsewhere-text = Go back there, or start again from the shop. If it was this browser, allow cookies for this site first.
failure-not-found = There is no such page
failure-not-found-text = The address may be mistyped, or the page may have moved.
failure-too-many = Too many requests
failure-too-many-text = { $seconds ->
    [one] More pages were opened from your network or browser in a short time than we allow, so we did not look at this one. Wait { $seconds } second, then try again.
   *[other] More pages were opened from your network or browser in a short time than we allow, so we did not look at this one. Wait { $seconds } seconds, then try again.
}
failure-unavailable = We cannot answer right now
failure-unavailable-text = Something we need is not working. Wait a minute, then try again.
failure-developers = For developers
failure-error = Error
failure-hint = Hint
failure-reference = Reference
failure-time = Time
