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

from billing.catalogue.model import Offer
from tui.flow import Answer, Dropped, Flow, NextLabel, Step
from tui.formats import number
from tui.frame import Frame
from tui.i18n import _
from tui.messages import StepBack, StepCompleted
from tui.screens.page import Page, Sentence
from tui.summary import Pricing, selection_lines
from tui.widgets.choices import Choices
from tui.widgets.push_button import PushButton
from tui.widgets.stepper import Stepper


class StepPage(Page):
    """What the five steps share; each gives its question and its control."""

    CSS_PATH = "step.tcss"

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
        return _("Edit Order") if self.flow.draft.line_id else _("Add New Subscription")

    def heading_right(self) -> str:
        """„Schritt 4 von 5“."""
        steps = self.flow.steps
        return _("Step {n} of {total}").format(n=steps.index(self.flow.step) + 1, total=len(steps))

    def question(self) -> str:
        """What is asked at this step."""
        raise NotImplementedError

    def control(self) -> ComposeResult:
        """The widget that takes the answer."""
        raise NotImplementedError

    def answer(self) -> Answer:
        """The answer as it stands; None when it cannot be given yet."""
        raise NotImplementedError

    def pane(self) -> Content:
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
            yield Static(self._new_pane(), id="pane")

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
        match self.flow.next_label(self.other_lines):
            case NextLabel.CHECKOUT:
                return _("Proceed to Checkout")
            case NextLabel.ADD_TO_CART:
                return _("Add to Cart")
            case NextLabel.START_TRIAL:
                return _("Start Trial")
            case NextLabel.NEXT:
                return _("Next")

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
        """Compose anew, with the pane for the answer at hand."""
        await super().relabel()
        self.refresh_pane()

    def refresh_pane(self) -> None:
        """Show the pane anew for an answer that is being changed."""
        for pane in self.query("#pane").results(Static):
            before, shown = self._pane, self._new_pane()
            if shown != before:
                # Below the question the pane is as high as its text, beside it as the page.
                pane.update(shown, layout=self.has_class("-narrow"))

    def _new_pane(self) -> Content:
        self._pane = self.pane()
        return self._pane

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


def step_name(flow: Flow, step: Step) -> str:
    """What a step is called in the progress line."""
    match step:
        case Step.PRODUCT:
            return _("Product")
        case Step.OFFER:
            if flow.draft.offer is None:
                return _("Buy / Try")
            return offer_name(flow.draft.offer)
        case Step.TIER:
            return _("Plan tier")
        case Step.SEATS:
            return _("User licences")
        case Step.CYCLE:
            return _("Billing cycle")


def offer_name(offer: Offer) -> str:
    """„Kaufen“ or „Testen“."""
    return _("Buy") if offer is Offer.BUY else _("Try")


def _tier_name(flow: Flow, tier_id: str) -> str:
    """What a tier is called by the products that have it."""
    tiers = (tier for each in flow.shelf.values() for tier in each.product.tiers)
    return next((tier.name for tier in tiers if tier.id == tier_id), tier_id)


def dropped_sentence(flow: Flow, dropped: tuple[Dropped, ...]) -> str:
    """Which earlier answers are no longer possible, and whether to choose again."""
    product = flow.available.product.name if flow.available else ""
    parts = []
    for gone in dropped:
        if gone.step is Step.TIER:
            parts.append(_("plan tier {name}").format(name=_tier_name(flow, str(gone.answer))))
        elif gone.step is Step.SEATS and isinstance(gone.answer, int):
            parts.append(_("{n} user licences").format(n=number(gone.answer)))
        elif gone.step is Step.OFFER and isinstance(gone.answer, Offer):
            parts.append(offer_name(gone.answer))
    asked_again = any(gone.step in flow.steps for gone in dropped)
    message = (
        _("Not possible with {product}: {answers}. Please choose again.")
        if asked_again
        else _("Not possible with {product}: {answers}.")
    )
    return message.format(product=product, answers=", ".join(parts))
