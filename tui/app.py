"""The application: themes, language, help, dialogs, and one page at a time on the screen."""

from __future__ import annotations

import asyncio
import os
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from textual import events, on
from textual.app import App, ScreenStackError, SystemCommand
from textual.binding import Binding
from textual.css.query import NoMatches
from textual.filter import Monochrome, NoColor

from billing.errors import BillingError
from tui import first_messages
from tui.crash import described
from tui.desk import Desk
from tui.i18n import LANGUAGE_NAMES, LANGUAGES, N_, _, other_language, set_language
from tui.painter import Painter, fits
from tui.screens.dialogs import QuestionScreen, TooSmallScreen, leaving_question
from tui.screens.login import LoginScreen
from tui.screens.page import LocalizedScreen, Page
from tui.stylesheet import ThriftyStylesheet
from tui.themes import DARK, LIGHT, TERMINAL, THEMES
from tui.typeahead import TypeAhead

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable

    from rich.console import Console, RenderableType
    from textual.driver import Driver
    from textual.geometry import Size
    from textual.message import Message
    from textual.screen import Screen

    from billing.accounts.model import Session
    from billing.service import BillingService
    from tui.first_picture import FirstPicture
    from tui.handling.visit import Visit
    from tui.launcher import Door
    from tui.painter import Changes, Update
    from tui.samples import SampleSignIn

LEAST = (60, 18)


class TerminalFailed(RuntimeError):
    """Reading from the terminal failed."""


class BillingApp(App[None]):
    """Shows one page at a time; `tui.handling` decides what happens on it."""

    TITLE = "Billing Center"
    CSS_PATH = ["app.tcss", "screens/login.tcss"]
    PAUSE_GC_ON_SCROLL = True
    BINDINGS = [
        Binding("f1", "help", N_("Help"), priority=True, key_display="F1"),
        Binding("f2", "switch_language", "language", priority=True, key_display="F2"),
        Binding("ctrl+q", "quit", N_("Quit"), priority=True, key_display="^q"),
        Binding("ctrl+c", "ask_to_quit", show=False, priority=True),
        Binding("ctrl+l", "redraw", show=False, priority=True),
    ]

    def __init__(
        self,
        connect: Callable[[], BillingService],
        *,
        language: str = LANGUAGES[0],
        theme: str | None = None,
        sign_in_as: str | None = None,
        door: Door | None = None,
        samples: Iterable[SampleSignIn] = (),
        sample_password: str = "",
    ) -> None:
        """`connect` opens the service; it is called in a thread, behind the first paint.

        `door` is the page to open after the first sign-in, instead of the start page.
        """
        set_language(language)
        super().__init__()
        self.stylesheet = ThriftyStylesheet(variables=self.get_css_variables())
        for each in THEMES:
            self.register_theme(each)
        self.theme = theme or self._fitting_theme()
        self._filters = [NoColor() if isinstance(f, Monochrome) else f for f in self._filters]
        self.desk = Desk(connect)
        self._samples, self._sample_password = tuple(samples), sample_password
        self._sign_in_as, self.door = sign_in_as, door
        self.type_ahead = TypeAhead(self, super().on_event)
        self.painter = Painter(os.environ.get("TERM", "")) if fits() else None
        self.on_crash: Callable[[BaseException], None] | None = None
        self.first_picture: FirstPicture | None = None
        self.errands: set[asyncio.Task[None]] = set()
        self.holding: set[asyncio.Task[None]] = set()

    def refresh_css(self, animate: bool = True) -> None:
        """Apply changed colours; before there is a screen, only its parse has to know them."""
        if self._screen_stacks[self._current_mode]:
            super().refresh_css(animate=animate)
        else:
            self.stylesheet.set_variables(self.get_css_variables())

    @cached_property
    def visit(self) -> Visit:
        """Who is signed in and what they have chosen so far."""
        from tui.handling.visit import Visit  # noqa: PLC0415 - the login page does not need it

        return Visit(self, self.desk)

    def _fitting_theme(self) -> str:
        """The terminal's own colours where there are sixteen or none, else the dark theme."""
        few = self.console.color_system in {None, "standard", "windows"}
        return TERMINAL if few or "NO_COLOR" in os.environ else DARK

    def get_driver_class(self) -> type[Driver]:
        """Textual's driver, but for terminals one that tells of sizes in their order."""
        driver = super().get_driver_class()
        if driver.__name__ != "LinuxDriver":
            return driver
        from tui.driver import OrderlyDriver  # noqa: PLC0415 - needs what only some systems have

        return OrderlyDriver

    # Pages

    def get_default_screen(self) -> Screen[None]:
        """The login page is there with the first paint, and stays below all others."""
        self._login = LoginScreen(samples=self._samples, sample_password=self._sample_password)
        return self._login

    @property
    def page(self) -> Page:
        """The page at hand, below whatever is open above it."""
        return next(screen for screen in self.screen_stack[1::-1] if isinstance(screen, Page))

    async def show_page(self, page: Page) -> None:
        """Put a page in the place of the one at hand; help and dialogs above it close."""
        while len(self.screen_stack) > 2:
            await self.pop_screen()
        if len(self.screen_stack) > 1:
            await self.switch_screen(page)
        else:
            await self.push_screen(page)
        self._fit()

    def ask(self, question: QuestionScreen, answered: Callable[[str | None], None]) -> None:
        """Put a question above the page, but below the cover of a window that is too small."""
        if isinstance(self.screen, TooSmallScreen):
            self.pop_screen()
        self.push_screen(question, answered)
        self._fit()

    def leave(self, go: Callable[[], None]) -> None:
        """Do what leaves the page at hand, after a question if something on it is not saved."""
        lost = self.page.unsaved()
        if lost is None:
            go()
            return
        if isinstance(self.screen, QuestionScreen):
            self.screen.dismiss("")

        def answered(answer: str | None) -> None:
            if answer == "discard":
                self.page.discard()
                go()

        self.ask(leaving_question(lost), answered)

    async def show_login(self) -> None:
        """Back to the login page; nothing of the visit stays on it."""
        while len(self.screen_stack) > 1:
            await self.pop_screen()
        self.forget_password()
        self._fit()

    def forget_password(self) -> None:
        """Take the password out of the login page, which stays below all others."""
        self._login.forget_password()

    def on_resize(self, event: events.Resize) -> None:
        """Cover everything while the window is too small; what is left in it nobody knows."""
        if self.painter is not None:
            back = event.size == self.painter.size
            self.painter.forget()
            if back:
                # Whatever it was for a moment: Textual sees no reason to paint again.
                self.screen.refresh()
        self._fit(event.size)

    def _fit(self, size: Size | None = None) -> None:
        width, height = size or self.size
        too_small = width < LEAST[0] or height < LEAST[1]
        covered = isinstance(self.screen, TooSmallScreen)
        if too_small and not covered:
            self.push_screen(TooSmallScreen(LEAST, self.screen.focused))
        elif covered and not too_small:
            self.pop_screen()

    def signed_in(self, session: Session) -> None:
        """Somebody signed in; nobody else wants to know, unless the program is served."""

    def sign_in_failed(self) -> None:
        """Mail and password did not fit; nobody else wants to know either."""

    # Painting

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Send of what is to be shown only what the terminal does not show yet."""
        driver = self._driver
        if self.painter is not None and driver is not None and not driver.is_headless:
            if driver.is_inline:
                self.painter.forget()
            else:
                cursor = self.screen.outer_size.clamp_offset(self.cursor_position)
                renderable = self.painter.changes(renderable, self.console, cursor)
        super()._display(screen, renderable)

    def first_page(self, painter: Painter, console: Console) -> Update:
        """The login page alone, whole, as a fresh painter writes it."""
        whole = self._login._compositor.render_update(full=True)  # noqa: SLF001 - as Textual does
        cursor = self._login.outer_size.clamp_offset(self.cursor_position)
        return painter.changes(whole, console, cursor)

    def action_redraw(self) -> None:
        """Send the whole screen anew, whatever wrote over it."""
        if self.painter is not None:
            self.painter.forget()
        self.screen.refresh()

    # Starting and working

    @on(first_messages.FirstFocus)
    def _take_keys(self) -> None:
        # With a sign-in under way keys are meant for the page that it leads to.
        if self._sign_in_as is None:
            self.type_ahead.open()

    def on_ready(self) -> None:
        """Load the service behind the first paint; paint anew what another program wrote over."""
        self.app_resume_signal.subscribe(self, lambda _: self.action_redraw())
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        if self.first_picture is not None and self.painter is not None and self._login.is_untouched:
            page = self.first_page(Painter(os.environ.get("TERM", "")), self.console)
            self.first_picture.keep(cast("Changes", page).text, self.size)
        self.start(self._open(), holds_keys=self._sign_in_as is not None)
        self.type_ahead.open()

    async def _open(self) -> None:
        await self.desk.loaded()
        if self._sign_in_as is not None:
            from tui.handling import entrance  # noqa: PLC0415 - has been loaded behind the page

            await entrance.sign_in_as(self.visit, self._sign_in_as)
        else:
            await self.visit.open()

    def start(self, work: Coroutine[Any, Any, None], *, holds_keys: bool = True) -> None:
        """Do something in the background; a refusal is said at the page, the rest is a crash.

        With `holds_keys` keys typed ahead wait for it. Nothing is returned, since Textual would
        wait for a task that a callback gives back.
        """
        task = asyncio.create_task(self._guarded(work))
        self.errands.add(task)
        if holds_keys:
            self.holding.add(task)
            task.add_done_callback(self.holding.discard)
        task.add_done_callback(self.errands.discard)

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except BillingError as error:
            self.visit.complain(error)
        except ScreenStackError as error:
            # A program that is leaving has no screen any more to show an answer on.
            if not self._exit:
                self._handle_exception(error)
        except Exception as error:  # noqa: BLE001 - everything unforeseen ends in the crash report
            self._handle_exception(error)

    @on(first_messages.Request)
    def _answer(self, message: Message) -> None:
        """Have a message answered; keys typed meanwhile wait for the page that comes."""
        self.start(self._handle(message))

    async def _handle(self, message: Message) -> None:
        await self.desk.loaded()
        from tui.handling.dispatch import handle  # noqa: PLC0415 - has been loaded behind the page

        await handle(self.visit, message)

    # Keys

    async def on_event(self, event: events.Event) -> None:
        """Keys and pastes one after the other; everything else as it comes."""
        if isinstance(event, (events.Key, events.Paste)) and not event.is_forwarded:
            await self.type_ahead.take(event)
        else:
            await super().on_event(event)

    async def action_help(self) -> None:
        """The help article above the page."""
        from tui.screens.help import HelpScreen  # noqa: PLC0415 - loads when it is asked for

        if isinstance(self.screen, HelpScreen):
            self.screen.dismiss()
        elif isinstance(self.screen, Page):
            await self.push_screen(HelpScreen(self.screen.frame, self.screen.place))

    async def action_switch_language(self) -> None:
        """The other language, at once and everywhere; nothing typed is lost."""
        set_language(other_language())
        for screen in self.screen_stack:
            if isinstance(screen, LocalizedScreen):
                await screen.relabel()

    async def action_quit(self) -> None:
        """Leave; draft and cart are stored."""
        if self.errands and self.page.waiting:
            self.page.wait_for(lambda: _("Please wait until this is finished."))
            return
        self.leave(self.exit)

    def action_ask_to_quit(self) -> None:
        """Ctrl+C copies a selection, and asks before it leaves."""
        if selection := self.screen.get_selected_text():
            self.copy_to_clipboard(selection)
            return
        if isinstance(self.screen, QuestionScreen):
            self.screen.dismiss("")
            return
        if self.page.unsaved() is not None:
            self.leave(self.exit)
            return
        question = QuestionScreen(
            lambda: _("Quit?"),
            lambda: _("Draft and cart are stored; you can continue any time."),
            [("quit", lambda: _("Quit")), ("stay", lambda: _("Stay"))],
        )
        self.ask(question, lambda answer: self.exit() if answer == "quit" else None)

    def action_command_palette(self) -> None:
        """The palette with its prompt in the language in use."""
        from tui.palette import Palette  # noqa: PLC0415 - loads when it is asked for

        if not isinstance(self.screen, Palette):
            self.push_screen(Palette())

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """What the palette offers, whatever the screen."""
        del screen
        yield SystemCommand(_("Help"), _("The help article"), self.action_help)
        yield SystemCommand(
            LANGUAGE_NAMES[other_language()], _("Switch the language"), self.action_switch_language
        )
        for name, label in (
            (DARK, _("Dark theme")),
            (LIGHT, _("Light theme")),
            (TERMINAL, _("Colours of the terminal")),
        ):
            yield SystemCommand(label, _("Change the look"), lambda n=name: self._wear(n))
        if self.visit.signed_in:
            from tui import messages  # noqa: PLC0415 - has been loaded behind the page

            checkout = (_("Checkout"), _("Pay for what is in the cart"), messages.OpenCheckout)
            for label, explanation, message in (
                (_("Billing Center"), _("To the start page"), messages.OpenHome),
                (_("Cart"), _("Open the cart"), messages.OpenCart),
                *([checkout] if self.visit.frame.cart_lines else []),
                (_("Sign out"), _("Leave this account"), messages.SignOut),
            ):
                yield SystemCommand(label, explanation, lambda m=message: self.post_message(m()))
        yield SystemCommand(_("Quit"), _("Leave the program"), self.action_quit)

    def _wear(self, theme: str) -> None:
        self.theme = theme

    # Endings

    def exit(self, *arguments: Any, **options: Any) -> None:
        """Leave, for whatever reason; what was typed or ticked is stored like everything else."""
        if "visit" in vars(self):
            self.visit.keep_typed_on_leaving()
        super().exit(*arguments, **options)

    def call_from_signal(self) -> None:
        """The terminal is gone or somebody asks the program to end: everything is stored."""
        if self._loop is None or self._loop.is_closed():
            self.call_later(self.exit)
        else:
            # A loop that sleeps would not notice what was put into a queue behind its back.
            self._loop.call_soon_threadsafe(self.call_later, self.exit)

    def panic(self, *renderables: RenderableType) -> None:
        """Textual would print these, a traceback with source among them; they go to the log."""
        self._return_code = 1
        if self.on_crash is not None:
            self.on_crash(self._exception or TerminalFailed(described(renderables)))
        self._close_messages_no_wait()

    def _fatal_error(self) -> None:
        """Hand the error to whoever started the program; never print source or variables."""
        error = self._exception
        # A page that was just being built does not find its parts when all is taken down, be it
        # that the program leaves or that it was interrupted.
        taken_down = (self._exit or not self.is_running) and isinstance(error, NoMatches)
        if self.on_crash is not None and error is not None and not taken_down:
            self.on_crash(error)
        self._close_messages_no_wait()

    async def on_unmount(self) -> None:
        """Finish what the service is doing."""
        await asyncio.to_thread(self.desk.close)
