"""What is said when a session ends that its user did not leave: before it, and as the last line."""

from __future__ import annotations

from tui.i18n import N_, _, ngettext
from tui.launcher import End

_WARNINGS = {
    End.IDLE: N_("Still there?"),
    End.TOO_LONG: N_("This session has lasted as long as one may."),
    End.SHUTDOWN: N_("Billing Center is being shut down."),
    End.TOO_MANY: N_("Too many sessions of this account are open."),
}
FAREWELLS = {
    End.IDLE: N_("This session has ended because no key was pressed for a while."),
    End.TOO_LONG: N_("This session has ended because it had lasted as long as one may."),
    End.SHUTDOWN: N_("This session has ended because Billing Center was shut down."),
    End.TOO_MANY: N_("This session has ended because too many sessions of this account are open."),
}
KEPT = N_("Draft and cart are stored; you can continue any time.")


def warning(end: End) -> str:
    """Why a session is about to end."""
    return _(_WARNINGS.get(end, _WARNINGS[End.SHUTDOWN]))


def warning_details(end: End, seconds: int) -> str:
    """When it ends, and that nothing is lost."""
    if end is End.IDLE:
        text = ngettext(
            "Without a key this session ends in {n} second.",
            "Without a key this session ends in {n} seconds.",
            seconds,
        )
    else:
        text = ngettext(
            "This session ends in {n} second.", "This session ends in {n} seconds.", seconds
        )
    return f"{text.format(n=seconds)} {_(KEPT)}"


def farewell(end: End) -> str:
    """The last line of a session that ended so; "" where its user knows."""
    message = FAREWELLS.get(end)
    return "" if message is None else f"{_(message)} {_(KEPT)}"
