"""What a tape may say, and how each flaw is named with its line and column."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.tapes.parse import MOST_COMMANDS, parse
from tui.tapes.settings import WITHOUT_EFFECT
from tui.tapes.tape import (
    Command,
    Copy,
    Hide,
    Output,
    Paste,
    Place,
    Press,
    Remark,
    Scope,
    Screenshot,
    SetTypingSpeed,
    Show,
    Sleep,
    TapeError,
    Type,
    Wait,
)

HERE = Place("a.tape", 1, 1)

COMMANDS: dict[str, Command] = {
    'Type "n"': Type(HERE, "n"),
    "Type 'say \"n\"'": Type(HERE, 'say "n"'),
    "Type `it's`": Type(HERE, "it's"),
    'Type@500ms "slow"': Type(HERE, "slow", 0.5),
    'Type "one" "two"': Type(HERE, "one two"),
    "Type exit": Type(HERE, "exit"),
    "Enter": Press(HERE, "enter", "Enter"),
    "Down 3": Press(HERE, "down", "Down", 3),
    "Left@1.5s 2": Press(HERE, "left", "Left", 2, 1.5),
    "PageDown": Press(HERE, "pagedown", "PageDown"),
    "F1": Press(HERE, "f1", "F1"),
    "F12": Press(HERE, "f12", "F12"),
    "Ctrl+C": Press(HERE, "ctrl+c", "Ctrl+C"),
    "Ctrl+Shift+Left": Press(HERE, "ctrl+shift+left", "Ctrl+Shift+Left"),
    "Ctrl+Alt+Shift+p": Press(HERE, "alt+ctrl+shift+p", "Ctrl+Alt+Shift+p"),
    "Ctrl+M": Press(HERE, "enter", "Ctrl+M"),
    "Shift+Tab": Press(HERE, "shift+tab", "Shift+Tab"),
    "Shift+Tab@1s 2": Press(HERE, "shift+tab", "Shift+Tab", 2, 1),
    "Shift+a": Press(HERE, "A", "Shift+a"),
    "Alt+Enter": Press(HERE, "alt+enter", "Alt+Enter"),
    "Sleep 500ms": Sleep(HERE, 0.5),
    "Sleep 2": Sleep(HERE, 2),
    "Sleep .5": Sleep(HERE, 0.5),
    "Sleep 1m": Sleep(HERE, 60),
    "Wait": Wait(HERE, None, Scope.SCREEN, 15),
    "Wait /Cart|Kasse/": Wait(HERE, re.compile("Cart|Kasse"), Scope.SCREEN, 15),
    "Wait+Line@2s /a/": Wait(HERE, re.compile("a"), Scope.LINE, 2),
    "Wait+Screen@10ms": Wait(HERE, None, Scope.SCREEN, 0.01),
    "Hide": Hide(HERE),
    "Show": Show(HERE),
    "Screenshot pictures/a.png": Screenshot(HERE, "pictures/a.png"),
    'Copy "DE89"': Copy(HERE, "DE89"),
    "Paste": Paste(HERE),
    "Set TypingSpeed 75ms": SetTypingSpeed(HERE, 0.075),
    "Set TypingSpeed 0.1": SetTypingSpeed(HERE, 0.1),
}

FLAWS = {
    "": ("1:1", "there is nothing to play"),
    "# only a remark": ("1:1", "there is nothing to play"),
    "Foo": ("1:1", "there is no command Foo"),
    "\n  Jump 3": ("2:3", "there is no command Jump"),
    "ScrollUp 3": ("1:1", "ScrollUp is not supported here"),
    'Enter Subtitle "x"': ("1:7", "Subtitle is not supported here"),
    "5": ("1:1", "a command is missing before 5"),
    '"text"': ("1:1", "a command is missing before text"),
    "Type": ("1:5", "a text in quotes is missing"),
    'Type "a': ("1:6", '" has no end'),
    'Type "a\nEnter': ("1:6", '" has no end'),
    'Type "\x1b[2J"': ("1:6", "a text may not hold control characters"),
    'Type@fast "a"': ("1:6", "a time such as 500ms or 2s is missing"),
    f'Type "{"a" * 2001}"': ("1:6", "longer than 2000 characters"),
    "Enter 0": ("1:7", "must be between 1 and 1000"),
    "Enter 1001": ("1:7", "must be between 1 and 1000"),
    "Enter 1.5": ("1:7", "must be a whole number"),
    "Ctrl": ("1:1", "Ctrl+ needs a character or a key"),
    "Ctrl+": ("1:1", "Ctrl+ needs a character or a key"),
    "Ctrl+Alt": ("1:1", "Ctrl+ needs a character or a key"),
    "Ctrl+Foo": ("1:1", "Ctrl+ needs a character or a key"),
    "Sleep": ("1:6", "a time such as 500ms or 2s is missing"),
    "Sleep 61m": ("1:7", "longer than 3600 seconds"),
    f"Sleep {'9' * 4000}": ("1:7", "must be between 0 and 1e+09"),
    "Wait+Page /a/": ("1:6", "Wait+ needs Screen or Line"),
    "Wait+": ("1:6", "Wait+ needs Screen or Line"),
    "Wait /(/": ("1:6", "no regular expression: missing ), unterminated subpattern"),
    "Wait /a": ("1:6", "/ has no end"),
    "Set": ("1:4", "Set needs the name of a setting"),
    "Set Colour red": ("1:5", "there is no setting Colour"),
    "Set Width wide": ("1:11", "a number is missing"),
    "Set Width 19": ("1:11", "must be between 20 and 100000"),
    "Set Height 24.5": ("1:12", "must be a whole number"),
    "Set Theme": ("1:10", "the name of a theme is missing"),
    "Set Theme {": ("1:11", "{ has no end"),
    "Set PlaybackSpeed 0": ("1:19", "must be between 0.01 and 100"),
    "Set WaitPattern 5": ("1:17", "a pattern such as /Cart/ is missing"),
    "Output": ("1:7", "the name of a file is missing"),
    "Output a.mp4": ("1:8", "a.mp4 is none of these: .cast, .gif, .svg, .txt, .ascii, .png"),
    'Output "/etc/a.gif"': ("1:8", "/etc/a.gif leads out of the folder"),
    "Screenshot ../a.png": ("1:12", "../a.png leads out of the folder"),
    "Screenshot a.gif": ("1:12", "a.gif is none of these: .svg, .png, .txt"),
    "Source a.tape": ("1:1", "Source is not supported here"),
    "Env": ("1:4", "the name of a variable is missing"),
    "Env A": ("1:6", "a text in quotes is missing"),
    "Require": ("1:8", "the name of a program is missing"),
    "é": ("1:1", "é means nothing here; texts stand in quotes"),
    "\x00": ("1:1", "'\\x00' means nothing here; texts stand in quotes"),
    "Enter\n" * (MOST_COMMANDS + 1): ("1:1", "more than 10000 commands"),
    "#" * 200_001: ("1:1", "longer than 200000 characters"),
}


@pytest.mark.parametrize("text", COMMANDS)
def test_each_command_is_understood(text: str) -> None:
    assert parse(text, "a.tape").commands == (COMMANDS[text],)


@pytest.mark.parametrize("text", FLAWS, ids=lambda text: text[:20])
def test_each_flaw_is_named_with_its_place(text: str) -> None:
    place, reason = FLAWS[text]
    with pytest.raises(TapeError) as refused:
        parse(text, "a.tape")
    assert str(refused.value).startswith(f"a.tape:{place}: {reason}")


def test_all_flaws_are_named_at_once() -> None:
    with pytest.raises(TapeError) as refused:
        parse("Foo\nEnter\nSleep\nSet Width 3", "a.tape")
    assert [str(flaw.place) for flaw in refused.value.flaws] == [
        "a.tape:1:1",
        "a.tape:3:6",
        "a.tape:4:11",
    ]


def test_several_commands_may_stand_on_a_line() -> None:
    tape = parse('Type "a" Sleep 500ms Enter 2  # and a remark', "a.tape")
    assert [type(command) for command in tape.commands] == [Type, Sleep, Press]
    assert tape.commands[1].place.column == 10


def test_settings_and_outputs_are_those_of_the_whole_tape() -> None:
    tape = parse(
        "Output a.cast\nOutput b.gif\nSet Width 120\nSet Height 36\nSet Theme light\n"
        'Set PlaybackSpeed 2\nEnv LANG "en_US.UTF-8"\nEnter',
        "a.tape",
    )
    assert tape.outputs == (
        Output(Place("a.tape", 1, 1), "a.cast"),
        Output(Place("a.tape", 2, 1), "b.gif"),
    )
    assert (tape.size, tape.settings.theme) == ((120, 36), "light")
    assert tape.settings.playback_speed == 2
    assert tape.environment == (("LANG", "en_US.UTF-8"),)
    assert tape.remarks == ()


@pytest.mark.parametrize(
    "line",
    [
        *(f"Set {name} 5" for name in sorted(WITHOUT_EFFECT)),
        'Set FontFamily "JetBrains Mono"',
        'Set MarginFill "#6B50FF"',
        "Set LoopOffset 60.4%",
        "Set CursorBlink false",
        'Set Theme "Catppuccin Frappe"',
        'Set Theme { "name": "Whimsy", "black": "#535178" }',
        "Set Width 1200",
        "Set Height 600",
        "Require gum",
    ],
)
def test_what_a_recording_by_vhs_needs_has_no_effect_and_says_so(line: str) -> None:
    tape = parse(f"{line}\nEnter", "a.tape")
    assert len(tape.commands) == 1
    assert [remark.place.line for remark in tape.remarks] == [1]
    assert tape.size == (80, 24)


def test_a_setting_behind_the_first_key_has_no_effect_and_says_so() -> None:
    tape = parse("Enter\nSet Width 100\nSet TypingSpeed 1s", "a.tape")
    assert tape.size == (80, 24)
    assert [str(remark.place) for remark in tape.remarks] == ["a.tape:2:1"]
    assert isinstance(tape.commands[-1], SetTypingSpeed)


def test_a_wait_takes_the_pattern_and_the_time_that_were_set() -> None:
    tape = parse("Set WaitPattern /Kasse/\nSet WaitTimeout 3s\nWait\nWait@1s /a/", "a.tape")
    assert [(w.pattern, w.timeout) for w in tape.commands if isinstance(w, Wait)] == [
        (re.compile("Kasse"), 3),
        (re.compile("a"), 1),
    ]


def test_a_sourced_tape_plays_where_it_is_named_and_yields_no_outputs() -> None:
    parts = {"in.tape": 'Output in.gif\nType "a"'}
    tape = parse("Output a.gif\nUp\nSource in.tape\nDown", "a.tape", parts.__getitem__)
    assert [command.place.name for command in tape.commands] == ["a.tape", "in.tape", "a.tape"]
    assert [output.path for output in tape.outputs] == ["a.gif"]


def test_a_sourced_tape_may_not_source_itself() -> None:
    with pytest.raises(TapeError, match=r"^a\.tape:1:1: a tape that is taken in may not"):
        parse("Source a.tape", "a.tape", lambda _path: "Source a.tape")


def test_a_sourced_tape_that_is_missing_is_named() -> None:
    def missing(path: str) -> str:
        raise FileNotFoundError(2, "No such file or directory", path)

    with pytest.raises(TapeError, match=r"^a\.tape:2:1: b\.tape cannot be read: No such file"):
        parse("Enter\nSource b.tape", "a.tape", missing)


PIECES = st.sampled_from(
    [*COMMANDS, *FLAWS, "Set", "Type", "@", "+", "/", '"', "{", "}", "\n", "\r\n", "\t", "9" * 400]
)


@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=6).map(" ".join)))
def test_whatever_a_file_holds_is_a_tape_or_is_refused_with_places(text: str) -> None:
    flaws: tuple[Remark, ...] = ()
    commands: tuple[Command, ...] = ()
    try:
        commands = parse(text, "a.tape", lambda _path: text).commands
    except TapeError as error:
        flaws = error.flaws
    assert bool(flaws) != bool(commands)
    lines = text.count("\n") + 1
    assert all(1 <= flaw.place.line <= lines and flaw.place.column >= 1 for flaw in flaws)
