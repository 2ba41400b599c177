# What a payer is warned of. A page shows one of them.
warning-larger = The most they can take went from { $from } to { $to }.
warning-no-end = There is no end date and no limit on the total. In the first year it is at most { $amount }. Put a note in your diary.
warning-carry = What they do not take carries over. They could take up to { $amount } at once.
warning-carry-parts = What they do not take carries over. They could take up to { $total } on one day, at most { $each } in one payment.
warning-carry-endless = What they do not take carries over, with no limit.
warning-unchecked = { $wallet } has not checked this company.
warning-currency = We do not know the currency { $code }.
