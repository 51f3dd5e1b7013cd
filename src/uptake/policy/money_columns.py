"""Columns of the questions on money, one a line as `name | unit | meaning`. Estimate, bill, credits and seats are never added (SOURCES.md section 1)."""

from __future__ import annotations

SPEND = """
scope | text | The whole company or one line; lines are shown all or none.
tool | text | Tool that the money was for.
month | day | First day of the month; months that are over.
estimate | money | US dollars: the vendor's own estimate, else that of the price table, call by call; calls without a price are not in it. NULL: none, or withheld.
billed | money | US dollars that the vendor billed for use; NULL: no bill is known, or withheld.
credits | credits | Units of the vendor that were used up: no money; NULL: none, or withheld.
unpriced_requests | count | Calls without any price: counted here, and nowhere as 0 dollars; NULL where withheld or where no call is known.
unpriced_tokens | tokens | Tokens of these calls, and those that a source states without a model; NULL as above.
seats | seats | Seats held on the last day of the month; NULL where withheld.
seats_cost | money | US dollars: price of these seats, to the nearest 100; seats without a price are not in it. NULL: none, or withheld.
seats_unpriced | seats | Of the seats, those without a price in US dollars; NULL where withheld.
billed_seats | money | US dollars that the vendor billed for seats; NULL as `billed`.
told_checked | money | Of `estimate`: the vendor's own, of calls that the price table knows as well.
list_checked | money | What the price table says of the same calls.
quarter | quarter | Calendar quarter.
bound | text | Names of the figures that are `withheld`: k holders or fewer, or one who holds more than half.
"""

VALUE = """
scope | text | The whole company or one line.
cost | US dollars | Cost of a month, at the middle of each range: seats x price, calls, training; at least, where `missing` or `bound` says so.
cost_per_active | money | `cost` over the people active in the quarter; NULL where either is not known whole.
cost_per_change | money | `cost` over the merged changes of a month; NULL while none are known.
cost_per_retained_line | money | `cost` over the lines added in a month and still there 21 days later; NULL while none are known, or where fewer than nine of ten merged changes are of repositories whose lines are followed.
break_even_p5 | ppm | Effect at which the benefit equals the cost: cost over (active x loaded rate x coding share), 5th percentile.
break_even_p50 | ppm | The same, 50th percentile.
break_even_p95 | ppm | The same, 95th percentile.
p_net_positive | ppm | Share of the draws in which the benefit is larger than the cost; NULL without an estimate of the effect.
quarter | quarter | Calendar quarter; months of it that are over, on average.
cost_p5 | US dollars | Cost of a month, 5th percentile of the draws.
cost_p95 | US dollars | The same, 95th percentile.
benefit_p5 | US dollars | Effect x realised x active x loaded rate x coding share, a month, 5th percentile; NULL without an estimate of the effect.
benefit_p50 | US dollars | The same, 50th percentile.
benefit_p95 | US dollars | The same, 95th percentile.
seats_cost | US dollars | Of `cost`: seats.
calls_cost | US dollars | Of `cost`: bills, else estimates, of calls.
training_cost | US dollars | Of `cost`: training and support.
active | people | People active in the quarter, as `funnel` shows them.
months | count | Months of the quarter that are over.
missing | text | What would have to be stated to know the rest, as settings name it.
bound | text | What is not in `cost`, since it is not shown by itself.
"""

ASSUMPTIONS = """
name | text | The assumption, as the section `value` of the settings names it.
low | number | Low end: 1 case in 20 lies below; NULL: nothing is assumed.
mid | number | Half of the cases lie below.
high | number | High end: 1 case in 20 lies above.
unit | text | Its unit.
origin | text | `settings`, `address` (a what-if of this page alone), or `not stated`.
about | text | What it is, and what its absence means.
"""
