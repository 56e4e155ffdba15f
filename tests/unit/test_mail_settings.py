"""Settings of the mail server and the sender: what they mean, and that no password is shown."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from billing import bootstrap
from billing.mail.server import MailServer, MailSettingInvalid, Tls, read_mail_server, read_sender
from billing.settings import SettingsInvalid, load_settings

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "geheim-7"
ADDRESS = f"smtp+starttls://billing:{SECRET}@mail.example:2525"


@pytest.mark.parametrize(
    ("address", "server"),
    [
        (ADDRESS, MailServer("mail.example", 2525, Tls.STARTTLS, "billing", SECRET)),
        ("smtp+starttls://mail.example", MailServer("mail.example", 587, Tls.STARTTLS)),
        ("smtps://mail.example/", MailServer("mail.example", 465, Tls.IMPLICIT)),
        ("smtp://mail.example", MailServer("mail.example", 25, Tls.NONE)),
        ("smtp://[::1]:1025", MailServer("::1", 1025, Tls.NONE)),
        ("smtp://u:p@localhost", MailServer("localhost", 25, Tls.NONE, "u", "p")),
        (
            "smtps://me%40mail.example:p%2Fw%3A%40%25@mail.example",
            MailServer("mail.example", 465, Tls.IMPLICIT, "me@mail.example", "p/w:@%"),
        ),
    ],
)
def test_an_address_names_host_port_privacy_and_sign_in(address: str, server: MailServer) -> None:
    assert read_mail_server(address) == server


@pytest.mark.parametrize(
    "address",
    [
        "",
        "mail.example",
        "smtp://",
        "smtp://:25",
        "http://mail.example",
        "smtp://mail.example:0",
        "smtp://mail.example:port",
        f"smtps://u:{SECRET}@mail.example/inbox",
        f"smtps://u:{SECRET}@mail.example?verify=no",
        f"smtps://u:{SECRET}@[mail.example",
        f"smtps://u:{SECRET}/rest@mail.example",
        f"smtps://u:{SECRET}#rest@mail.example",
        f"smtps://:{SECRET}@mail.example",
        "smtps://user@mail.example",
        f"smtps://u%0d%0aQUIT:{SECRET}@mail.example",
        f"smtps://u:{SECRET}%C3%BC@mail.example",
        f"smtps://u:{SECRET}\u2100@mail.example",
        f"smtp://u:{SECRET}@mail.example",
    ],
)
def test_what_is_no_such_address_is_refused_without_quoting_it(address: str) -> None:
    with pytest.raises(MailSettingInvalid) as caught:
        read_mail_server(address)
    assert SECRET not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("text", ["", "nobody", "a@", "@b", "A <a@b.example>", "a@b\r\nBcc: c@d"])
def test_a_sender_is_a_bare_mail_address(text: str) -> None:
    assert read_sender("post@relay.example") == "post@relay.example"
    with pytest.raises(MailSettingInvalid):
        read_sender(text)


def test_a_file_names_the_server_and_the_sender(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(f'mail_server = "{ADDRESS}"\nmail_sender = "post@relay.example"\n')
    settings = load_settings({"BILLING_CENTER_CONFIG": str(file)})
    assert settings.mail_server == read_mail_server(ADDRESS)
    assert settings.mail_sender == "post@relay.example"
    assert SECRET not in repr(settings)


@pytest.mark.parametrize("name", ["mail_server", "mail_sender"])
def test_a_wrong_value_names_its_place_and_not_itself(tmp_path: Path, name: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(f'{name} = "{SECRET}"\n')
    variable = f"BILLING_CENTER_{name.upper()}"
    for variables, place in (
        ({"BILLING_CENTER_CONFIG": str(file)}, str(file)),
        ({"BILLING_CENTER_CONFIG": os.devnull, variable: SECRET}, variable),
    ):
        with pytest.raises(SettingsInvalid) as caught:
            load_settings(variables)
        assert caught.value.place == place
        ((key, flaw),) = caught.value.flaws
        assert key == name
        assert SECRET not in flaw


def test_with_a_server_mail_goes_there_and_without_into_a_folder(tmp_path: Path) -> None:
    from billing.mail.smtp import SmtpTransport  # noqa: PLC0415 - as late as the program loads it
    from billing.mail.transport import MaildirTransport  # noqa: PLC0415

    variables = {
        "BILLING_CENTER_CONFIG": os.devnull,
        "BILLING_CENTER_DATABASE": str(tmp_path / "b.sqlite3"),
        "BILLING_CENTER_LOG_FOLDER": str(tmp_path),
    }
    for more, kind in (
        ({}, MaildirTransport),
        ({"BILLING_CENTER_MAIL_SERVER": ADDRESS}, SmtpTransport),
    ):
        service = bootstrap.connect(load_settings({**variables, **more}))
        assert isinstance(service._context.post, kind)
        service.close()
