"""A brake: lists of Neo that lost most of what they held, while nobody took that away one by one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from idexx_desktop.domain.failures import Failure, FailureCode

# so many visits may go at once without a question, and so may this share of all
MOST_WITHOUT_A_QUESTION = 4
_SHARE = 0.5


def emptied(held: Mapping[str, date], shown: Collection[str], today: date) -> Failure | None:
    """LISTS_EMPTIED where too many of the visits that Neo showed before are shown no more; None where that is ordinary.

    `held`: their local days, by key, of the days that were asked for. `shown`: the keys that the lists show now.
    """
    lost = [day for key, day in held.items() if key not in shown]
    if len(lost) <= MOST_WITHOUT_A_QUESTION or len(lost) <= _SHARE * len(held):
        return None
    left = len(held) - len(lost)
    what = _whose(set(held.values()), len(held), today)
    shows = f"only {left} of {what}" if left else f"none of {what}"
    return Failure(
        FailureCode.LISTS_EMPTIED,
        f"{len(lost)} of {len(held)} are missing",
        title=f"Neo shows {shows}: nothing was taken back.",
    )


def _whose(days: Collection[date], count: int, today: date) -> str:
    names = {today: "today's", today - timedelta(days=1): "yesterday's"}
    if len(days) == 1 and (only := next(iter(days))) in names:
        return f"{names[only]} {count} visits"
    return f"the {count} visits that it showed before"
