"""F1: the help article, verbatim, with the step at hand marked."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.style import Style
from textual.widgets import Static

from tui.article import Kind, Paragraph, load_article
from tui.frame import Frame
from tui.i18n import N_, _, current_language
from tui.screens.page import Page


class HelpScreen(Page):
    """The whole article; addresses are terminal hyperlinks."""

    CSS_PATH = "help.tcss"
    BINDINGS = [Binding("f1,q,enter", "back", N_("Close"), show=False)]

    def __init__(self, frame: Frame, place: str) -> None:
        super().__init__(frame)
        self._place = place

    def action_back(self) -> None:
        """Close the help; the page below is as it was."""
        self.dismiss()

    def heading(self) -> str:
        """What it is."""
        return _("Help")

    def body(self) -> ComposeResult:
        """One widget a paragraph, so that the one at hand can be scrolled to."""
        article = load_article(current_language())
        marked = set(article.marked(self._place))
        with VerticalScroll(id="article"):
            for index, paragraph in enumerate(article.paragraphs):
                here = index in marked
                classes = f"paragraph -{paragraph.kind.value}" + (" -here" if here else "")
                text = Static(_content(paragraph), classes=classes)
                text.styles.margin = (0, 0, min(max(paragraph.breaks - 1, 0), 1), paragraph.indent)
                yield text

    def on_mount(self) -> None:
        """The article takes the arrows and shows the step at hand."""
        super().on_mount()
        self.query_one("#article").focus()
        self.after_layout(self._show_here)

    async def relabel(self) -> None:
        """Find the step again in the other language."""
        await super().relabel()
        self.after_layout(self._show_here)

    def _show_here(self) -> None:
        marked = self.query(".-here")
        if marked:
            marked.first().scroll_visible(animate=False, top=True)


def _content(paragraph: Paragraph) -> Content:
    content = Content(paragraph.text)
    for span in paragraph.labels:
        content = content.stylize("bold", span.start, span.end)
    for link in paragraph.links:
        content = content.stylize(Style(link=link.target, underline=True), link.start, link.end)
    if paragraph.kind is Kind.TITLE:
        content = content.stylize("bold")
    return content
