"""The page that every screen is: title, body, notice, keys; it can be relabelled at any time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding
from textual.containers import Horizontal
from textual.content import Content
from textual.reactive import Reactive
from textual.screen import ModalScreen, Screen
from textual.widget import Widget

from tui.compositor import ThriftyCompositor
from tui.first_messages import StepBack
from tui.frame import Frame
from tui.i18n import LANGUAGE_NAMES, N_, _, current_language, other_language
from tui.painter import fits
from tui.table import plain
from tui.widgets.choices import Choices
from tui.widgets.lines import KeyLine, NoticeLine, Rule, SplitLine

if TYPE_CHECKING:
    from billing.subscriptions.model import TickChange

# As in app.tcss: between buttons and beside them, and where a page ends on a wide terminal.
GAP = 2
WIDEST_PAGE = 108

Sentence = Callable[[], str]
ResultT = TypeVar("ResultT")


def _translated(active: ActiveBinding) -> ActiveBinding:
    binding = active.binding
    if binding.action.endswith("switch_language"):
        description = LANGUAGE_NAMES[other_language()]
    else:
        description = _(binding.description) if binding.description else ""
    key = _(binding.key_display) if binding.key_display else binding.key_display
    translated = replace(binding, description=description, key_display=key)
    return active._replace(binding=translated, tooltip="")


class LocalizedScreen(Screen[ResultT]):
    """A screen whose keys and their descriptions are translated when they are read."""

    # Textual would paint the whole screen at every move of the focus; the two widgets suffice.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    def __init__(self) -> None:
        super().__init__()
        if fits():
            self._compositor = ThriftyCompositor()

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """The active bindings with their descriptions in the language in use."""
        return {key: _translated(active) for key, active in super().active_bindings.items()}

    def _extend_compose(self, widgets: list[Widget]) -> None:
        """Leave out Textual's tooltip and toasts, which nothing here uses and each page mounts."""

    async def _on_resize(self, event: events.Resize) -> None:
        """Leave out a size that the window no longer has.

        A screen tells itself every size that it is laid out for, so two of them under way at once
        would follow each other for ever.
        """
        if event.size != self.app.size:
            event.prevent_default()

    async def relabel(self) -> None:
        """Compose the screen anew in the language in use; what was typed and the focus stay."""
        focused = self.focused.id if self.focused else None
        pointed = {each.id: each.highlighted for each in self.query(Choices)}
        await self.recompose()
        for each in self.query(Choices):
            each.highlighted = pointed.get(each.id)
        if focused:
            for widget in self.query(f"#{focused}"):
                widget.focus()
        self.refresh_bindings()


class LocalizedModal(LocalizedScreen[ResultT], ModalScreen[ResultT]):
    """A dialog above a page."""


class Page(LocalizedScreen[None]):
    """A full page. Subclasses give a heading, a body and buttons, and post messages."""

    BINDINGS = [
        Binding("escape,f3", "back", N_("Back"), key_display="F3", show=True),
    ]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (78, "-normal"), (100, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (24, "-normal-height"), (30, "-tall")]
    place = ""
    """Where in the help article this page stands."""

    def __init__(self, frame: Frame, *, notice: Sentence | None = None, tone: str = "") -> None:
        super().__init__()
        self.frame = frame
        self._sentence, self._tone = notice, tone or "information"
        self._waiting: Sentence | None = None

    def unsaved(self) -> Sentence | None:
        """What would be lost if the page were left now; None when nothing would."""
        return None

    def ticked(self) -> tuple[TickChange, ...]:
        """What of it outlives a session that is ended from outside."""
        return ()

    def discard(self) -> None:
        """Forget what is not saved."""

    def after_layout(self, fill: Callable[[], None]) -> None:
        """Fill something in once sizes are known, unless the page has been left by then."""
        self.call_after_refresh(self._fill_in, fill)

    def _fill_in(self, fill: Callable[[], None]) -> None:
        keys = next(iter(self.query(KeyLine)), None)
        if keys is None:
            return
        if keys.size:
            fill()
        else:
            # What Textual waited for is the screen above this page, not the page.
            laid_out = self.screen_layout_refresh_signal
            laid_out.subscribe(keys, lambda _: self._fill_once(keys, fill))

    def _fill_once(self, keys: KeyLine, fill: Callable[[], None]) -> None:
        self.screen_layout_refresh_signal.unsubscribe(keys)
        fill()

    async def drawn(self) -> None:
        """Wait until the page stands, and what it fills in once sizes are known stands too.

        Textual draws no page any more that has another one above it.
        """
        for _round in ("laid out", "filled in"):
            drawn = asyncio.Event()
            if self.call_after_refresh(drawn.set):
                await drawn.wait()

    def _fit(self) -> None:
        """Take the classes of the window's size now, so that the first layout is the last one."""
        width, height = self.app.size
        for breakpoints, cells in (
            (self.HORIZONTAL_BREAKPOINTS, width),
            (self.VERTICAL_BREAKPOINTS, height),
        ):
            fitting = [name for least, name in breakpoints if cells >= least]
            self.add_class(fitting[-1])

    def heading(self) -> str:
        """What the title line says at the left."""
        raise NotImplementedError

    def heading_right(self) -> str:
        """What it says at the right; the cart and the language by default."""
        parts = []
        if self.frame.cart_lines:
            parts.append(_("Cart ({n})").format(n=self.frame.cart_lines))
        return "   ".join([*parts, current_language().upper()])

    def body(self) -> ComposeResult:
        """The content between title and notice."""
        raise NotImplementedError

    def buttons(self) -> Iterable[Widget]:
        """The buttons below the content."""
        return ()

    def compose(self) -> ComposeResult:
        """The frame around the body."""
        self._fit()
        yield SplitLine(
            Content(self.heading()).stylize("bold $accent"),
            plain(self.frame.who).stylize("$muted"),
            Content(self.heading_right()).stylize("$muted"),
            id="title",
        )
        yield Rule()
        yield from self.body()
        yield NoticeLine()
        buttons = list(self.buttons())
        if buttons:
            row = Horizontal(*buttons, id="buttons")
            row.set_class(self._too_wide(buttons), "-stacked")
            yield row
        yield KeyLine()

    @property
    def room(self) -> int:
        """Columns between the edges of the page, known also while it is not laid out."""
        return min(self.app.size.width, WIDEST_PAGE) - 2 * GAP

    def _too_wide(self, buttons: Iterable[Widget]) -> bool:
        """Whether they do not fit side by side."""
        size = self.app.size
        needed = [each.get_content_width(size, size) for each in buttons]
        return sum(needed) + GAP * (len(needed) - 1) > self.room

    def on_resize(self) -> None:
        """Stack the buttons where there is no room beside each other, and follow the pointers."""
        for row in self.query("#buttons"):
            row.set_class(self._too_wide(row.children), "-stacked")
        for each in self.query(Choices):
            self.after_layout(each.scroll_to_highlight)

    def on_mount(self) -> None:
        """Show the notice that the page came with."""
        self._show_notice()

    async def relabel(self) -> None:
        """Compose anew and say the notice in the language in use."""
        await super().relabel()
        self._show_notice()

    def say(self, sentence: Sentence | None, tone: str = "information") -> None:
        """Say something at the notice line; the sentence is made anew when the language changes."""
        silent = self._sentence is None and self._waiting is None
        self._sentence, self._tone, self._waiting = sentence, tone, None
        if sentence is not None or not silent:
            self._show_notice()

    def wait_for(self, sentence: Sentence) -> None:
        """Show that something is going on, and take no orders meanwhile."""
        self._waiting = sentence
        self._show_notice()

    @property
    def waiting(self) -> bool:
        """Whether something is going on that must end first."""
        return self._waiting is not None

    def _show_notice(self) -> None:
        for line in self.query(NoticeLine):
            if self._waiting is not None:
                line.wait(self._waiting())
            else:
                line.say(self._sentence() if self._sentence else "", self._tone)
        for row in self.query("#buttons"):
            row.set_class(self.waiting, "-waiting")

    def action_back(self) -> None:
        """One step back."""
        if not self.waiting:
            self.post_message(StepBack())
