"""`Set`: what a tape may set, what has no effect here, and what is no setting."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tui.i18n import _
from tui.tapes.tape import DEFAULT_SIZE, DEFAULT_TIMEOUT, Settings

if TYPE_CHECKING:
    import re

    from tui.tapes.words import Words

THEMES = ("dark", "light", "terminal")
WITHOUT_EFFECT = frozenset(
    {
        *("BorderRadius", "CursorBlink", "FontFamily", "FontSize", "Framerate", "LetterSpacing"),
        *("LineHeight", "LoopOffset", "Margin", "MarginFill", "Padding", "Shell"),
        *("WindowBar", "WindowBarSize"),
        *("SubtitleBackground", "SubtitleBorderRadius", "SubtitleColor", "SubtitleFontFamily"),
        *("SubtitleFontSize", "SubtitlePadding", "SubtitlePosition"),
    }
)
"""How a recording by VHS is drawn; a terminal draws itself."""

_CELLS = {"Width": (20, 400), "Height": (5, 150)}
_FASTEST = 100


class Setting:
    """The settings of a tape while it is read."""

    def __init__(self) -> None:
        self.settings = Settings()
        self.pattern: re.Pattern[str] | None = None
        self.timeout = DEFAULT_TIMEOUT

    def take(self, words: Words) -> float | None:
        """Take what stands behind `Set`; the answer is a typing speed."""
        name = words.word(_("Set needs the name of a setting"))
        if name.text == "TypingSpeed":
            return words.seconds()
        if name.text in _CELLS:
            self._cells(words, name.text)
        elif name.text == "Theme":
            self._theme(words)
        elif name.text == "PlaybackSpeed":
            speed = words.number(0.01, _FASTEST)
            self.settings = replace(self.settings, playback_speed=speed)
        elif name.text == "WaitTimeout":
            self.timeout = words.seconds()
        elif name.text == "WaitPattern":
            self.pattern = words.pattern()
        elif name.text in WITHOUT_EFFECT:
            words.rest()
            words.remark(name.place, _("Set {name} has no effect here").format(name=name.text))
        else:
            words.rest()
            words.fail(name.place, _("there is no setting {name}").format(name=name.text))
        return None

    def _cells(self, words: Words, name: str) -> None:
        least, most = _CELLS[name]
        place = words.place
        cells = words.whole(least, 100_000)
        if cells > most:
            default = DEFAULT_SIZE[name == "Height"]
            words.remark(
                place,
                _("{name} counts cells here; {value} look like pixels: {default} are taken").format(
                    name=name, value=cells, default=default
                ),
            )
            cells = default
        if name == "Width":
            self.settings = replace(self.settings, width=cells)
        else:
            self.settings = replace(self.settings, height=cells)

    def _theme(self, words: Words) -> None:
        place = words.place
        theme = words.theme()
        if theme in THEMES:
            self.settings = replace(self.settings, theme=theme)
        else:
            words.remark(
                place,
                _("this theme is not known here; there are: {themes}").format(
                    themes=", ".join(THEMES)
                ),
            )
