# What an automatic payment may take. $dates says which dates are said: from-to, from, to, approve (an end that is
# counted from the approval, and so has no date yet), open (no end).
mandate-heading = Let { $app } take payments from your account?
# What every sentence below begins with; who prints the terms alone leaves it out.
mandate-lead = { $app } can take
mandate-once = { $dates ->
    [from-to] { $app } can take **up to { $amount } in total**, from { $start } to { $end }.
    [from] { $app } can take **up to { $amount } in total**, from { $start }, **with no end date**.
    [to] { $app } can take **up to { $amount } in total**, from when you approve to { $end }.
    [approve] { $app } can take **up to { $amount } in total**, from when you approve.
   *[open] { $app } can take **up to { $amount } in total**, from when you approve, **with no end date**.
}
mandate-each = { $unit ->
    [second] { $dates ->
        [from-to] { $periods ->
            [one] { $app } can take **up to { $amount } each second for { $periods } second**, from { $start } to { $end }: **at most { $total } in total**.
           *[other] { $app } can take **up to { $amount } each second for { $periods } seconds**, from { $start } to { $end }: **at most { $total } in total**.
        }
        [to] { $periods ->
            [one] { $app } can take **up to { $amount } each second for { $periods } second**, from when you approve to { $end }: **at most { $total } in total**.
           *[other] { $app } can take **up to { $amount } each second for { $periods } seconds**, from when you approve to { $end }: **at most { $total } in total**.
        }
       *[approve] { $periods ->
            [one] { $app } can take **up to { $amount } each second for { $periods } second**, from when you approve: **at most { $total } in total**.
           *[other] { $app } can take **up to { $amount } each second for { $periods } seconds**, from when you approve: **at most { $total } in total**.
        }
    }
    [minute] { $dates ->
        [from-to] { $periods ->
            [one] { $app } can take **up to { $amount } each minute for { $periods } minute**, from { $start } to { $end }: **at most { $total } in total**.
           *[other] { $app } can take **up to { $amount } each minute for { $periods } minutes**, from { $start } to { $end }: **at most { $total } in total**.
        }
        [to] { $periods ->
            [one] { $app } can take **up to { $amount } each minute for { $periods } minute**, from when you approve to { $end }: **at most { $total } in total**.
           *[other] { $app } can take **up to { $amount } each minute for { $periods } minutes**, from when you approve to { $end }: **at most { $total } in total**.
        }
       *[approve] { $periods ->
            [one] { $app } can take **up to { $amount } each minute for { $periods } minute**, from when you approve: **at most { $total } in total**.
           *[other] { $app } can take **up to { $amount } each minute for { $periods } minutes**, from when you approve: **at most { $total } in total**.
        }
    }
    [hour] { $dates ->
        [from-to] { $periods ->
            [one] { $app } can take **up to { $amount } each hour for { $periods } hour**, from { $start } to { $end }: **at most { $total } in total**.
           *[other] { $app } can take **up to { $amount } each hour for { $periods } hours**, from { $start } to { $end }: **at most { $total } in total**.
        }
        [to] { $periods ->
            [one] { $app } can take **up to { $amount } each hour for { $periods } hour**, from when you approve to { $end }: **at most { $total } in total**.
           *[other] { $app } can take **up to { $amount } each hour for { $periods } hours**, from when you approve to { $end }: **at most { $total } in total**.
        }
       *[approve] { $periods ->
            [one] { $app } can take **up to { $amount } each hour for { $periods } hour**, from when you approve: **at most { $total } in total**.
           *[other] { $app } can take **up to { $amount } each hour for { $periods } hours**, from when you approve: **at most { $total } in total**.
        }
    }
    [day] { $dates ->
        [from-to] { $periods ->
            [one] { $app } can take **up to { $amount } each day for { $periods } day**, from { $start } to { $end }: **at most { $total } in total**.
           *[other] { $app } can take **up to { $amount } each day for { $periods } days**, from { $start } to { $end }: **at most { $total } in total**.
        }
        [to] { $periods ->
            [one] { $app } can take **up to { $amount } each day for { $periods } day**, from when you approve to { $end }: **at most { $total } in total**.
           *[other] { $app } can take **up to { $amount } each day for { $periods } days**, from when you approve to { $end }: **at most { $total } in total**.
        }
       *[approve] { $periods ->
            [one] { $app } can take **up to { $amount } each day for { $periods } day**, from when you approve: **at most { $total } in total**.
           *[other] { $app } can take **up to { $amount } each day for { $periods } days**, from when you approve: **at most { $total } in total**.
        }
    }
    [week] { $dates ->
        [from-to] { $periods ->
            [one] { $app } can take **up to { $amount } each week for { $periods } week**, from { $start } to { $end }: **at most { $total } in total**.
           *[other] { $app } can take **up to { $amount } each week for { $periods } weeks**, from { $start } to { $end }: **at most { $total } in total**.
        }
        [to] { $periods ->
            [one] { $app } can take **up to { $amount } each week for { $periods } week**, from when you approve to { $end }: **at most { $total } in total**.
           *[other] { $app } can take **up to { $amount } each week for { $periods } weeks**, from when you approve to { $end }: **at most { $total } in total**.
        }
       *[approve] { $periods ->
            [one] { $app } can take **up to { $amount } each week for { $periods } week**, from when you approve: **at most { $total } in total**.
           *[other] { $app } can take **up to { $amount } each week for { $periods } weeks**, from when you approve: **at most { $total } in total**.
        }
    }
    [month] { $dates ->
        [from-to] { $periods ->
            [one] { $app } can take **up to { $amount } each month for { $periods } month**, from { $start } to { $end }: **at most { $total } in total**.
           *[other] { $app } can take **up to { $amount } each month for { $periods } months**, from { $start } to { $end }: **at most { $total } in total**.
        }
        [to] { $periods ->
            [one] { $app } can take **up to { $amount } each month for { $periods } month**, from when you approve to { $end }: **at most { $total } in total**.
           *[other] { $app } can take **up to { $amount } each month for { $periods } months**, from when you approve to { $end }: **at most { $total } in total**.
        }
       *[approve] { $periods ->
            [one] { $app } can take **up to { $amount } each month for { $periods } month**, from when you approve: **at most { $total } in total**.
           *[other] { $app } can take **up to { $amount } each month for { $periods } months**, from when you approve: **at most { $total } in total**.
        }
    }
   *[year] { $dates ->
        [from-to] { $periods ->
            [one] { $app } can take **up to { $amount } each year for { $periods } year**, from { $start } to { $end }: **at most { $total } in total**.
           *[other] { $app } can take **up to { $amount } each year for { $periods } years**, from { $start } to { $end }: **at most { $total } in total**.
        }
        [to] { $periods ->
            [one] { $app } can take **up to { $amount } each year for { $periods } year**, from when you approve to { $end }: **at most { $total } in total**.
           *[other] { $app } can take **up to { $amount } each year for { $periods } years**, from when you approve to { $end }: **at most { $total } in total**.
        }
       *[approve] { $periods ->
            [one] { $app } can take **up to { $amount } each year for { $periods } year**, from when you approve: **at most { $total } in total**.
           *[other] { $app } can take **up to { $amount } each year for { $periods } years**, from when you approve: **at most { $total } in total**.
        }
    }
}
mandate-each-open = { $unit ->
    [second] { $dates ->
        [from] { $app } can take **up to { $amount } each second**, from { $start }, **with no end date**.
       *[open] { $app } can take **up to { $amount } each second**, from when you approve, **with no end date**.
    }
    [minute] { $dates ->
        [from] { $app } can take **up to { $amount } each minute**, from { $start }, **with no end date**.
       *[open] { $app } can take **up to { $amount } each minute**, from when you approve, **with no end date**.
    }
    [hour] { $dates ->
        [from] { $app } can take **up to { $amount } each hour**, from { $start }, **with no end date**.
       *[open] { $app } can take **up to { $amount } each hour**, from when you approve, **with no end date**.
    }
    [day] { $dates ->
        [from] { $app } can take **up to { $amount } each day**, from { $start }, **with no end date**.
       *[open] { $app } can take **up to { $amount } each day**, from when you approve, **with no end date**.
    }
    [week] { $dates ->
        [from] { $app } can take **up to { $amount } each week**, from { $start }, **with no end date**.
       *[open] { $app } can take **up to { $amount } each week**, from when you approve, **with no end date**.
    }
    [month] { $dates ->
        [from] { $app } can take **up to { $amount } each month**, from { $start }, **with no end date**.
       *[open] { $app } can take **up to { $amount } each month**, from when you approve, **with no end date**.
    }
   *[year] { $dates ->
        [from] { $app } can take **up to { $amount } each year**, from { $start }, **with no end date**.
       *[open] { $app } can take **up to { $amount } each year**, from when you approve, **with no end date**.
    }
}
mandate-every = { $unit ->
    [second] { $dates ->
        [from-to] { $periods ->
            [one] { $app } can take **up to { $amount } every { $count } seconds for { $periods } period**, from { $start } to { $end }: **at most { $total } in total**.
           *[other] { $app } can take **up to { $amount } every { $count } seconds for { $periods } periods**, from { $start } to { $end }: **at most { $total } in total**.
        }
        [to] { $periods ->
            [one] { $app } can take **up to { $amount } every { $count } seconds for { $periods } period**, from when you approve to { $end }: **at most { $total } in total**.
           *[other] { $app } can take **up to { $amount } every { $count } seconds for { $periods } periods**, from when you approve to { $end }: **at most { $total } in total**.
        }
       *[approve] { $periods ->
            [one] { $app } can take **up to { $amount } every { $count } seconds for { $periods } period**, from when you approve: **at most { $total } in total**.
           *[other] { $app } can take **up to { $amount } every { $count } seconds for { $periods } periods**, from when you approve: **at most { $total } in total**.
        }
    }
    [minute] { $dates ->
        [from-to] { $periods ->
            [one] { $app } can take **up to { $amount } every { $count } minutes for { $periods } period**, from { $start } to { $end }: **at most { $total } in total**.
           *[other] { $app } can take **up to { $amount } every { $count } minutes for { $periods } periods**, from { $start } to { $end }: **at most { $total } in total**.
        }
        [to] { $periods ->
            [one] { $app } can take **up to { $amount } every { $count } minutes for { $periods } period**, from when you approve to { $end }: **at most { $total } in total**.
           *[other] { $app } can take **up to { $amount } every { $count } minutes for { $periods } periods**, from when you approve to { $end }: **at most { $total } in total**.
        }
       *[approve] { $periods ->
            [one] { $app } can take **up to { $amount } every { $count } minutes for { $periods } period**, from when you approve: **at most { $total } in total**.
           *[other] { $app } can take **up to { $amount } every { $count } minutes for { $periods } periods**, from when you approve: **at most { $total } in total**.
        }
    }
    [hour] { $dates ->
        [from-to] { $periods ->
            [one] { $app } can take **up to { $amount } every { $count } hours for { $periods } period**, from { $start } to { $end }: **at most { $total } in total**.
           *[other] { $app } can take **up to { $amount } every { $count } hours for { $periods } periods**, from { $start } to { $end }: **at most { $total } in total**.
        }
        [to] { $periods ->
            [one] { $app } can take **up to { $amount } every { $count } hours for { $periods } period**, from when you approve to { $end }: **at most { $total } in total**.
           *[other] { $app } can take **up to { $amount } every { $count } hours for { $periods } periods**, from when you approve to { $end }: **at most { $total } in total**.
        }
       *[approve] { $periods ->
            [one] { $app } can take **up to { $amount } every { $count } hours for { $periods } period**, from when you approve: **at most { $total } in total**.
           *[other] { $app } can take **up to { $amount } every { $count } hours for { $periods } periods**, from when you approve: **at most { $total } in total**.
        }
    }
    [day] { $dates ->
        [from-to] { $periods ->
            [one] { $app } can take **up to { $amount } every { $count } days for { $periods } period**, from { $start } to { $end }: **at most { $total } in total**.
           *[other] { $app } can take **up to { $amount } every { $count } days for { $periods } periods**, from { $start } to { $end }: **at most { $total } in total**.
        }
        [to] { $periods ->
            [one] { $app } can take **up to { $amount } every { $count } days for { $periods } period**, from when you approve to { $end }: **at most { $total } in total**.
           *[other] { $app } can take **up to { $amount } every { $count } days for { $periods } periods**, from when you approve to { $end }: **at most { $total } in total**.
        }
       *[approve] { $periods ->
            [one] { $app } can take **up to { $amount } every { $count } days for { $periods } period**, from when you approve: **at most { $total } in total**.
           *[other] { $app } can take **up to { $amount } every { $count } days for { $periods } periods**, from when you approve: **at most { $total } in total**.
        }
    }
    [week] { $dates ->
        [from-to] { $periods ->
            [one] { $app } can take **up to { $amount } every { $count } weeks for { $periods } period**, from { $start } to { $end }: **at most { $total } in total**.
           *[other] { $app } can take **up to { $amount } every { $count } weeks for { $periods } periods**, from { $start } to { $end }: **at most { $total } in total**.
        }
        [to] { $periods ->
            [one] { $app } can take **up to { $amount } every { $count } weeks for { $periods } period**, from when you approve to { $end }: **at most { $total } in total**.
           *[other] { $app } can take **up to { $amount } every { $count } weeks for { $periods } periods**, from when you approve to { $end }: **at most { $total } in total**.
        }
       *[approve] { $periods ->
            [one] { $app } can take **up to { $amount } every { $count } weeks for { $periods } period**, from when you approve: **at most { $total } in total**.
           *[other] { $app } can take **up to { $amount } every { $count } weeks for { $periods } periods**, from when you approve: **at most { $total } in total**.
        }
    }
    [month] { $dates ->
        [from-to] { $periods ->
            [one] { $app } can take **up to { $amount } every { $count } months for { $periods } period**, from { $start } to { $end }: **at most { $total } in total**.
           *[other] { $app } can take **up to { $amount } every { $count } months for { $periods } periods**, from { $start } to { $end }: **at most { $total } in total**.
        }
        [to] { $periods ->
            [one] { $app } can take **up to { $amount } every { $count } months for { $periods } period**, from when you approve to { $end }: **at most { $total } in total**.
           *[other] { $app } can take **up to { $amount } every { $count } months for { $periods } periods**, from when you approve to { $end }: **at most { $total } in total**.
        }
       *[approve] { $periods ->
            [one] { $app } can take **up to { $amount } every { $count } months for { $periods } period**, from when you approve: **at most { $total } in total**.
           *[other] { $app } can take **up to { $amount } every { $count } months for { $periods } periods**, from when you approve: **at most { $total } in total**.
        }
    }
   *[year] { $dates ->
        [from-to] { $periods ->
            [one] { $app } can take **up to { $amount } every { $count } years for { $periods } period**, from { $start } to { $end }: **at most { $total } in total**.
           *[other] { $app } can take **up to { $amount } every { $count } years for { $periods } periods**, from { $start } to { $end }: **at most { $total } in total**.
        }
        [to] { $periods ->
            [one] { $app } can take **up to { $amount } every { $count } years for { $periods } period**, from when you approve to { $end }: **at most { $total } in total**.
           *[other] { $app } can take **up to { $amount } every { $count } years for { $periods } periods**, from when you approve to { $end }: **at most { $total } in total**.
        }
       *[approve] { $periods ->
            [one] { $app } can take **up to { $amount } every { $count } years for { $periods } period**, from when you approve: **at most { $total } in total**.
           *[other] { $app } can take **up to { $amount } every { $count } years for { $periods } periods**, from when you approve: **at most { $total } in total**.
        }
    }
}
mandate-every-open = { $unit ->
    [second] { $dates ->
        [from] { $app } can take **up to { $amount } every { $count } seconds**, from { $start }, **with no end date**.
       *[open] { $app } can take **up to { $amount } every { $count } seconds**, from when you approve, **with no end date**.
    }
    [minute] { $dates ->
        [from] { $app } can take **up to { $amount } every { $count } minutes**, from { $start }, **with no end date**.
       *[open] { $app } can take **up to { $amount } every { $count } minutes**, from when you approve, **with no end date**.
    }
    [hour] { $dates ->
        [from] { $app } can take **up to { $amount } every { $count } hours**, from { $start }, **with no end date**.
       *[open] { $app } can take **up to { $amount } every { $count } hours**, from when you approve, **with no end date**.
    }
    [day] { $dates ->
        [from] { $app } can take **up to { $amount } every { $count } days**, from { $start }, **with no end date**.
       *[open] { $app } can take **up to { $amount } every { $count } days**, from when you approve, **with no end date**.
    }
    [week] { $dates ->
        [from] { $app } can take **up to { $amount } every { $count } weeks**, from { $start }, **with no end date**.
       *[open] { $app } can take **up to { $amount } every { $count } weeks**, from when you approve, **with no end date**.
    }
    [month] { $dates ->
        [from] { $app } can take **up to { $amount } every { $count } months**, from { $start }, **with no end date**.
       *[open] { $app } can take **up to { $amount } every { $count } months**, from when you approve, **with no end date**.
    }
   *[year] { $dates ->
        [from] { $app } can take **up to { $amount } every { $count } years**, from { $start }, **with no end date**.
       *[open] { $app } can take **up to { $amount } every { $count } years**, from when you approve, **with no end date**.
    }
}
mandate-row-each = { $unit ->
    [second] Each second, at most
    [minute] Each minute, at most
    [hour] Each hour, at most
    [day] Each day, at most
    [week] Each week, at most
    [month] Each month, at most
   *[year] Each year, at most
}
mandate-row-every = { $unit ->
    [second] Every { $count } seconds, at most
    [minute] Every { $count } minutes, at most
    [hour] Every { $count } hours, at most
    [day] Every { $count } days, at most
    [week] Every { $count } weeks, at most
    [month] Every { $count } months, at most
   *[year] Every { $count } years, at most
}
mandate-row-last-ends = Last period ends
mandate-row-daily = In one day
mandate-daily = at most { $amount } a day
mandate-row-payment = In one payment, at most
mandate-row-cycles = { $unit ->
    [second] Number of seconds
    [minute] Number of minutes
    [hour] Number of hours
    [day] Number of days
    [week] Number of weeks
    [month] Number of months
   *[year] Number of years
}
mandate-row-periods = Number of periods
mandate-cut = { $periods } (the end date comes before { $cycles })
mandate-row-over = Already over
mandate-over = { $unit ->
    [second] { $over ->
        [one] { $over } of the { $periods } seconds is already over and does not count
       *[other] { $over } of the { $periods } seconds are already over and do not count
    }
    [minute] { $over ->
        [one] { $over } of the { $periods } minutes is already over and does not count
       *[other] { $over } of the { $periods } minutes are already over and do not count
    }
    [hour] { $over ->
        [one] { $over } of the { $periods } hours is already over and does not count
       *[other] { $over } of the { $periods } hours are already over and do not count
    }
    [day] { $over ->
        [one] { $over } of the { $periods } days is already over and does not count
       *[other] { $over } of the { $periods } days are already over and do not count
    }
    [week] { $over ->
        [one] { $over } of the { $periods } weeks is already over and does not count
       *[other] { $over } of the { $periods } weeks are already over and do not count
    }
    [month] { $over ->
        [one] { $over } of the { $periods } months is already over and does not count
       *[other] { $over } of the { $periods } months are already over and do not count
    }
    [year] { $over ->
        [one] { $over } of the { $periods } years is already over and does not count
       *[other] { $over } of the { $periods } years are already over and do not count
    }
   *[period] { $over ->
        [one] { $over } of the { $periods } periods is already over and does not count
       *[other] { $over } of the { $periods } periods are already over and do not count
    }
}
mandate-over-open = { $unit ->
    [second] { $over ->
        [one] { $over } second is already over and does not count
       *[other] { $over } seconds are already over and do not count
    }
    [minute] { $over ->
        [one] { $over } minute is already over and does not count
       *[other] { $over } minutes are already over and do not count
    }
    [hour] { $over ->
        [one] { $over } hour is already over and does not count
       *[other] { $over } hours are already over and do not count
    }
    [day] { $over ->
        [one] { $over } day is already over and does not count
       *[other] { $over } days are already over and do not count
    }
    [week] { $over ->
        [one] { $over } week is already over and does not count
       *[other] { $over } weeks are already over and do not count
    }
    [month] { $over ->
        [one] { $over } month is already over and does not count
       *[other] { $over } months are already over and do not count
    }
    [year] { $over ->
        [one] { $over } year is already over and does not count
       *[other] { $over } years are already over and do not count
    }
   *[period] { $over ->
        [one] { $over } period is already over and does not count
       *[other] { $over } periods are already over and do not count
    }
}
mandate-row-total = Total, at most
mandate-no-limit = No limit
mandate-row-year = In the first year, at most
mandate-row-first = First day
mandate-first-approval = When you approve
mandate-row-day = Day of the month
mandate-day = { $day ->
    [29] Starts on the 29th, or the last day of a shorter month
    [30] Starts on the 30th, or the last day of a shorter month
   *[31] Starts on the 31st, or the last day of a shorter month
}
mandate-leap-day = Starts on 29 February, or 28 February in a shorter year
mandate-ends-after = { $unit ->
    [second] { $count ->
        [one] { $count } second after you approve
       *[other] { $count } seconds after you approve
    }
    [minute] { $count ->
        [one] { $count } minute after you approve
       *[other] { $count } minutes after you approve
    }
    [hour] { $count ->
        [one] { $count } hour after you approve
       *[other] { $count } hours after you approve
    }
    [day] { $count ->
        [one] { $count } day after you approve
       *[other] { $count } days after you approve
    }
    [week] { $count ->
        [one] { $count } week after you approve
       *[other] { $count } weeks after you approve
    }
    [month] { $count ->
        [one] { $count } month after you approve
       *[other] { $count } months after you approve
    }
   *[year] { $count ->
        [one] { $count } year after you approve
       *[other] { $count } years after you approve
    }
}
mandate-row-short = { $unit ->
    [second] Last second
    [minute] Last minute
    [hour] Last hour
    [day] Last day
    [week] Last week
    [month] Last month
    [year] Last year
   *[period] Last period
}
mandate-short = { $unit ->
    [second] The last second is short ({ $length }) but the full { $amount } can still be taken
    [minute] The last minute is short ({ $length }) but the full { $amount } can still be taken
    [hour] The last hour is short ({ $length }) but the full { $amount } can still be taken
    [day] The last day is short ({ $length }) but the full { $amount } can still be taken
    [week] The last week is short ({ $length }) but the full { $amount } can still be taken
    [month] The last month is short ({ $length }) but the full { $amount } can still be taken
    [year] The last year is short ({ $length }) but the full { $amount } can still be taken
   *[period] The last period is short ({ $length }) but the full { $amount } can still be taken
}
# How long a short period is, in brackets.
mandate-length = { $unit ->
    [second] { $count ->
        [one] { $count } second
       *[other] { $count } seconds
    }
    [minute] { $count ->
        [one] { $count } minute
       *[other] { $count } minutes
    }
    [hour] { $count ->
        [one] { $count } hour
       *[other] { $count } hours
    }
    [day] { $count ->
        [one] { $count } day
       *[other] { $count } days
    }
    [week] { $count ->
        [one] { $count } week
       *[other] { $count } weeks
    }
    [month] { $count ->
        [one] { $count } month
       *[other] { $count } months
    }
   *[year] { $count ->
        [one] { $count } year
       *[other] { $count } years
    }
}
mandate-row-unused = End date in the terms
mandate-unused = { $end }, which is after the last period: nothing can be taken then
mandate-row-carry = If they do not use it all
mandate-carries = It carries over, so up to { $amount } could be taken at once
mandate-carries-parts = It carries over, so up to { $total } could be taken on one day, at most { $each } in one payment
mandate-carries-endless = It carries over, with no limit
mandate-lapses = It does not carry over
mandate-carry = anything not taken carries over, so up to { $amount } could be taken at once
mandate-carry-parts = anything not taken carries over, so up to { $total } could be taken on one day, at most { $each } in one payment
mandate-carry-endless = anything not taken carries over, with no limit
mandate-row-tail = After the last period
mandate-tail = what is left can be taken until { $end }
mandate-tail-open = what is left can be taken at any time
mandate-row-often = Payments
mandate-often = { $unit ->
    [second] One or several in a second, at any time; they do not need to ask again
    [minute] One or several in a minute, at any time; they do not need to ask again
    [hour] One or several in an hour, at any time; they do not need to ask again
    [day] One or several in a day, at any time; they do not need to ask again
    [week] One or several in a week, on any day; they do not need to ask again
    [month] One or several in a month, on any day; they do not need to ask again
   *[year] One or several in a year, on any day; they do not need to ask again
}
mandate-often-every = One or several in each period, at any time; they do not need to ask again
mandate-often-once = One or several, on any day; they do not need to ask again
mandate-row-reference = Reference
mandate-money-to = The money can only go to { $receiver }.
mandate-money-anywhere = It can choose which account the money goes to.
