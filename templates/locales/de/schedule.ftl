# When an automatic payment can take money, as a picture and as a table. The company chooses the day within a period.
schedule-capped = { $count ->
    [one] Wann Geld abgebucht werden kann: { $count } Zeitraum, darin bis zu { $amount }
   *[other] Wann Geld abgebucht werden kann: { $count } Zeiträume, in jedem bis zu { $amount }
}
schedule-carried = { $count ->
    [one] Wann Geld abgebucht werden kann: { $count } Zeitraum, darin bis zu { $amount } mehr
   *[other] Wann Geld abgebucht werden kann: { $count } Zeiträume, in jedem bis zu { $amount } mehr
}
schedule-capped-open = Wann Geld abgebucht werden kann: in jedem Zeitraum bis zu { $amount }, ohne Enddatum
schedule-carried-open = Wann Geld abgebucht werden kann: in jedem Zeitraum bis zu { $amount } mehr, ohne Enddatum
schedule-earlier = { $count ->
    [one] { $count } früherer Zeitraum wird nicht gezeigt
   *[other] { $count } frühere Zeiträume werden nicht gezeigt
}
schedule-more = { $count ->
    [one] und { $count } weiterer, bis zum { $end }
   *[other] und { $count } weitere, bis zum { $end }
}
schedule-more-open = und so weiter, ohne Enddatum
schedule-left-until = Danach kann der Rest noch bis zum { $end } abgebucht werden.
schedule-left-open = Danach kann der Rest jederzeit abgebucht werden.
schedule-if-now = Diese Zeiten gelten, wenn Sie jetzt genehmigen, am { $date }.
schedule-table = Zeiträume als Tabelle
schedule-table-caption = Zeiträume und wie viel höchstens abgebucht werden kann
schedule-column-period = Zeitraum
schedule-column-from = Ab
schedule-column-most = Höchstens
schedule-column-total = Summe bisher
schedule-period-over = { $number } (vorbei)
schedule-period-now = { $number } (jetzt)
schedule-day = { $day }. { $month }
