"""What the product is made of is written down as the lock has it, and known weaknesses are told or said not to be."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tools import advisories, sbom

from inspection.settings import REPOSITORY


def test_the_list_is_of_this_lock_and_the_same_each_time() -> None:
    text = sbom.sbom()
    assert text == sbom.sbom()
    assert sbom.KEPT.read_text(encoding="utf-8") == text, "run `make docs`"
    told = json.loads(text)
    named = {one["name"]: one["version"] for one in told["components"]}
    lock = (REPOSITORY / "uv.lock").read_text(encoding="utf-8")
    for package in ("apache-airflow", "sqlalchemy", "cryptography", "lxml"):
        assert re.search(rf'name = "{package}"\nversion = "{re.escape(named[package])}"', lock), package
    assert "pytest" not in named


def test_a_list_of_another_lock_is_found_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    older = tmp_path / "sbom.cdx.json"
    older.write_text(sbom.KEPT.read_text(encoding="utf-8").replace("sqlalchemy@", "sqlalchemy@0"), encoding="utf-8")
    monkeypatch.setattr(sbom, "KEPT", older)
    monkeypatch.setattr(sbom, "REPOSITORY", tmp_path)
    monkeypatch.setattr("sys.argv", ["sbom", "--check"])
    with pytest.raises(SystemExit, match="out of date"):
        sbom.main()


@contextmanager
def database_of_weaknesses(weak: str) -> Iterator[str]:
    """An OSV database on this machine in which one package has a weakness; its address."""

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            found = [{"vulns": [{"id": "OSV-1"}]} if weak == one["package"]["name"] else {} for one in asked["queries"]]
            self._tell({"results": found})

        def do_GET(self) -> None:
            self._tell({"id": "OSV-1", "modified": "2026-11-01T00:00:00Z", "summary": "of this test", "affected": []})

        def _tell(self, told: object) -> None:
            body = json.dumps(told).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.mark.parametrize(("weak", "status"), [("lxml", advisories.SOME), ("none", advisories.NONE)])
def test_a_known_weakness_is_told(weak: str, status: int) -> None:
    with database_of_weaknesses(weak) as url:
        found, told = advisories.audit(["--service-url", url])
    assert found == status, told
    assert (weak in told) == (status == advisories.SOME)


def test_where_nobody_can_be_asked_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    found, told = advisories.audit(["--service-url", "http://127.0.0.1:1/"])
    assert found == advisories.NOT_ASKED
    assert "not tested on" in told


def test_a_wrong_word_is_no_answer() -> None:
    assert advisories.audit(["--no-such-word"])[0] == advisories.WRONG
