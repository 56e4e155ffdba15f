"""A process that is killed while it makes the Maildir, or beside another that makes it."""

from __future__ import annotations

import mailbox
import stat
from contextlib import closing
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest

from billing.mail.transport import MaildirTransport

if TYPE_CHECKING:
    from pathlib import Path

PARTS = ("tmp", "new", "cur")


@pytest.mark.parametrize("made", range(len(PARTS) + 1))
def test_a_half_made_mail_folder_is_completed(tmp_path: Path, made: int) -> None:
    folder = tmp_path / "mail"
    folder.mkdir(mode=0o700)
    for part in PARTS[:made]:
        (folder / part).mkdir(mode=0o700)
    message = EmailMessage()
    message["Subject"] = "Hello"
    MaildirTransport(folder).send(message)
    with closing(mailbox.Maildir(folder, create=False)) as box:
        assert [mail["Subject"] for mail in box] == ["Hello"]
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.iterdir())}
    assert modes == {0o700}
