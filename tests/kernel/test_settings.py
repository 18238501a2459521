"""Settings come from the environment and one file, and say what is wrong."""

from pathlib import Path

import pytest

from graph import settings
from graph.errors import SettingError


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lienthong.toml").write_text('port = 9001\nlanguage = "en"\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LIENTHONG_PORT", "9002")
    loaded = settings.load()
    assert (loaded.port, loaded.language) == (9002, "en")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LIENTHONG_PORT", "many"),
        ("LIENTHONG_LANGUAGE", "fr"),
        ("LIENTHONG_BASE_IRI", "lienthong.gov.vn"),
        ("LIENTHONG_QUERY_TIMEOUT", "0"),
    ],
)
def test_a_bad_value_is_named(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingError, match=name):
        settings.load()


def test_an_unknown_setting_lists_the_known_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lienthong.toml").write_text("prot = 9001\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingError, match="LIENTHONG_PORT") as told:
        settings.load()
    assert "LIENTHONG_PROT" in told.value.message.en


@pytest.mark.parametrize(
    ("written", "meant"), [("DATA", "DATA_DIR"), ("QUERY_TIMEOUTS", "QUERY_TIMEOUT"), ("PROT", "PORT")]
)
def test_a_misspelled_variable_is_refused(written: str, meant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"LIENTHONG_{written}", "1")
    with pytest.raises(SettingError, match=f"LIENTHONG_{written}") as told:
        settings.load()
    assert told.value.hint is not None
    assert f"LIENTHONG_{meant}?" in told.value.hint.en


def test_a_variable_of_something_else_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIENTHONG_MASCOT", "tê giác")
    assert settings.load() == settings.load()


def test_every_setting_has_a_sentence_in_both_languages() -> None:
    for name, _, _, sentence in settings.load().describe():
        vi, _, en = sentence.partition(" / ")
        assert vi, name
        assert en, name


def test_connections_are_read_but_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIENTHONG_CONNECTIONS", '{"mps-population": "postgresql://an:s3cr3t@server/db"}')
    loaded = settings.load()
    assert loaded.connections["mps-population"].get_secret_value().endswith("@server/db")
    (shown,) = [value for name, value, *_ in loaded.describe() if name == "LIENTHONG_CONNECTIONS"]
    assert shown == "mps-population"
    assert "s3cr3t" not in repr(loaded)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"STORE": "https://store/sparql"}, "LIENTHONG_STORE_GRAPHS"),
        ({"STORE_GRAPHS": "https://store/graphs"}, "LIENTHONG_STORE_GRAPHS"),
        ({"STORE": "store/sparql", "STORE_GRAPHS": "https://store/graphs"}, "LIENTHONG_STORE"),
        ({"STORE": "https://an:s3cr3t@store/", "STORE_GRAPHS": "https://store/graphs"}, "LIENTHONG_STORE"),
        ({"STORE": "https://store/", "STORE_GRAPHS": "https://store/?key=s3cr3t"}, "LIENTHONG_STORE_GRAPHS"),
        ({"STORE": "https://s/", "STORE_GRAPHS": "https://s/", "QUERY_ENGINE": "columns"}, "LIENTHONG_STORE"),
        ({"STORE_CREDENTIALS": "s3cr3t"}, "LIENTHONG_STORE_CREDENTIALS"),
    ],
)
def test_a_server_is_named_whole_and_without_secrets(
    given: dict[str, str], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, value in given.items():
        monkeypatch.setenv(f"LIENTHONG_{variable}", value)
    with pytest.raises(SettingError, match=f"{name} ") as told:
        settings.load()
    assert "s3cr3t" not in f"{told.value}{told.value.__cause__}"


def test_an_account_at_a_server_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIENTHONG_STORE", "https://store/sparql")
    monkeypatch.setenv("LIENTHONG_STORE_GRAPHS", "https://store/graphs")
    assert dict(row[:2] for row in settings.load().describe())["LIENTHONG_STORE_CREDENTIALS"] == "–"
    monkeypatch.setenv("LIENTHONG_STORE_CREDENTIALS", "an:s3cr3t")
    loaded = settings.load()
    assert dict(row[:2] for row in loaded.describe())["LIENTHONG_STORE_CREDENTIALS"] == "(đặt/set)"
    assert "s3cr3t" not in repr(loaded)


@pytest.mark.parametrize(
    "value", ["postgresql://an:s3cr3t@server/db", '["s3cr3t"]', '{"a": {"b": "s3cr3t"}}']
)
def test_a_wrong_connection_is_said_without_its_secret(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIENTHONG_CONNECTIONS", value)
    with pytest.raises(SettingError, match="LIENTHONG_CONNECTIONS") as told:
        settings.load()
    assert "s3cr3t" not in f"{told.value}{told.value.__cause__}"
