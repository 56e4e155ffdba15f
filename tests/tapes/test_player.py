"""A tape is played on the real program: what is pressed arrives, what is waited for is found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.tapes.conftest import shots
from tui.tapes.player import NeverCame
from tui.tapes.stage import Stage
from tui.tapes.tape import TapeError

if TYPE_CHECKING:
    from tui.tapes.house import SampleHouse
LAUNCH = 'Type "billing-center demo --as lena@huber.example"\nEnter\nWait /Huber/\n'


async def test_a_tape_without_a_launch_line_begins_at_the_first_page(stage: Stage) -> None:
    (shot,) = await shots('Type "lena@huber.example"\nScreenshot a.txt', stage)
    assert "Sign in to billing" in shot.frame.text
    assert "lena@huber.example" in shot.frame.text
    assert shot.app is not None


async def test_a_launch_line_is_typed_at_a_prompt_and_starts_the_program(stage: Stage) -> None:
    before, behind = await shots(
        'Type "billing-center demo --as lena@huber.example"\nScreenshot a.txt\nEnter\n'
        "Wait /Huber/\nScreenshot b.txt",
        stage,
    )
    assert before.frame.lines[0] == "$ billing-center demo --as lena@huber.example"
    assert before.app is None
    assert "Huber & Co. KG · Lena Huber" in behind.frame.text


async def test_a_launch_line_says_the_language(stage: Stage) -> None:
    (shot,) = await shots('Type "billing-center --lang de"\nEnter\nScreenshot a.txt', stage)
    assert "Anmelden" in shot.frame.text


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("billing-center demo\nrm -rf x", "a tape starts nothing but billing-center"),
        ("billing-center worker", "invalid choice"),
        ("billing-center --database=x", "unrecognized arguments"),
        ('billing-center "', "No closing quotation"),
    ],
)
async def test_nothing_but_the_program_is_started(line: str, reason: str, stage: Stage) -> None:
    first, _, then = line.partition("\n")
    text = f"Type '{first}'\nEnter\n"
    if then:
        text += f"Ctrl+Q\nType '{then}'\nEnter"
    with pytest.raises(TapeError, match=reason) as refused:
        await shots(text, stage)
    assert refused.value.flaws[0].place.line == (5 if then else 2)


async def test_keys_counts_and_pastes_arrive(stage: Stage) -> None:
    pressed, pasted = await shots(
        f'{LAUNCH}Type "n"\nEnter 2\nDown 2\nEnter\nType "5"\nEnter 2\nWait /Checkout/\n'
        'Screenshot a.txt\nTab\nCopy "DE89 3704 0044 0532 0130 00"\nPaste\nScreenshot b.txt',
        stage,
    )
    assert "5 organizers" in pressed.frame.text
    assert "DE89" not in pressed.frame.text
    assert "DE89 3704 0044 0532 0130 00" in pasted.frame.text


async def test_a_session_that_is_left_goes_on_at_the_next_launch(stage: Stage) -> None:
    left, resumed = await shots(
        f'{LAUNCH}Type "n"\nEnter\nCtrl+Q\nScreenshot a.txt\n{LAUNCH}Wait /Continue/\n'
        "Screenshot b.txt",
        stage,
    )
    assert left.frame.lines[:2] == ("$ billing-center demo --as lena@huber.example", "$")
    assert "Continue where you left off?" in resumed.frame.text


async def test_what_never_comes_is_named_with_its_place_and_the_screen(stage: Stage) -> None:
    with pytest.raises(NeverCame) as never:
        await shots("Enter\n Wait@10ms /Kasse/", stage)
    assert str(never.value) == "a.tape:2:2: /Kasse/ did not come within 0.01 s"
    assert "Sign in to billing" in never.value.screen


async def test_a_line_is_a_row_of_the_screen(stage: Stage) -> None:
    await shots("Wait+Line@10ms /^ +Sign in to billing$/", stage)
    await shots(r"Wait+Screen@10ms /Center(.|\n)*Sign in to billing/", stage)
    with pytest.raises(NeverCame):
        await shots(r"Wait+Line@10ms /Center(.|\n)*Sign in to billing/", stage)


async def test_size_theme_and_language_are_the_tapes_unless_the_stage_says_others(
    house: SampleHouse,
) -> None:
    text = "Set Width 100\nSet Height 30\nSet Theme light\nEnv LANG de_DE\nScreenshot a.txt"
    (own,) = await shots(text, Stage(house, language="en"))
    (other,) = await shots(text, Stage(house, size=(80, 24), theme="dark"))
    assert (own.frame.size, other.frame.size) == ((100, 30), (80, 24))
    assert own.app is not None
    assert other.app is not None
    assert (own.app.theme, other.app.theme) == ("billing-light", "billing-dark")
    assert "Anmelden" in own.frame.text


async def test_no_color_takes_all_colours_out(house: SampleHouse) -> None:
    colours = []
    for no_color in (True, False):
        stage = Stage(house, theme="terminal", no_color=no_color)
        (shot,) = await shots("Screenshot a.txt", stage)
        styles = [piece.style for row in shot.frame.rows for piece in row]
        colours.append({style.color.name for style in styles if style and style.color})
    assert (colours[0], len(colours[1]) > 3) == ({"default"}, True)
