"""When a trial begins and ends, in the words of the start page. Pure: no Textual."""

from __future__ import annotations

from datetime import date, timedelta

from tui.formats import day
from tui.i18n import _


def trial_dates(today: date, days: int) -> tuple[str, str]:
    """„ab heute, 22.11.2026“ and „endet 06.12.2026“, the first day without access."""
    end = today + timedelta(days=days)
    return (
        _("from today, {day}").format(day=day(today)),
        _("ends {day}").format(day=day(end)),
    )
