# Dates. A month is never a number.
date-month = { $month ->
    [1] Jan.
    [2] Feb.
    [3] März
    [4] Apr.
    [5] Mai
    [6] Juni
    [7] Juli
    [8] Aug.
    [9] Sept.
    [10] Okt.
    [11] Nov.
   *[12] Dez.
}
date-day = { $day }. { $month } { $year }
date-moment = { $day }, { $time } Uhr ({ $zone })
date-last = { $date } (letzter Tag: { $last })
