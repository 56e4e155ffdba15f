"""Lizenzen zuweisen: the ticks of a user replace that user's products."""

from __future__ import annotations

from collections.abc import Iterable

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from billing.catalogue.model import Catalogue
from billing.subscriptions.model import LIVE_STATES, Subscription, TickChange, User
from tui.formats import number
from tui.frame import Frame
from tui.i18n import N_, _
from tui.messages import LicencesTicked, OpenHome
from tui.screens.page import Page, Sentence
from tui.table import Cell, line, plain
from tui.widgets.choices import Choices
from tui.widgets.push_button import PushButton


class LicencesScreen(Page):
    """Users at the left, the products of the one at hand at the right."""

    CSS_PATH = "licences.tcss"
    place = "licences"
    BINDINGS = [Binding("ctrl+s", "save", N_("Save"), key_display="^s")]

    def __init__(
        self,
        frame: Frame,
        users: tuple[User, ...],
        subscriptions: tuple[Subscription, ...],
        catalogue: Catalogue,
        *,
        user_id: str | None = None,
        subscription_id: str | None = None,
        kept: tuple[TickChange, ...] = (),
        notice: Sentence | None = None,
        tone: str = "",
    ) -> None:
        super().__init__(frame, notice=notice, tone=tone)
        self._users = {user.user_id: user for user in users}
        self._held = {s.subscription_id: s for s in subscriptions if s.state in LIVE_STATES}
        self._catalogue = catalogue
        self._ticks = {user.user_id: set(user.subscriptions) for user in users}
        self._user_id = user_id or (users[0].user_id if users else None)
        self._subscription_id = subscription_id
        self._tick_again(kept)

    def _tick_again(self, kept: tuple[TickChange, ...]) -> None:
        """Tick what an earlier session ticked and did not save, as far as it can still be."""
        for change in kept:
            if change.user_id in self._ticks:
                self._ticks[change.user_id] |= change.given & set(self._held)
                self._ticks[change.user_id] -= change.taken
        if self._changed():
            self._sentence, self._tone = self.unsaved(), "warning"

    def heading(self) -> str:
        """The page's name."""
        return _("Assign licences")

    def body(self) -> ComposeResult:
        """Two lists side by side, or that there is nobody or nothing to put there."""
        if not self._can_assign:
            with Vertical(classes="body"):
                yield Static(_("There is nothing to assign yet."), classes="muted", id="empty")
            return
        with Horizontal(classes="columns"):
            with Vertical(id="people"):
                yield Static(_("Users"), classes="question")
                yield Choices(
                    [(key, self._user_line(user), user.name) for key, user in self._users.items()],
                    chosen=self._user_id,
                    jump=True,
                    tells=True,
                    id="users",
                )
            with Vertical(id="products"):
                yield Static(self._person(), classes="question", id="person")
                yield Choices(
                    [
                        (key, self._tick_line(held), self._product_name(held))
                        for key, held in self._held.items()
                    ],
                    chosen=self._subscription_id,
                    id="ticks",
                )
                yield Static(_("Space ticks, Save replaces the user's products."), classes="muted")

    @property
    def _can_assign(self) -> bool:
        return bool(self._users and self._held)

    def _product_name(self, held: Subscription) -> str:
        return self._catalogue.product_name(held.product)

    def _person(self) -> Content:
        user = self._users.get(self._user_id or "")
        return plain(user.name) if user else Content("")

    def _user_line(self, user: User) -> Content:
        changed = self._ticks[user.user_id] != set(user.subscriptions)
        count = number(len(self._ticks[user.user_id] & set(self._held)))
        mark = "*" if changed else " "
        room = 17 if self.has_class("-narrow") else 24
        return line([Cell(user.name, room), Cell(f"{count}{mark}", 4, right=True, style="$muted")])

    def _tick_line(self, held: Subscription) -> Content:
        ticked = held.subscription_id in self._ticks.get(self._user_id or "", set())
        free = held.seats_free - self._drift(held.subscription_id)
        return line(
            [
                Cell("[x]" if ticked else "[ ]", 3),
                Cell(self._product_name(held), 16),
                Cell(_("{n} free").format(n=number(free)), 10, style="$muted"),
            ]
        )

    def _drift(self, subscription_id: str) -> int:
        """How many more licences the ticks not yet saved would take."""
        return sum(
            (subscription_id in self._ticks[key]) - (subscription_id in user.subscriptions)
            for key, user in self._users.items()
        )

    def buttons(self) -> Iterable[Widget]:
        """Save, or back to the start."""
        if self._can_assign:
            yield PushButton(_("Save"), id="save", primary=True)
        yield PushButton(_("To billing"), id="home")

    def on_mount(self) -> None:
        """Start with the users."""
        super().on_mount()
        (self.query("#users") or self.query(PushButton)).first().focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Hide what is not possible now."""
        return self._can_assign or action != "save"

    def on_resize(self) -> None:
        """Fit both lists to the width."""
        self.after_layout(self._fit_users)

    def _fit_users(self) -> None:
        for users in self.query("#users").results(Choices):
            for key, user in self._users.items():
                users.replace_option_prompt(key, self._user_line(user))

    @on(Choices.OptionHighlighted, "#users")
    def _other_user(self, event: Choices.OptionHighlighted) -> None:
        self._user_id = event.option.id
        self._refresh()

    @on(Choices.OptionSelected, "#users")
    def _to_ticks(self) -> None:
        self.query_one("#ticks", Choices).focus()

    @on(Choices.OptionSelected, "#ticks")
    def _toggle(self, event: Choices.OptionSelected) -> None:
        if self._user_id is None or event.option.id is None:
            return
        self._ticks[self._user_id] ^= {event.option.id}
        self._refresh()

    def _refresh(self) -> None:
        self.query_one("#person", Static).update(self._person())
        ticks = self.query_one("#ticks", Choices)
        for key, held in self._held.items():
            ticks.replace_option_prompt(key, self._tick_line(held))
        users = self.query_one("#users", Choices)
        if self._user_id is not None:
            users.replace_option_prompt(self._user_id, self._user_line(self._users[self._user_id]))

    def _changed(self) -> list[str]:
        """The users whose ticks are not saved."""
        return [
            key for key, user in self._users.items() if self._ticks[key] != set(user.subscriptions)
        ]

    def unsaved(self) -> Sentence | None:
        """Ticks that are not saved, by the names of their users."""
        names = ", ".join(self._users[key].name for key in self._changed())
        if not names:
            return None
        return lambda: _("Not saved yet: the ticks of {names}.").format(names=names)

    def ticked(self) -> tuple[TickChange, ...]:
        """Whom the ticks give and take what."""
        return tuple(
            TickChange(
                key,
                frozenset(self._ticks[key] - self._users[key].subscriptions),
                frozenset(self._users[key].subscriptions - self._ticks[key]),
            )
            for key in self._changed()
        )

    def discard(self) -> None:
        """Tick what is saved."""
        self._ticks = {key: set(user.subscriptions) for key, user in self._users.items()}

    @on(PushButton.Pressed, "#save")
    def action_save(self) -> None:
        """Save the ticks of every user that changed."""
        if self.waiting:
            return
        changed = self._changed()
        for key in changed:
            self.post_message(LicencesTicked(key, frozenset(self._ticks[key])))
        if not changed:
            self.say(lambda: _("Nothing was changed."))

    @on(PushButton.Pressed, "#home")
    def _home(self) -> None:
        self.post_message(OpenHome())

    def saved(self, users: tuple[User, ...], subscriptions: tuple[Subscription, ...]) -> None:
        """Take over what the service has now."""
        before = self._users
        self._users = {user.user_id: user for user in users}
        self._held = {s.subscription_id: s for s in subscriptions if s.state in LIVE_STATES}
        for key, user in self._users.items():
            untouched = key not in before or self._ticks.get(key) == set(before[key].subscriptions)
            if untouched or self._ticks.get(key) == set(user.subscriptions):
                self._ticks[key] = set(user.subscriptions)
        self._fit_users()
        self._refresh()
