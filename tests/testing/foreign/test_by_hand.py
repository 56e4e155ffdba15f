from tui.testing.terminal import Opener


async def test_five_cups_are_five(open_terminal: Opener) -> None:
    async with open_terminal("lena@huber.example", language="en") as terminal:
        await terminal.home.add_subscription()
        await terminal.product.choose("tasting")
        await terminal.seats.set(5)
        assert "5 cups" in terminal.text
