"""A step of „Neues Abonnement hinzufügen“: where one stands, the question, what it amounts to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui.flow import Answer, Flow
from tui.frame import Frame
from tui.i18n import _
from tui.messages import StepBack, StepCompleted
from tui.pricing import Pricing
from tui.screens.page import Page, Sentence
from tui.step_words import dropped_sentence, flow_heading, next_text, step_name, step_of_steps
from tui.summary import selection_lines
from tui.widgets.choices import Choices
from tui.widgets.pane import Pane
from tui.widgets.push_button import PushButton
from tui.widgets.stepper import Stepper


class StepPage(Page):
    """What the five steps share; each gives its question and its control."""

    CSS_PATH = "step.tcss"
    # Each step focuses its control, without scrolling the question out of a low window.
    AUTO_FOCUS = ""

    def __init__(
        self,
        frame: Frame,
        flow: Flow,
        pricing: Pricing,
        *,
        other_lines: int = 0,
        cart_lines: Mapping[str, str] = MappingProxyType({}),
        notice: Sentence | None = None,
        tone: str = "",
    ) -> None:
        """`cart_lines` are the ids of the cart's lines by product."""
        if notice is None and flow.dropped:
            notice, tone = (lambda: dropped_sentence(flow, flow.dropped)), "warning"
        super().__init__(frame, notice=notice, tone=tone)
        self.flow, self.pricing = flow, pricing
        self.place = flow.step.value
        self.other_lines = other_lines
        self.cart_lines = cart_lines

    def heading(self) -> str:
        """The name of the flow."""
        return flow_heading(self.flow)

    def heading_right(self) -> str:
        """„Schritt 4 von 5“."""
        return step_of_steps(self.flow)

    def question(self) -> str:
        """What is asked at this step."""
        raise NotImplementedError

    def control(self) -> ComposeResult:
        """The widget that takes the answer."""
        raise NotImplementedError

    def answer(self) -> Answer:
        """The answer as it stands; None when it cannot be given yet."""
        raise NotImplementedError

    def typed(self) -> Answer:
        """What was typed and could be the answer, but has not been given; None when nothing was."""
        return None

    def pane(self) -> list[Content]:
        """What stands at the right."""
        return selection_lines(self.flow, self.pricing)

    def body(self) -> ComposeResult:
        """Progress, question and control at the left, the pane at the right."""
        yield Static(self._progress(), id="progress")
        with Horizontal(classes="columns"):
            with Vertical(id="asked"):
                yield Static(self.question(), classes="question", markup=False)
                for widget in self.control():
                    self._follow(widget)
                    yield widget
            self._pane = Pane(self.pane(), id="pane")
            yield self._pane

    def _follow(self, control: Widget) -> None:
        """Change the pane together with the answer, so that one paint shows both."""
        if isinstance(control, Choices):
            self.watch(control, "highlighted", self.at_hand_changed, init=False)
        elif isinstance(control, Stepper):
            self.watch(control, "text", self.at_hand_changed, init=False)

    def at_hand_changed(self) -> None:
        """Another answer is at hand, but not given yet."""
        self.refresh_pane()

    def buttons(self) -> Iterable[Widget]:
        """On and back."""
        yield PushButton(self.next_text(), id="next", primary=True)
        yield from self.further_buttons()
        yield PushButton(_("Back"), id="back")

    def further_buttons(self) -> Iterable[Widget]:
        """Buttons of a step's own."""
        return ()

    def next_text(self) -> str:
        """The label of the button that goes on."""
        return next_text(self.flow.next_label(self.other_lines))

    def on_resize(self) -> None:
        """Fit the progress to the width."""
        self.after_layout(self._show_progress)

    def _show_progress(self) -> None:
        for progress in self.query("#progress").results(Static):
            content = self._progress()
            if content.cell_length > progress.content_size.width:
                content = self._progress(short=True)
            progress.update(content)

    def _progress(self, *, short: bool = False) -> Content:
        """All steps with their names, or in `short` only the name of the one at hand."""
        steps = self.flow.steps
        at = steps.index(self.flow.step)
        parts: list[Content] = []
        for index, step in enumerate(steps):
            name = "" if short and index != at else step_name(self.flow, step)
            if index < at:
                parts.append(Content.assemble(("✓ ", "$accent"), (name, "$muted")))
            elif index == at:
                parts.append(Content.assemble(("▸ ", "bold $accent"), (name, "bold")))
            else:
                parts.append(Content.assemble(("· ", "$muted"), (name, "$muted")))
        return Content("  ").join(parts)

    async def relabel(self) -> None:
        """Compose anew, with the pane for the answer at hand, and fit the progress again."""
        await super().relabel()
        self.refresh_pane()
        self.after_layout(self._show_progress)

    def refresh_pane(self) -> None:
        """Show the pane anew for an answer that is being changed."""
        # Below the question the pane is as high as its text, beside it as the page.
        self._pane.show(self.pane(), layout=self.has_class("-narrow"))

    @on(PushButton.Pressed, "#next")
    def action_next(self) -> None:
        """Give the answer, once."""
        if self.waiting:
            return
        answer = self.answer()
        if answer is not None:
            self.post_message(StepCompleted(self.flow.step, answer))

    @on(PushButton.Pressed, "#back")
    def _back(self) -> None:
        if not self.waiting:
            self.post_message(StepBack())
