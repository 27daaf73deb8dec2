"""What the command line says of what the system or a word of the command does not allow."""

import sys

import pytest

from pipelines import cli, ui


def said_by(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str
) -> tuple[object, str]:
    """Exit code and standard error of a command."""
    monkeypatch.setattr(sys, "argv", ["helpline", *arguments])
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)  # the command sets its own
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return ended.value.code, capsys.readouterr().err


def test_a_file_of_another_user_is_named_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def closed() -> None:
        raise PermissionError(13, "Permission denied", "/home/of/another/key")

    monkeypatch.setattr(cli, "settings", closed)
    code, said = said_by(monkeypatch, capsys, "doctor")
    assert code == 3
    assert "may not open /home/of/another/key. Run it as the user of the nights" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("port", ["80", "99999"])
def test_a_port_that_the_ui_cannot_have_is_wrong_use(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], port: str
) -> None:
    monkeypatch.setattr(ui, "serve_ui", lambda *_: pytest.fail("it would start"))
    code, said = said_by(monkeypatch, capsys, "ui", "--port", port)
    assert code == 2
    assert "'--port'" in said
    assert said.endswith(". See helpline --help.\n")
