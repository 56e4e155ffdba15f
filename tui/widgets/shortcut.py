"""The shortest way from a key to what the focused widget does on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.events import Key
    from textual.widget import Widget


async def ran_own_binding(widget: Widget, event: Key) -> bool:
    """Run what a widget itself binds to a key, before the key goes up through all its ancestors.

    The first binding found on that way would have been this one.
    """
    for binding in widget._bindings.key_to_bindings.get(event.key, ()):  # noqa: SLF001 - no other way
        event.stop()
        await widget.run_action(binding.action)
        return True
    return False
