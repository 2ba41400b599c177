# What an automatic payment may take. $dates says which dates are said: from-to, from, to, approve (an end that is
# counted from the approval, and so has no date yet), open (no end).
mandate-heading = Darf { $app } Geld von Ihrem Konto abbuchen?
# What every sentence below begins with; who prints the terms alone leaves it out.
mandate-lead = { $app } darf
mandate-once = { $dates ->
    [from-to] { $app } darf **insgesamt bis zu { $amount }** abbuchen, vom { $start } bis zum { $end }.
    [from] { $app } darf **insgesamt bis zu { $amount }** abbuchen, ab dem { $start }, **ohne Enddatum**.
    [to] { $app } darf **insgesamt bis zu { $amount }** abbuchen, ab Ihrer Genehmigung bis zum { $end }.
    [approve] { $app } darf **insgesamt bis zu { $amount }** abbuchen, ab Ihrer Genehmigung.
   *[open] { $app } darf **insgesamt bis zu { $amount }** abbuchen, ab Ihrer Genehmigung, **ohne Enddatum**.
}
mandate-each = { $unit ->
    [second] { $dates ->
        [from-to] { $periods ->
            [one] { $app } darf **{ $periods } Sekunde lang jede Sekunde bis zu { $amount }** abbuchen, vom { $start } bis zum { $end }: **insgesamt höchstens { $total }**.
           *[other] { $app } darf **{ $periods } Sekunden lang jede Sekunde bis zu { $amount }** abbuchen, vom { $start } bis zum { $end }: **insgesamt höchstens { $total }**.
        }
        [to] { $periods ->
            [one] { $app } darf **{ $periods } Sekunde lang jede Sekunde bis zu { $amount }** abbuchen, ab Ihrer Genehmigung bis zum { $end }: **insgesamt höchstens { $total }**.
           *[other] { $app } darf **{ $periods } Sekunden lang jede Sekunde bis zu { $amount }** abbuchen, ab Ihrer Genehmigung bis zum { $end }: **insgesamt höchstens { $total }**.
        }
       *[approve] { $periods ->
            [one] { $app } darf **{ $periods } Sekunde lang jede Sekunde bis zu { $amount }** abbuchen, ab Ihrer Genehmigung: **insgesamt höchstens { $total }**.
           *[other] { $app } darf **{ $periods } Sekunden lang jede Sekunde bis zu { $amount }** abbuchen, ab Ihrer Genehmigung: **insgesamt höchstens { $total }**.
        }
    }
    [minute] { $dates ->
        [from-to] { $periods ->
            [one] { $app } darf **{ $periods } Minute lang jede Minute bis zu { $amount }** abbuchen, vom { $start } bis zum { $end }: **insgesamt höchstens { $total }**.
           *[other] { $app } darf **{ $periods } Minuten lang jede Minute bis zu { $amount }** abbuchen, vom { $start } bis zum { $end }: **insgesamt höchstens { $total }**.
        }
        [to] { $periods ->
            [one] { $app } darf **{ $periods } Minute lang jede Minute bis zu { $amount }** abbuchen, ab Ihrer Genehmigung bis zum { $end }: **insgesamt höchstens { $total }**.
           *[other] { $app } darf **{ $periods } Minuten lang jede Minute bis zu { $amount }** abbuchen, ab Ihrer Genehmigung bis zum { $end }: **insgesamt höchstens { $total }**.
        }
       *[approve] { $periods ->
            [one] { $app } darf **{ $periods } Minute lang jede Minute bis zu { $amount }** abbuchen, ab Ihrer Genehmigung: **insgesamt höchstens { $total }**.
           *[other] { $app } darf **{ $periods } Minuten lang jede Minute bis zu { $amount }** abbuchen, ab Ihrer Genehmigung: **insgesamt höchstens { $total }**.
        }
    }
    [hour] { $dates ->
        [from-to] { $periods ->
            [one] { $app } darf **{ $periods } Stunde lang jede Stunde bis zu { $amount }** abbuchen, vom { $start } bis zum { $end }: **insgesamt höchstens { $total }**.
           *[other] { $app } darf **{ $periods } Stunden lang jede Stunde bis zu { $amount }** abbuchen, vom { $start } bis zum { $end }: **insgesamt höchstens { $total }**.
        }
        [to] { $periods ->
            [one] { $app } darf **{ $periods } Stunde lang jede Stunde bis zu { $amount }** abbuchen, ab Ihrer Genehmigung bis zum { $end }: **insgesamt höchstens { $total }**.
           *[other] { $app } darf **{ $periods } Stunden lang jede Stunde bis zu { $amount }** abbuchen, ab Ihrer Genehmigung bis zum { $end }: **insgesamt höchstens { $total }**.
        }
       *[approve] { $periods ->
            [one] { $app } darf **{ $periods } Stunde lang jede Stunde bis zu { $amount }** abbuchen, ab Ihrer Genehmigung: **insgesamt höchstens { $total }**.
           *[other] { $app } darf **{ $periods } Stunden lang jede Stunde bis zu { $amount }** abbuchen, ab Ihrer Genehmigung: **insgesamt höchstens { $total }**.
        }
    }
    [day] { $dates ->
        [from-to] { $periods ->
            [one] { $app } darf **{ $periods } Tag lang jeden Tag bis zu { $amount }** abbuchen, vom { $start } bis zum { $end }: **insgesamt höchstens { $total }**.
           *[other] { $app } darf **{ $periods } Tage lang jeden Tag bis zu { $amount }** abbuchen, vom { $start } bis zum { $end }: **insgesamt höchstens { $total }**.
        }
        [to] { $periods ->
            [one] { $app } darf **{ $periods } Tag lang jeden Tag bis zu { $amount }** abbuchen, ab Ihrer Genehmigung bis zum { $end }: **insgesamt höchstens { $total }**.
           *[other] { $app } darf **{ $periods } Tage lang jeden Tag bis zu { $amount }** abbuchen, ab Ihrer Genehmigung bis zum { $end }: **insgesamt höchstens { $total }**.
        }
       *[approve] { $periods ->
            [one] { $app } darf **{ $periods } Tag lang jeden Tag bis zu { $amount }** abbuchen, ab Ihrer Genehmigung: **insgesamt höchstens { $total }**.
           *[other] { $app } darf **{ $periods } Tage lang jeden Tag bis zu { $amount }** abbuchen, ab Ihrer Genehmigung: **insgesamt höchstens { $total }**.
        }
    }
    [week] { $dates ->
        [from-to] { $periods ->
            [one] { $app } darf **{ $periods } Woche lang jede Woche bis zu { $amount }** abbuchen, vom { $start } bis zum { $end }: **insgesamt höchstens { $total }**.
           *[other] { $app } darf **{ $periods } Wochen lang jede Woche bis zu { $amount }** abbuchen, vom { $start } bis zum { $end }: **insgesamt höchstens { $total }**.
        }
        [to] { $periods ->
            [one] { $app } darf **{ $periods } Woche lang jede Woche bis zu { $amount }** abbuchen, ab Ihrer Genehmigung bis zum { $end }: **insgesamt höchstens { $total }**.
           *[other] { $app } darf **{ $periods } Wochen lang jede Woche bis zu { $amount }** abbuchen, ab Ihrer Genehmigung bis zum { $end }: **insgesamt höchstens { $total }**.
        }
       *[approve] { $periods ->
            [one] { $app } darf **{ $periods } Woche lang jede Woche bis zu { $amount }** abbuchen, ab Ihrer Genehmigung: **insgesamt höchstens { $total }**.
           *[other] { $app } darf **{ $periods } Wochen lang jede Woche bis zu { $amount }** abbuchen, ab Ihrer Genehmigung: **insgesamt höchstens { $total }**.
        }
    }
    [month] { $dates ->
        [from-to] { $periods ->
            [one] { $app } darf **{ $periods } Monat lang jeden Monat bis zu { $amount }** abbuchen, vom { $start } bis zum { $end }: **insgesamt höchstens { $total }**.
           *[other] { $app } darf **{ $periods } Monate lang jeden Monat bis zu { $amount }** abbuchen, vom { $start } bis zum { $end }: **insgesamt höchstens { $total }**.
        }
        [to] { $periods ->
            [one] { $app } darf **{ $periods } Monat lang jeden Monat bis zu { $amount }** abbuchen, ab Ihrer Genehmigung bis zum { $end }: **insgesamt höchstens { $total }**.
           *[other] { $app } darf **{ $periods } Monate lang jeden Monat bis zu { $amount }** abbuchen, ab Ihrer Genehmigung bis zum { $end }: **insgesamt höchstens { $total }**.
        }
       *[approve] { $periods ->
            [one] { $app } darf **{ $periods } Monat lang jeden Monat bis zu { $amount }** abbuchen, ab Ihrer Genehmigung: **insgesamt höchstens { $total }**.
           *[other] { $app } darf **{ $periods } Monate lang jeden Monat bis zu { $amount }** abbuchen, ab Ihrer Genehmigung: **insgesamt höchstens { $total }**.
        }
    }
   *[year] { $dates ->
        [from-to] { $periods ->
            [one] { $app } darf **{ $periods } Jahr lang jedes Jahr bis zu { $amount }** abbuchen, vom { $start } bis zum { $end }: **insgesamt höchstens { $total }**.
           *[other] { $app } darf **{ $periods } Jahre lang jedes Jahr bis zu { $amount }** abbuchen, vom { $start } bis zum { $end }: **insgesamt höchstens { $total }**.
        }
        [to] { $periods ->
            [one] { $app } darf **{ $periods } Jahr lang jedes Jahr bis zu { $amount }** abbuchen, ab Ihrer Genehmigung bis zum { $end }: **insgesamt höchstens { $total }**.
           *[other] { $app } darf **{ $periods } Jahre lang jedes Jahr bis zu { $amount }** abbuchen, ab Ihrer Genehmigung bis zum { $end }: **insgesamt höchstens { $total }**.
        }
       *[approve] { $periods ->
            [one] { $app } darf **{ $periods } Jahr lang jedes Jahr bis zu { $amount }** abbuchen, ab Ihrer Genehmigung: **insgesamt höchstens { $total }**.
           *[other] { $app } darf **{ $periods } Jahre lang jedes Jahr bis zu { $amount }** abbuchen, ab Ihrer Genehmigung: **insgesamt höchstens { $total }**.
        }
    }
}
mandate-each-open = { $unit ->
    [second] { $dates ->
        [from] { $app } darf **jede Sekunde bis zu { $amount }** abbuchen, ab dem { $start }, **ohne Enddatum**.
       *[open] { $app } darf **jede Sekunde bis zu { $amount }** abbuchen, ab Ihrer Genehmigung, **ohne Enddatum**.
    }
    [minute] { $dates ->
        [from] { $app } darf **jede Minute bis zu { $amount }** abbuchen, ab dem { $start }, **ohne Enddatum**.
       *[open] { $app } darf **jede Minute bis zu { $amount }** abbuchen, ab Ihrer Genehmigung, **ohne Enddatum**.
    }
    [hour] { $dates ->
        [from] { $app } darf **jede Stunde bis zu { $amount }** abbuchen, ab dem { $start }, **ohne Enddatum**.
       *[open] { $app } darf **jede Stunde bis zu { $amount }** abbuchen, ab Ihrer Genehmigung, **ohne Enddatum**.
    }
    [day] { $dates ->
        [from] { $app } darf **jeden Tag bis zu { $amount }** abbuchen, ab dem { $start }, **ohne Enddatum**.
       *[open] { $app } darf **jeden Tag bis zu { $amount }** abbuchen, ab Ihrer Genehmigung, **ohne Enddatum**.
    }
    [week] { $dates ->
        [from] { $app } darf **jede Woche bis zu { $amount }** abbuchen, ab dem { $start }, **ohne Enddatum**.
       *[open] { $app } darf **jede Woche bis zu { $amount }** abbuchen, ab Ihrer Genehmigung, **ohne Enddatum**.
    }
    [month] { $dates ->
        [from] { $app } darf **jeden Monat bis zu { $amount }** abbuchen, ab dem { $start }, **ohne Enddatum**.
       *[open] { $app } darf **jeden Monat bis zu { $amount }** abbuchen, ab Ihrer Genehmigung, **ohne Enddatum**.
    }
   *[year] { $dates ->
        [from] { $app } darf **jedes Jahr bis zu { $amount }** abbuchen, ab dem { $start }, **ohne Enddatum**.
       *[open] { $app } darf **jedes Jahr bis zu { $amount }** abbuchen, ab Ihrer Genehmigung, **ohne Enddatum**.
    }
}
mandate-every = { $unit ->
    [second] { $dates ->
        [from-to] { $periods ->
            [one] { $app } darf **{ $periods } Zeitraum lang alle { $count } Sekunden bis zu { $amount }** abbuchen, vom { $start } bis zum { $end }: **insgesamt höchstens { $total }**.
           *[other] { $app } darf **{ $periods } Zeiträume lang alle { $count } Sekunden bis zu { $amount }** abbuchen, vom { $start } bis zum { $end }: **insgesamt höchstens { $total }**.
        }
        [to] { $periods ->
            [one] { $app } darf **{ $periods } Zeitraum lang alle { $count } Sekunden bis zu { $amount }** abbuchen, ab Ihrer Genehmigung bis zum { $end }: **insgesamt höchstens { $total }**.
           *[other] { $app } darf **{ $periods } Zeiträume lang alle { $count } Sekunden bis zu { $amount }** abbuchen, ab Ihrer Genehmigung bis zum { $end }: **insgesamt höchstens { $total }**.
        }
       *[approve] { $periods ->
            [one] { $app } darf **{ $periods } Zeitraum lang alle { $count } Sekunden bis zu { $amount }** abbuchen, ab Ihrer Genehmigung: **insgesamt höchstens { $total }**.
           *[other] { $app } darf **{ $periods } Zeiträume lang alle { $count } Sekunden bis zu { $amount }** abbuchen, ab Ihrer Genehmigung: **insgesamt höchstens { $total }**.
        }
    }
    [minute] { $dates ->
        [from-to] { $periods ->
            [one] { $app } darf **{ $periods } Zeitraum lang alle { $count } Minuten bis zu { $amount }** abbuchen, vom { $start } bis zum { $end }: **insgesamt höchstens { $total }**.
           *[other] { $app } darf **{ $periods } Zeiträume lang alle { $count } Minuten bis zu { $amount }** abbuchen, vom { $start } bis zum { $end }: **insgesamt höchstens { $total }**.
        }
        [to] { $periods ->
            [one] { $app } darf **{ $periods } Zeitraum lang alle { $count } Minuten bis zu { $amount }** abbuchen, ab Ihrer Genehmigung bis zum { $end }: **insgesamt höchstens { $total }**.
           *[other] { $app } darf **{ $periods } Zeiträume lang alle { $count } Minuten bis zu { $amount }** abbuchen, ab Ihrer Genehmigung bis zum { $end }: **insgesamt höchstens { $total }**.
        }
       *[approve] { $periods ->
            [one] { $app } darf **{ $periods } Zeitraum lang alle { $count } Minuten bis zu { $amount }** abbuchen, ab Ihrer Genehmigung: **insgesamt höchstens { $total }**.
           *[other] { $app } darf **{ $periods } Zeiträume lang alle { $count } Minuten bis zu { $amount }** abbuchen, ab Ihrer Genehmigung: **insgesamt höchstens { $total }**.
        }
    }
    [hour] { $dates ->
        [from-to] { $periods ->
            [one] { $app } darf **{ $periods } Zeitraum lang alle { $count } Stunden bis zu { $amount }** abbuchen, vom { $start } bis zum { $end }: **insgesamt höchstens { $total }**.
           *[other] { $app } darf **{ $periods } Zeiträume lang alle { $count } Stunden bis zu { $amount }** abbuchen, vom { $start } bis zum { $end }: **insgesamt höchstens { $total }**.
        }
        [to] { $periods ->
            [one] { $app } darf **{ $periods } Zeitraum lang alle { $count } Stunden bis zu { $amount }** abbuchen, ab Ihrer Genehmigung bis zum { $end }: **insgesamt höchstens { $total }**.
           *[other] { $app } darf **{ $periods } Zeiträume lang alle { $count } Stunden bis zu { $amount }** abbuchen, ab Ihrer Genehmigung bis zum { $end }: **insgesamt höchstens { $total }**.
        }
       *[approve] { $periods ->
            [one] { $app } darf **{ $periods } Zeitraum lang alle { $count } Stunden bis zu { $amount }** abbuchen, ab Ihrer Genehmigung: **insgesamt höchstens { $total }**.
           *[other] { $app } darf **{ $periods } Zeiträume lang alle { $count } Stunden bis zu { $amount }** abbuchen, ab Ihrer Genehmigung: **insgesamt höchstens { $total }**.
        }
    }
    [day] { $dates ->
        [from-to] { $periods ->
            [one] { $app } darf **{ $periods } Zeitraum lang alle { $count } Tage bis zu { $amount }** abbuchen, vom { $start } bis zum { $end }: **insgesamt höchstens { $total }**.
           *[other] { $app } darf **{ $periods } Zeiträume lang alle { $count } Tage bis zu { $amount }** abbuchen, vom { $start } bis zum { $end }: **insgesamt höchstens { $total }**.
        }
        [to] { $periods ->
            [one] { $app } darf **{ $periods } Zeitraum lang alle { $count } Tage bis zu { $amount }** abbuchen, ab Ihrer Genehmigung bis zum { $end }: **insgesamt höchstens { $total }**.
           *[other] { $app } darf **{ $periods } Zeiträume lang alle { $count } Tage bis zu { $amount }** abbuchen, ab Ihrer Genehmigung bis zum { $end }: **insgesamt höchstens { $total }**.
        }
       *[approve] { $periods ->
            [one] { $app } darf **{ $periods } Zeitraum lang alle { $count } Tage bis zu { $amount }** abbuchen, ab Ihrer Genehmigung: **insgesamt höchstens { $total }**.
           *[other] { $app } darf **{ $periods } Zeiträume lang alle { $count } Tage bis zu { $amount }** abbuchen, ab Ihrer Genehmigung: **insgesamt höchstens { $total }**.
        }
    }
    [week] { $dates ->
        [from-to] { $periods ->
            [one] { $app } darf **{ $periods } Zeitraum lang alle { $count } Wochen bis zu { $amount }** abbuchen, vom { $start } bis zum { $end }: **insgesamt höchstens { $total }**.
           *[other] { $app } darf **{ $periods } Zeiträume lang alle { $count } Wochen bis zu { $amount }** abbuchen, vom { $start } bis zum { $end }: **insgesamt höchstens { $total }**.
        }
        [to] { $periods ->
            [one] { $app } darf **{ $periods } Zeitraum lang alle { $count } Wochen bis zu { $amount }** abbuchen, ab Ihrer Genehmigung bis zum { $end }: **insgesamt höchstens { $total }**.
           *[other] { $app } darf **{ $periods } Zeiträume lang alle { $count } Wochen bis zu { $amount }** abbuchen, ab Ihrer Genehmigung bis zum { $end }: **insgesamt höchstens { $total }**.
        }
       *[approve] { $periods ->
            [one] { $app } darf **{ $periods } Zeitraum lang alle { $count } Wochen bis zu { $amount }** abbuchen, ab Ihrer Genehmigung: **insgesamt höchstens { $total }**.
           *[other] { $app } darf **{ $periods } Zeiträume lang alle { $count } Wochen bis zu { $amount }** abbuchen, ab Ihrer Genehmigung: **insgesamt höchstens { $total }**.
        }
    }
    [month] { $dates ->
        [from-to] { $periods ->
            [one] { $app } darf **{ $periods } Zeitraum lang alle { $count } Monate bis zu { $amount }** abbuchen, vom { $start } bis zum { $end }: **insgesamt höchstens { $total }**.
           *[other] { $app } darf **{ $periods } Zeiträume lang alle { $count } Monate bis zu { $amount }** abbuchen, vom { $start } bis zum { $end }: **insgesamt höchstens { $total }**.
        }
        [to] { $periods ->
            [one] { $app } darf **{ $periods } Zeitraum lang alle { $count } Monate bis zu { $amount }** abbuchen, ab Ihrer Genehmigung bis zum { $end }: **insgesamt höchstens { $total }**.
           *[other] { $app } darf **{ $periods } Zeiträume lang alle { $count } Monate bis zu { $amount }** abbuchen, ab Ihrer Genehmigung bis zum { $end }: **insgesamt höchstens { $total }**.
        }
       *[approve] { $periods ->
            [one] { $app } darf **{ $periods } Zeitraum lang alle { $count } Monate bis zu { $amount }** abbuchen, ab Ihrer Genehmigung: **insgesamt höchstens { $total }**.
           *[other] { $app } darf **{ $periods } Zeiträume lang alle { $count } Monate bis zu { $amount }** abbuchen, ab Ihrer Genehmigung: **insgesamt höchstens { $total }**.
        }
    }
   *[year] { $dates ->
        [from-to] { $periods ->
            [one] { $app } darf **{ $periods } Zeitraum lang alle { $count } Jahre bis zu { $amount }** abbuchen, vom { $start } bis zum { $end }: **insgesamt höchstens { $total }**.
           *[other] { $app } darf **{ $periods } Zeiträume lang alle { $count } Jahre bis zu { $amount }** abbuchen, vom { $start } bis zum { $end }: **insgesamt höchstens { $total }**.
        }
        [to] { $periods ->
            [one] { $app } darf **{ $periods } Zeitraum lang alle { $count } Jahre bis zu { $amount }** abbuchen, ab Ihrer Genehmigung bis zum { $end }: **insgesamt höchstens { $total }**.
           *[other] { $app } darf **{ $periods } Zeiträume lang alle { $count } Jahre bis zu { $amount }** abbuchen, ab Ihrer Genehmigung bis zum { $end }: **insgesamt höchstens { $total }**.
        }
       *[approve] { $periods ->
            [one] { $app } darf **{ $periods } Zeitraum lang alle { $count } Jahre bis zu { $amount }** abbuchen, ab Ihrer Genehmigung: **insgesamt höchstens { $total }**.
           *[other] { $app } darf **{ $periods } Zeiträume lang alle { $count } Jahre bis zu { $amount }** abbuchen, ab Ihrer Genehmigung: **insgesamt höchstens { $total }**.
        }
    }
}
mandate-every-open = { $unit ->
    [second] { $dates ->
        [from] { $app } darf **alle { $count } Sekunden bis zu { $amount }** abbuchen, ab dem { $start }, **ohne Enddatum**.
       *[open] { $app } darf **alle { $count } Sekunden bis zu { $amount }** abbuchen, ab Ihrer Genehmigung, **ohne Enddatum**.
    }
    [minute] { $dates ->
        [from] { $app } darf **alle { $count } Minuten bis zu { $amount }** abbuchen, ab dem { $start }, **ohne Enddatum**.
       *[open] { $app } darf **alle { $count } Minuten bis zu { $amount }** abbuchen, ab Ihrer Genehmigung, **ohne Enddatum**.
    }
    [hour] { $dates ->
        [from] { $app } darf **alle { $count } Stunden bis zu { $amount }** abbuchen, ab dem { $start }, **ohne Enddatum**.
       *[open] { $app } darf **alle { $count } Stunden bis zu { $amount }** abbuchen, ab Ihrer Genehmigung, **ohne Enddatum**.
    }
    [day] { $dates ->
        [from] { $app } darf **alle { $count } Tage bis zu { $amount }** abbuchen, ab dem { $start }, **ohne Enddatum**.
       *[open] { $app } darf **alle { $count } Tage bis zu { $amount }** abbuchen, ab Ihrer Genehmigung, **ohne Enddatum**.
    }
    [week] { $dates ->
        [from] { $app } darf **alle { $count } Wochen bis zu { $amount }** abbuchen, ab dem { $start }, **ohne Enddatum**.
       *[open] { $app } darf **alle { $count } Wochen bis zu { $amount }** abbuchen, ab Ihrer Genehmigung, **ohne Enddatum**.
    }
    [month] { $dates ->
        [from] { $app } darf **alle { $count } Monate bis zu { $amount }** abbuchen, ab dem { $start }, **ohne Enddatum**.
       *[open] { $app } darf **alle { $count } Monate bis zu { $amount }** abbuchen, ab Ihrer Genehmigung, **ohne Enddatum**.
    }
   *[year] { $dates ->
        [from] { $app } darf **alle { $count } Jahre bis zu { $amount }** abbuchen, ab dem { $start }, **ohne Enddatum**.
       *[open] { $app } darf **alle { $count } Jahre bis zu { $amount }** abbuchen, ab Ihrer Genehmigung, **ohne Enddatum**.
    }
}
mandate-row-each = { $unit ->
    [second] Jede Sekunde höchstens
    [minute] Jede Minute höchstens
    [hour] Jede Stunde höchstens
    [day] Jeden Tag höchstens
    [week] Jede Woche höchstens
    [month] Jeden Monat höchstens
   *[year] Jedes Jahr höchstens
}
mandate-row-every = { $unit ->
    [second] Alle { $count } Sekunden höchstens
    [minute] Alle { $count } Minuten höchstens
    [hour] Alle { $count } Stunden höchstens
    [day] Alle { $count } Tage höchstens
    [week] Alle { $count } Wochen höchstens
    [month] Alle { $count } Monate höchstens
   *[year] Alle { $count } Jahre höchstens
}
mandate-row-last-ends = Letzter Zeitraum endet
mandate-row-daily = An einem Tag
mandate-daily = höchstens { $amount } am Tag
mandate-row-payment = Je Zahlung höchstens
mandate-row-cycles = { $unit ->
    [second] Anzahl der Sekunden
    [minute] Anzahl der Minuten
    [hour] Anzahl der Stunden
    [day] Anzahl der Tage
    [week] Anzahl der Wochen
    [month] Anzahl der Monate
   *[year] Anzahl der Jahre
}
mandate-row-periods = Anzahl der Zeiträume
mandate-cut = { $periods } (das Enddatum kommt vor { $cycles })
mandate-row-over = Schon vorbei
mandate-over = { $unit ->
    [second] { $over ->
        [one] { $over } von { $periods } Sekunden ist schon vorbei und zählt nicht
       *[other] { $over } von { $periods } Sekunden sind schon vorbei und zählen nicht
    }
    [minute] { $over ->
        [one] { $over } von { $periods } Minuten ist schon vorbei und zählt nicht
       *[other] { $over } von { $periods } Minuten sind schon vorbei und zählen nicht
    }
    [hour] { $over ->
        [one] { $over } von { $periods } Stunden ist schon vorbei und zählt nicht
       *[other] { $over } von { $periods } Stunden sind schon vorbei und zählen nicht
    }
    [day] { $over ->
        [one] { $over } von { $periods } Tagen ist schon vorbei und zählt nicht
       *[other] { $over } von { $periods } Tagen sind schon vorbei und zählen nicht
    }
    [week] { $over ->
        [one] { $over } von { $periods } Wochen ist schon vorbei und zählt nicht
       *[other] { $over } von { $periods } Wochen sind schon vorbei und zählen nicht
    }
    [month] { $over ->
        [one] { $over } von { $periods } Monaten ist schon vorbei und zählt nicht
       *[other] { $over } von { $periods } Monaten sind schon vorbei und zählen nicht
    }
    [year] { $over ->
        [one] { $over } von { $periods } Jahren ist schon vorbei und zählt nicht
       *[other] { $over } von { $periods } Jahren sind schon vorbei und zählen nicht
    }
   *[period] { $over ->
        [one] { $over } von { $periods } Zeiträumen ist schon vorbei und zählt nicht
       *[other] { $over } von { $periods } Zeiträumen sind schon vorbei und zählen nicht
    }
}
mandate-over-open = { $unit ->
    [second] { $over ->
        [one] { $over } Sekunde ist schon vorbei und zählt nicht
       *[other] { $over } Sekunden sind schon vorbei und zählen nicht
    }
    [minute] { $over ->
        [one] { $over } Minute ist schon vorbei und zählt nicht
       *[other] { $over } Minuten sind schon vorbei und zählen nicht
    }
    [hour] { $over ->
        [one] { $over } Stunde ist schon vorbei und zählt nicht
       *[other] { $over } Stunden sind schon vorbei und zählen nicht
    }
    [day] { $over ->
        [one] { $over } Tag ist schon vorbei und zählt nicht
       *[other] { $over } Tage sind schon vorbei und zählen nicht
    }
    [week] { $over ->
        [one] { $over } Woche ist schon vorbei und zählt nicht
       *[other] { $over } Wochen sind schon vorbei und zählen nicht
    }
    [month] { $over ->
        [one] { $over } Monat ist schon vorbei und zählt nicht
       *[other] { $over } Monate sind schon vorbei und zählen nicht
    }
    [year] { $over ->
        [one] { $over } Jahr ist schon vorbei und zählt nicht
       *[other] { $over } Jahre sind schon vorbei und zählen nicht
    }
   *[period] { $over ->
        [one] { $over } Zeitraum ist schon vorbei und zählt nicht
       *[other] { $over } Zeiträume sind schon vorbei und zählen nicht
    }
}
mandate-row-total = Insgesamt höchstens
mandate-no-limit = Keine Grenze
mandate-row-year = Im ersten Jahr höchstens
mandate-row-first = Erster Tag
mandate-first-approval = Der Tag, an dem Sie genehmigen
mandate-row-day = Tag im Monat
mandate-day = { $day ->
    [29] Beginnt am 29., in kürzeren Monaten am letzten Tag
    [30] Beginnt am 30., in kürzeren Monaten am letzten Tag
   *[31] Beginnt am 31., in kürzeren Monaten am letzten Tag
}
mandate-leap-day = Beginnt am 29. Februar, in kürzeren Jahren am 28. Februar
mandate-ends-after = { $unit ->
    [second] { $count ->
        [one] { $count } Sekunde nach Ihrer Genehmigung
       *[other] { $count } Sekunden nach Ihrer Genehmigung
    }
    [minute] { $count ->
        [one] { $count } Minute nach Ihrer Genehmigung
       *[other] { $count } Minuten nach Ihrer Genehmigung
    }
    [hour] { $count ->
        [one] { $count } Stunde nach Ihrer Genehmigung
       *[other] { $count } Stunden nach Ihrer Genehmigung
    }
    [day] { $count ->
        [one] { $count } Tag nach Ihrer Genehmigung
       *[other] { $count } Tage nach Ihrer Genehmigung
    }
    [week] { $count ->
        [one] { $count } Woche nach Ihrer Genehmigung
       *[other] { $count } Wochen nach Ihrer Genehmigung
    }
    [month] { $count ->
        [one] { $count } Monat nach Ihrer Genehmigung
       *[other] { $count } Monate nach Ihrer Genehmigung
    }
   *[year] { $count ->
        [one] { $count } Jahr nach Ihrer Genehmigung
       *[other] { $count } Jahre nach Ihrer Genehmigung
    }
}
mandate-row-short = { $unit ->
    [second] Letzte Sekunde
    [minute] Letzte Minute
    [hour] Letzte Stunde
    [day] Letzter Tag
    [week] Letzte Woche
    [month] Letzter Monat
    [year] Letztes Jahr
   *[period] Letzter Zeitraum
}
mandate-short = { $unit ->
    [second] Die letzte Sekunde ist kurz ({ $length }), trotzdem können die vollen { $amount } abgebucht werden
    [minute] Die letzte Minute ist kurz ({ $length }), trotzdem können die vollen { $amount } abgebucht werden
    [hour] Die letzte Stunde ist kurz ({ $length }), trotzdem können die vollen { $amount } abgebucht werden
    [day] Der letzte Tag ist kurz ({ $length }), trotzdem können die vollen { $amount } abgebucht werden
    [week] Die letzte Woche ist kurz ({ $length }), trotzdem können die vollen { $amount } abgebucht werden
    [month] Der letzte Monat ist kurz ({ $length }), trotzdem können die vollen { $amount } abgebucht werden
    [year] Das letzte Jahr ist kurz ({ $length }), trotzdem können die vollen { $amount } abgebucht werden
   *[period] Der letzte Zeitraum ist kurz ({ $length }), trotzdem können die vollen { $amount } abgebucht werden
}
# How long a short period is, in brackets.
mandate-length = { $unit ->
    [second] { $count ->
        [one] { $count } Sekunde
       *[other] { $count } Sekunden
    }
    [minute] { $count ->
        [one] { $count } Minute
       *[other] { $count } Minuten
    }
    [hour] { $count ->
        [one] { $count } Stunde
       *[other] { $count } Stunden
    }
    [day] { $count ->
        [one] { $count } Tag
       *[other] { $count } Tage
    }
    [week] { $count ->
        [one] { $count } Woche
       *[other] { $count } Wochen
    }
    [month] { $count ->
        [one] { $count } Monat
       *[other] { $count } Monate
    }
   *[year] { $count ->
        [one] { $count } Jahr
       *[other] { $count } Jahre
    }
}
mandate-row-unused = Enddatum in den Bedingungen
mandate-unused = { $end }, also nach dem letzten Zeitraum: Dann kann nichts mehr abgebucht werden
mandate-row-carry = Wenn nicht alles abgebucht wird
mandate-carries = Der Rest kommt später dazu. Auf einmal könnten bis zu { $amount } abgebucht werden
mandate-carries-parts = Der Rest kommt später dazu. An einem Tag könnten bis zu { $total } abgebucht werden, höchstens { $each } auf einmal
mandate-carries-endless = Der Rest kommt später dazu, ohne Grenze
mandate-lapses = Der Rest verfällt
mandate-carry = was nicht abgebucht wird, kommt später dazu, also könnten auf einmal bis zu { $amount } abgebucht werden
mandate-carry-parts = was nicht abgebucht wird, kommt später dazu, also könnten an einem Tag bis zu { $total } abgebucht werden, höchstens { $each } auf einmal
mandate-carry-endless = was nicht abgebucht wird, kommt später dazu, ohne Grenze
mandate-row-tail = Nach dem letzten Zeitraum
mandate-tail = der Rest kann noch bis zum { $end } abgebucht werden
mandate-tail-open = der Rest kann jederzeit abgebucht werden
mandate-row-often = Zahlungen
mandate-often = { $unit ->
    [second] Eine oder mehrere in einer Sekunde, jederzeit; dafür müssen Sie nicht noch einmal gefragt werden
    [minute] Eine oder mehrere in einer Minute, jederzeit; dafür müssen Sie nicht noch einmal gefragt werden
    [hour] Eine oder mehrere in einer Stunde, jederzeit; dafür müssen Sie nicht noch einmal gefragt werden
    [day] Eine oder mehrere an einem Tag, jederzeit; dafür müssen Sie nicht noch einmal gefragt werden
    [week] Eine oder mehrere in einer Woche, an beliebigen Tagen; dafür müssen Sie nicht noch einmal gefragt werden
    [month] Eine oder mehrere in einem Monat, an beliebigen Tagen; dafür müssen Sie nicht noch einmal gefragt werden
   *[year] Eine oder mehrere in einem Jahr, an beliebigen Tagen; dafür müssen Sie nicht noch einmal gefragt werden
}
mandate-often-every = Eine oder mehrere in jedem Zeitraum, jederzeit; dafür müssen Sie nicht noch einmal gefragt werden
mandate-often-once = Eine oder mehrere, an beliebigen Tagen; dafür müssen Sie nicht noch einmal gefragt werden
mandate-row-reference = Referenz
mandate-money-to = Das Geld kann nur an { $receiver } gehen.
mandate-money-anywhere = Die App kann wählen, auf welches Konto das Geld geht.
