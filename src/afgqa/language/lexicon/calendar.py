"""The words of the calendar: months, days of the week, seasons."""

from __future__ import annotations

from typing import Final

__all__ = ["MONTHS", "MONTH_ABBREVIATIONS", "SEASONS", "WEEKDAYS", "WEEKDAY_ABBREVIATIONS"]

MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
"""In order, so that a month's number is its place and one."""

MONTH_ABBREVIATIONS: Final = (
    "Jan", "Feb", "Mar", "Apr", "Jun", "Jul", "Aug", "Sep", "Sept", "Oct", "Nov", "Dec",
)  # fmt: skip
"""Without their full stop."""

WEEKDAYS: Final = (
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
)  # fmt: skip
"""In order, as `datetime.date.weekday` counts them."""

WEEKDAY_ABBREVIATIONS: Final = (
    "Mon", "Tue", "Tues", "Wed", "Thu", "Thur", "Thurs", "Fri", "Sat", "Sun",
)  # fmt: skip
"""Without their full stop; two of them are words of their own as well."""

SEASONS: Final = ("spring", "summer", "autumn", "fall", "winter")
"""British and American."""
