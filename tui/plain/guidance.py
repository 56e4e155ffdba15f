"""`?`: the step of the help article at hand, and the signs that mean the same everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.accounts.model import EntryKind
from tui.article import load_article
from tui.i18n import LANGUAGE_NAMES, _, current_language, other_language
from tui.plain.visit import At

if TYPE_CHECKING:
    from tui.plain.visit import Visit


def signs() -> str:
    """What can be typed at every prompt."""
    return _("0 goes back, ? helps, ?? is all of the help, * is {language}, Ctrl+D ends.").format(
        language=LANGUAGE_NAMES[other_language()]
    )


def give(visit: Visit, *, whole: bool) -> None:
    """The help article, all of it or what it says about the page at hand."""
    article = load_article(current_language())
    marked = article.marked(_place(visit))
    shown = range(len(article.paragraphs)) if whole else marked
    visit.talk.say("", _("Help"), *(article.paragraphs[index].text for index in shown), signs(), "")


def _place(visit: Visit) -> str:
    """Where in the help article the page at hand stands."""
    if visit.at is At.STEP and visit.flow is not None:
        return visit.flow.step.value
    if visit.at is At.HOME and visit.session.entry.kind is EntryKind.CORPORATE:
        return "corporate"
    return visit.at.value
