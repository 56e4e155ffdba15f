"""Questions above a page, and the plain screen of a window that is too small."""

from __future__ import annotations

from collections.abc import Callable

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Static

from tui.i18n import _
from tui.screens.page import LocalizedModal
from tui.table import link, plain
from tui.widgets.entry import Entry
from tui.widgets.push_button import PushButton

Words = Callable[[], str]


class QuestionScreen(LocalizedModal[str]):
    """A question with two or three answers; the result is the key of the answer, "" for Escape."""

    BINDINGS = [
        Binding("escape,f3", "dismiss_with_nothing", show=False),
        Binding("left,up", "app.focus_previous", show=False),
        Binding("right,down", "app.focus_next", show=False),
    ]

    def __init__(
        self,
        question: Words,
        details: Words,
        answers: list[tuple[str, Words]],
        *,
        address: str = "",
    ) -> None:
        """The first answer has the focus; put the harmless one there. `address` is a web page."""
        super().__init__()
        self._question, self._details, self._answers = question, details, answers
        self._address = address

    def compose(self) -> ComposeResult:
        """Question, details, answers side by side."""
        # Whoever copies an address must find it on one line.
        with Vertical(classes="dialog -with-address" if self._address else "dialog"):
            yield Static(plain(self._question()), classes="question")
            yield Static(plain(self._details()), id="details")
            if self._address:
                yield Static(link(self._address), id="address")
            with Horizontal():
                for index, (key, label) in enumerate(self._answers):
                    yield PushButton(label(), id=key, primary=index == 0)

    def on_mount(self) -> None:
        """Focus the first answer, unless the question is taken back already."""
        for button in self.query(PushButton)[:1]:
            button.focus()

    @on(PushButton.Pressed)
    def _answer(self, event: PushButton.Pressed) -> None:
        self.dismiss(event.button.id or "")

    def action_dismiss_with_nothing(self) -> None:
        """Escape answers nothing."""
        self.dismiss("")


def leaving_question(lost: Words) -> QuestionScreen:
    """Whether to leave a page on which something is not saved; the answer to is "discard"."""
    return QuestionScreen(
        lambda: _("Leave without saving?"),
        lost,
        [("stay", lambda: _("Stay")), ("discard", lambda: _("Discard"))],
    )


class TooSmallScreen(LocalizedModal[None]):
    """Covers everything below 60×18; what is underneath stays as it is."""

    DEFAULT_CSS = """
    TooSmallScreen {
        align: center middle; background: $background;
        &:ansi { background: ansi_default; }
    }
    TooSmallScreen Static { width: auto; max-width: 100%; text-align: center; }
    """

    def __init__(self, least: tuple[int, int], focused: Widget | None) -> None:
        super().__init__()
        self._least = least
        self._entry = focused if isinstance(focused, Entry) else None

    def compose(self) -> ComposeResult:
        """One sentence."""
        yield Static(self._text(), id="too-small", markup=False)

    def on_key(self, event: events.Key) -> None:
        """What is typed while the window changes goes where it was meant to go."""
        if self._entry is not None and event.is_printable:
            self._entry.post_message(event)

    def on_paste(self, event: events.Paste) -> None:
        """As with keys."""
        if self._entry is not None:
            self._entry.post_message(event)

    def on_resize(self) -> None:
        """Say the size there is now."""
        for text in self.query("#too-small").results(Static):
            text.update(self._text())

    def _text(self) -> str:
        width, height = self._least
        return _(
            "Please enlarge the window\nto {width} × {height}.\n"
            "It is {now_width} × {now_height} now.\nNothing is lost."
        ).format(
            width=width,
            height=height,
            now_width=self.app.size.width,
            now_height=self.app.size.height,
        )
