# What an automatic payment may take. $dates says which dates there are: from-to, from, to, open.
mandate-heading = Let { $app } take payments from your account?
mandate-once = { $dates ->
    [from-to] { $app } can take **up to { $amount } in total**, from { $start } to { $end }.
    [from] { $app } can take **up to { $amount } in total**, from { $start }, **with no end date**.
    [to] { $app } can take **up to { $amount } in total**, from when you approve to { $end }.
   *[open] { $app } can take **up to { $amount } in total**, from when you approve, **with no end date**.
}
mandate-each = { $unit ->
    [second] { $dates ->
        [from-to] { $app } can take **up to { $amount } each second**, from { $start } to { $end }.
        [from] { $app } can take **up to { $amount } each second**, from { $start }, **with no end date**.
        [to] { $app } can take **up to { $amount } each second**, from when you approve to { $end }.
       *[open] { $app } can take **up to { $amount } each second**, from when you approve, **with no end date**.
    }
    [minute] { $dates ->
        [from-to] { $app } can take **up to { $amount } each minute**, from { $start } to { $end }.
        [from] { $app } can take **up to { $amount } each minute**, from { $start }, **with no end date**.
        [to] { $app } can take **up to { $amount } each minute**, from when you approve to { $end }.
       *[open] { $app } can take **up to { $amount } each minute**, from when you approve, **with no end date**.
    }
    [hour] { $dates ->
        [from-to] { $app } can take **up to { $amount } each hour**, from { $start } to { $end }.
        [from] { $app } can take **up to { $amount } each hour**, from { $start }, **with no end date**.
        [to] { $app } can take **up to { $amount } each hour**, from when you approve to { $end }.
       *[open] { $app } can take **up to { $amount } each hour**, from when you approve, **with no end date**.
    }
    [day] { $dates ->
        [from-to] { $app } can take **up to { $amount } each day**, from { $start } to { $end }.
        [from] { $app } can take **up to { $amount } each day**, from { $start }, **with no end date**.
        [to] { $app } can take **up to { $amount } each day**, from when you approve to { $end }.
       *[open] { $app } can take **up to { $amount } each day**, from when you approve, **with no end date**.
    }
    [week] { $dates ->
        [from-to] { $app } can take **up to { $amount } each week**, from { $start } to { $end }.
        [from] { $app } can take **up to { $amount } each week**, from { $start }, **with no end date**.
        [to] { $app } can take **up to { $amount } each week**, from when you approve to { $end }.
       *[open] { $app } can take **up to { $amount } each week**, from when you approve, **with no end date**.
    }
    [month] { $dates ->
        [from-to] { $app } can take **up to { $amount } each month**, from { $start } to { $end }.
        [from] { $app } can take **up to { $amount } each month**, from { $start }, **with no end date**.
        [to] { $app } can take **up to { $amount } each month**, from when you approve to { $end }.
       *[open] { $app } can take **up to { $amount } each month**, from when you approve, **with no end date**.
    }
   *[year] { $dates ->
        [from-to] { $app } can take **up to { $amount } each year**, from { $start } to { $end }.
        [from] { $app } can take **up to { $amount } each year**, from { $start }, **with no end date**.
        [to] { $app } can take **up to { $amount } each year**, from when you approve to { $end }.
       *[open] { $app } can take **up to { $amount } each year**, from when you approve, **with no end date**.
    }
}
mandate-every = { $unit ->
    [second] { $dates ->
        [from-to] { $app } can take **up to { $amount } every { $count } seconds**, from { $start } to { $end }.
        [from] { $app } can take **up to { $amount } every { $count } seconds**, from { $start }, **with no end date**.
        [to] { $app } can take **up to { $amount } every { $count } seconds**, from when you approve to { $end }.
       *[open] { $app } can take **up to { $amount } every { $count } seconds**, from when you approve, **with no end date**.
    }
    [minute] { $dates ->
        [from-to] { $app } can take **up to { $amount } every { $count } minutes**, from { $start } to { $end }.
        [from] { $app } can take **up to { $amount } every { $count } minutes**, from { $start }, **with no end date**.
        [to] { $app } can take **up to { $amount } every { $count } minutes**, from when you approve to { $end }.
       *[open] { $app } can take **up to { $amount } every { $count } minutes**, from when you approve, **with no end date**.
    }
    [hour] { $dates ->
        [from-to] { $app } can take **up to { $amount } every { $count } hours**, from { $start } to { $end }.
        [from] { $app } can take **up to { $amount } every { $count } hours**, from { $start }, **with no end date**.
        [to] { $app } can take **up to { $amount } every { $count } hours**, from when you approve to { $end }.
       *[open] { $app } can take **up to { $amount } every { $count } hours**, from when you approve, **with no end date**.
    }
    [day] { $dates ->
        [from-to] { $app } can take **up to { $amount } every { $count } days**, from { $start } to { $end }.
        [from] { $app } can take **up to { $amount } every { $count } days**, from { $start }, **with no end date**.
        [to] { $app } can take **up to { $amount } every { $count } days**, from when you approve to { $end }.
       *[open] { $app } can take **up to { $amount } every { $count } days**, from when you approve, **with no end date**.
    }
    [week] { $dates ->
        [from-to] { $app } can take **up to { $amount } every { $count } weeks**, from { $start } to { $end }.
        [from] { $app } can take **up to { $amount } every { $count } weeks**, from { $start }, **with no end date**.
        [to] { $app } can take **up to { $amount } every { $count } weeks**, from when you approve to { $end }.
       *[open] { $app } can take **up to { $amount } every { $count } weeks**, from when you approve, **with no end date**.
    }
    [month] { $dates ->
        [from-to] { $app } can take **up to { $amount } every { $count } months**, from { $start } to { $end }.
        [from] { $app } can take **up to { $amount } every { $count } months**, from { $start }, **with no end date**.
        [to] { $app } can take **up to { $amount } every { $count } months**, from when you approve to { $end }.
       *[open] { $app } can take **up to { $amount } every { $count } months**, from when you approve, **with no end date**.
    }
   *[year] { $dates ->
        [from-to] { $app } can take **up to { $amount } every { $count } years**, from { $start } to { $end }.
        [from] { $app } can take **up to { $amount } every { $count } years**, from { $start }, **with no end date**.
        [to] { $app } can take **up to { $amount } every { $count } years**, from when you approve to { $end }.
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
mandate-row-cycles = { $unit ->
    [second] Number of seconds
    [minute] Number of minutes
    [hour] Number of hours
    [day] Number of days
    [week] Number of weeks
    [month] Number of months
   *[year] Number of years
}
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
mandate-row-periods = Number of periods
mandate-row-total = Total, at most
mandate-row-payment = In one payment, at most
mandate-row-first = First day
mandate-first-approval = When you approve
mandate-row-carry = If they do not use it all
mandate-carries = It carries over
mandate-lapses = It does not carry over
mandate-row-often = Payments
