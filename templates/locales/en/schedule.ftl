# When an automatic payment can take money, as a picture and as a table. The company chooses the day within a period.
schedule-capped = { $count ->
    [one] When they can take money: { $count } period, up to { $amount } in it
   *[other] When they can take money: { $count } periods, up to { $amount } in each
}
schedule-carried = { $count ->
    [one] When they can take money: { $count } period, up to { $amount } more in it
   *[other] When they can take money: { $count } periods, up to { $amount } more in each
}
schedule-capped-open = When they can take money: up to { $amount } in each period, with no end date
schedule-carried-open = When they can take money: up to { $amount } more in each period, with no end date
schedule-earlier = { $count ->
    [one] { $count } earlier period is not shown
   *[other] { $count } earlier periods are not shown
}
schedule-more = { $count ->
    [one] and { $count } more, until { $end }
   *[other] and { $count } more, until { $end }
}
schedule-more-open = and so on, with no end date
schedule-left-until = After that, what is left can be taken until { $end }.
schedule-left-open = After that, what is left can be taken at any time.
schedule-if-now = These are the dates if you approve now, on { $date }.
schedule-table = Dates as a table
schedule-table-caption = Periods and the most that can be taken
schedule-column-period = Period
schedule-column-from = From
schedule-column-most = At most
schedule-column-total = Running total
schedule-period-over = { $number } (over)
schedule-period-now = { $number } (now)
schedule-day = { $day } { $month }
