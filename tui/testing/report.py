"""A page on which a difference can be looked at: before, now, and one over the other."""

from __future__ import annotations

from html import escape
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from tui.testing.album import difference

if TYPE_CHECKING:
    import pytest

    from tui.testing.album import Screen

_FOLDER = "billing-center"
_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>{title}</title>
<style>
body {{ background: #20252a; color: #e8e8e8; font: 15px/1.5 sans-serif; margin: 2rem; }}
main {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(36rem, 1fr)); gap: 2rem; }}
svg {{ width: 100%; height: auto; }}
pre {{ background: #101418; padding: 1rem; overflow: auto; }}
.over {{ display: grid; background: #000; isolation: isolate; }}
.over > svg {{ grid-area: 1 / 1; }}
.over > svg + svg {{ mix-blend-mode: difference; }}
</style>
<h1>{title}</h1>
<pre>{text}</pre>
<main>
<section><h2>accepted</h2>{before}</section>
<section><h2>now</h2>{now}</section>
<section><h2>what differs</h2><div class="over">{before}{now}</div></section>
</main>
</html>
"""


def write_report(config: pytest.Config, title: str, before: Screen, now: Screen) -> Path:
    """The page, in a file of pytest's cache."""
    page = _PAGE.format(
        title=escape(title),
        text=escape(difference(before, now)),
        before=before.picture,
        now=now.picture,
    )
    file = _folder(config) / f"{title.replace(' ', '-').replace('/', '-')}.html"
    file.write_text(page, "utf-8")
    return file


def _folder(config: pytest.Config) -> Path:
    # The cache may be switched off.
    if config.cache is None:
        return Path(mkdtemp(prefix=f"{_FOLDER}-"))
    return config.cache.mkdir(_FOLDER)
