"""The one reader of the environment: every setting, its default and its meaning."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from inspection import language
from inspection.errors import BadSource, system_fault
from inspection.language import CHINESE, ENGLISH, Language, speak

REPOSITORY = Path(__file__).resolve().parents[2]
TEMPLATES = REPOSITORY / "templates"
SQL = REPOSITORY / "sql"

Profile = Literal["demo", "test", "production"]
PREFIX = "INSPECTION_"
MOST = 16  # of anything counted in a setting
FEWEST_CHARACTERS = 8  # different ones in a key: 32 random hex digits have fewer once in a thousand million keys


def _setting(default: Any, meaning: str, *, secret: bool = False, later: bool = False) -> Any:
    # `later`: read already, obeyed by nobody yet, and therefore on no page
    return field(default=default, metadata={"meaning": meaning, "secret": secret, "later": later}, repr=not secret)


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of one process, read once. Every one may be given as `INSPECTION_X` or `INSPECTION_X_FILE`."""

    home: Path = _setting(Path("var"), "folder for databases, documents and drop folder; relative to the repository")
    profile: Profile = _setting("production", "demo, test or production; production refuses what is unsafe")
    database_url: str = _setting("", "domain database; empty: SQLite in the home folder", secret=True)
    migration_database_url: str = _setting("", "owner of the domain database, for migrations", secret=True)
    timezone: str = _setting("Asia/Taipei", "zone in which dates and deadlines are counted")
    lang: Language = _setting(CHINESE, "language of messages: zh-TW or en")
    smtp_url: str = _setting("", "mail server, smtp://user:password@host:port or smtps://…", secret=True)
    smtp_plain_host: str = _setting("", "host of a mail server that may be given our password without TLS; empty: none")
    imap_url: str = _setting(
        "",
        "mailbox forms may be mailed to, imaps://user:password@host/folder (imap://: over STARTTLS); empty: none",
        secret=True,
    )
    returns_address: str = _setting("", "address of that mailbox, printed where mails and forms say how to return them")
    drop_folder: Path = _setting(Path("drop"), "folder where returned forms are laid; relative to the home folder")
    portal_url: str = _setting("http://127.0.0.1:8601", "address of the portal as people type it")
    portal_bind: str = _setting("127.0.0.1:8601", "address the portal listens on")
    portal_hosts: str = _setting("", "further host names the portal answers to, comma-separated")
    portal_proxies: str = _setting(
        "127.0.0.1",
        "reverse proxies before the portal whose X-Forwarded-For is believed: addresses or networks, comma-separated",
    )
    portal_workers: int = _setting(1, "processes that serve the portal, 1 to 16: two for each hundred people at work")
    secret_key: str = _setting(
        "",
        "seals paths and links, keys the hashes; 32 bytes or more. Lines below it: keys of before, until "
        "`inspection keys rotate` has run",
        secret=True,
    )
    rules_dir: Path | None = _setting(None, "an agency's own rules, laid over the shipped ones")
    mail_from: str = _setting("inspection@localhost", "sender of our mails")
    allow_scan: bool = _setting(True, "whether `inspection scan` may run outside an approved plan")
    smb_password: str = _setting("", "password for `inspection scan smb://…`", secret=True)
    smb_kerberos: bool = _setting(False, "log on to shares by Kerberos alone; needs the packages gssapi and krb5")
    accept_missing_walls: str = _setting(
        "", "walls of the sandbox this installation reads without, by name; production refuses to read otherwise"
    )
    backup_passphrase: str = _setting(
        "", "what the file of keys is encrypted to; empty: asked at the terminal", secret=True
    )
    log_json: bool = _setting(False, "portal and sender log JSON, one object a line, for a collector")
    now: str = _setting("", "a fixed instant or @FILE for tests and demo; refused in production")
    oidc_issuer: str = _setting("", "OpenID Connect issuer for the portal", later=True)
    oidc_client_id: str = _setting("", "client id at the issuer", later=True)
    oidc_client_secret: str = _setting("", "client secret at the issuer", secret=True, later=True)
    airflow_url: str = _setting("", "Airflow's API, for `inspection sender`, which lets parked tasks go on")
    airflow_user: str = _setting("", "the sender's account there; what it answers only passes on what was decided")
    airflow_password: str = _setting("", "its password", secret=True)

    @property
    def named_portal_url(self) -> str:
        """The portal's address where the installation has named one; empty at the default, which leads nowhere."""
        default = next(one.default for one in fields(self) if one.name == "portal_url")
        return "" if self.portal_url == default else self.portal_url

    @property
    def named_returns_address(self) -> str:
        """The address forms may be mailed to; empty where nobody would read it."""
        return self.returns_address if self.imap_url else ""

    @property
    def home_folder(self) -> Path:
        """Absolute home folder."""
        return self.home if self.home.is_absolute() else REPOSITORY / self.home

    @property
    def drop_folder_path(self) -> Path:
        """Absolute drop folder."""
        return self.drop_folder if self.drop_folder.is_absolute() else self.home_folder / self.drop_folder

    @property
    def documents_folder(self) -> Path:
        """Where issued documents are kept, named by id only."""
        return self.home_folder / "documents"

    @property
    def effective_database_url(self) -> str:
        """The domain database as SQLAlchemy takes it."""
        url = self.database_url or f"sqlite:///{self.home_folder / 'inspection.db'}"
        return url.replace("postgresql://", "postgresql+psycopg://", 1)

    @property
    def effective_migration_url(self) -> str:
        """The database as its owner, for Alembic."""
        url = self.migration_database_url or self.effective_database_url
        return url.replace("postgresql://", "postgresql+psycopg://", 1)

    @property
    def _keys(self) -> list[bytes]:
        return [line.strip().encode() for line in self.secret_key.splitlines() if line.strip()] or [b""]

    @property
    def keys_of_before(self) -> list[bytes]:
        """Keys the installation had before, the latest first, where they are still set below the one in use."""
        return self._keys[1:]

    def require_secret_key(self) -> bytes:
        """The installation's key; raises BadSource where it is missing or too short."""
        key = self._keys[0]
        if len(key) < 32:
            raise BadSource(
                speak(
                    "INSPECTION_SECRET_KEY 未設定，或少於 32 字元",
                    "INSPECTION_SECRET_KEY is missing or shorter than 32 characters",
                ),
                remedy=_make_a_key(),
            )
        if self.profile == "production" and len(set(key)) < FEWEST_CHARACTERS:
            raise BadSource(
                speak(
                    f"INSPECTION_SECRET_KEY 不同之字元不足 {FEWEST_CHARACTERS} 個，容易猜中",
                    f"INSPECTION_SECRET_KEY has fewer than {FEWEST_CHARACTERS} different characters: it can be guessed",
                ),
                remedy=_make_a_key(),
            )
        return key


def _make_a_key() -> str:
    return speak(
        "請執行 `openssl rand -hex 32`，將結果存檔並以 INSPECTION_SECRET_KEY_FILE 指明",
        "run `openssl rand -hex 32` and give the result in INSPECTION_SECRET_KEY_FILE",
    )


def _one_of(name: str, raw: str, kind: object) -> str:
    if raw not in get_args(kind):
        known = get_args(kind)
        raise BadSource(
            speak(
                f"{PREFIX}{name.upper()} 須為 {'、'.join(known)} 之一，現為 {raw!r}",
                f"{PREFIX}{name.upper()} must be one of {', '.join(known)}, not {raw!r}",
            )
        )
    return raw


def _convert(name: str, raw: str, kind: object) -> Any:
    if kind is Path or kind == Path | None:
        return Path(raw) if raw else None
    if kind is bool:
        if raw.lower() not in {"true", "false", "1", "0", "yes", "no"}:
            raise BadSource(
                speak(
                    f"{PREFIX}{name.upper()} 須為 true 或 false，現為 {raw!r}",
                    f"{PREFIX}{name.upper()} must be true or false, not {raw!r}",
                )
            )
        return raw.lower() in {"true", "1", "yes"}
    if kind is int:
        return _few(name, raw)
    return _one_of(name, raw, kind) if kind in {Profile, Language} else raw


def _few(name: str, raw: str) -> int:
    if raw.isascii() and raw.isdecimal() and len(raw) < 4 and 1 <= int(raw) <= MOST:
        return int(raw)
    variable = PREFIX + name.upper()
    raise BadSource(
        speak(f"{variable} 須為 1 至 {MOST} 之整數，現為 {raw!r}", f"{variable} must be from 1 to {MOST}, not {raw!r}")
    )


def from_environment(environment: dict[str, str]) -> Settings:
    """Reads settings from a mapping of environment variables; raises BadSource for a wrong or unreadable one."""
    kinds = {f.name: Settings.__annotations__[f.name] for f in fields(Settings)}
    resolved: dict[str, object] = {
        "Path": Path,
        "Path | None": Path | None,
        "bool": bool,
        "int": int,
        "Profile": Profile,
        "Language": Language,
        "str": str,
    }
    values: dict[str, Any] = {}
    for name, kind in kinds.items():
        variable = PREFIX + name.upper()
        file_variable = f"{variable}_FILE"
        if variable in environment and file_variable in environment:
            raise BadSource(
                speak(f"{variable} 與 {file_variable} 不得同時設定", f"{variable} and {file_variable} are both set"),
                remedy=speak("請擇一設定", "give only one of them"),
            )
        if file_variable in environment:
            path = Path(environment[file_variable])
            try:
                raw = path.read_text(encoding="utf-8").strip()
            except OSError as error:
                raise BadSource(
                    speak(
                        f"{file_variable} 無法讀取：{system_fault(error)}",
                        f"{file_variable} cannot be read: {error.strerror}",
                    ),
                    place=path,
                ) from None
        elif variable in environment:
            raw = environment[variable]
        else:
            continue
        values[name] = _convert(name, raw, resolved[kind] if isinstance(kind, str) else kind)
    if (rules_dir := values.get("rules_dir")) is not None:
        values["rules_dir"] = REPOSITORY / rules_dir  # an absolute one stays as it is
    settings = Settings(**values)
    if settings.profile == "production" and settings.now:
        raise BadSource(
            speak("正式環境不得設定 INSPECTION_NOW", "INSPECTION_NOW is refused in production"),
            remedy=speak("請取消設定：時間以主機時鐘為準", "unset it: the clock is the machine's"),
        )
    return settings


@cache
def get() -> Settings:
    """The settings of this process, read on first use; from then on it speaks the language they name."""
    choose_language()
    return from_environment(dict(os.environ))


def choose_language() -> None:
    """Before anything else is read, so that what is wrong with it is told in the language asked for."""
    wanted = os.environ.get(f"{PREFIX}LANG", "")
    if file := os.environ.get(f"{PREFIX}LANG_FILE"):
        try:
            wanted = Path(file).read_text(encoding="utf-8").strip()
        except OSError:  # told with all other settings
            wanted = ""
    language.use(ENGLISH if wanted == ENGLISH else CHINESE)


def reset() -> None:
    """Forgets what was read; for tests that change the environment."""
    get.cache_clear()
