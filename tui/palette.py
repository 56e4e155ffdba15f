"""The command palette in the language in use; it shows without colour too what is at hand."""

from __future__ import annotations

from textual.command import CommandList, CommandPalette
from textual.content import Content
from textual.widgets.option_list import Option

from tui.i18n import _


class Palette(CommandPalette):
    """Textual's palette, but for its English and for a highlight that is seen by colour alone."""

    # The magnifying glass is an emoji, and those misalign in many terminals. Textual would reverse
    # what is at hand where there is no colour, but an option's style keeps no reverse.
    DEFAULT_CSS = """
    Palette SearchIcon { display: none; }
    Palette:nocolor CommandList > .option-list--option-highlighted { text-style: underline; }
    """

    def __init__(self) -> None:
        super().__init__(placeholder=_("Search for commands …"))

    def _action_command_list(self, action: str) -> None:
        """Move in the list, once it has room: in one without any, Textual looks for a first row."""
        if self.query_one(CommandList).scrollable_content_region:
            super()._action_command_list(action)

    def _start_no_matches_countdown(self, search_value: str) -> None:
        """Say after a while that nothing was found."""
        self._stop_no_matches_countdown()

        def say() -> None:
            self._list_visible = bool(search_value)
            if search_value:
                nothing = Content(_("Nothing found")).stylize("not bold")
                option = Option(nothing, disabled=True, id=self._NO_MATCHES)
                self.query_one(CommandList).add_option(option)

        self._no_matches_timer = self.set_timer(self._NO_MATCHES_COUNTDOWN, say)
