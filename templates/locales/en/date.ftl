# Dates. A month is never a number.
date-month = { $month ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] Jun
    [7] Jul
    [8] Aug
    [9] Sep
    [10] Oct
    [11] Nov
   *[12] Dec
}
date-day = { $day } { $month } { $year }
date-moment = { $day }, { $time } { $zone }
date-last = { $date } (last day: { $last })
