"""Compares `inspection scan` with man-spider 2.0.0, plain smbclient and a raw read, on the same files in one run.

    uv run python tests/bench/bench_scan.py [--corpus DIR] [--tree 20000] [--peer-rounds 1] [--write]

Without --corpus the folder `public` of INSPECTION_EXTRA_CORPUS is taken, and without that, files made at run time.
man-spider (GPL-3) is installed into an environment of its own under var/bench and only ever run as a program.
Processor seconds are those of the whole process tree; --write renews the table in docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import resource
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
REPOSITORY = TESTS.parent
sys.path[:0] = [str(TESTS), str(REPOSITORY / "plugins")]

from crawling.papers import docx, roster_text  # noqa: E402
from servers.samba import SambaServer  # noqa: E402

RULES = Path(__file__).with_name("twenty_rules.yaml")
PEER = REPOSITORY / "var" / "bench" / "manspider"
UV = str(REPOSITORY / "var" / "tools" / "bin" / "uv")  # the one `make setup` fetched
PAGE = REPOSITORY / "docs" / "benchmarks.md"
BEGIN, END = "<!-- scan: begin -->", "<!-- scan: end -->"
WORDS = "本案業經簽奉核定請查照辦理有關年度預算執行情形彙整會議紀錄採購招標公告民眾陳情案件調查報告人事異動獎懲"
EXPRESSIONS = (
    r"(?<![A-Za-z0-9])[A-Z][1289]\d{8}(?!\d)", r"(?<![A-Za-z0-9])[A-Z][A-D]\d{8}(?!\d)",
    r"身[分份]證(統一編號|字號|號碼)?", r"居留證(號碼)?", r"護照號碼", r"底價(表|單|核定)?", r"檢舉人(姓名|身分|資料)",
    r"試題|命題|題庫", r"考績|平時考核", r"會議紀錄|會議資料", r"絕對機密|極機密|機密", r"限閱|機敏資料",
    r"09\d{2}-?\d{3}-?\d{3}", r"0[2-8]-?\d{3,4}-?\d{4}", r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,253}",
    r"(?<!\d)(?:4\d{3}|5[1-5]\d{2})[- ]?\d{4}[- ]?\d{4}[- ]?\d{4}(?!\d)", r"(?<!\d)\d{8}(?!\d)",
    r"(縣|市)[一-鿿]{1,4}(區|鄉|鎮|市)[一-鿿0-9]{1,10}(路|街|段)", r"病歷號?碼?|診斷證明", r"password|passwd|密碼",
)  # fmt: skip


@dataclass(frozen=True)
class Cost:
    """One run of a program: seconds on the clock, processor seconds of its whole tree, largest process in MB."""

    wall: float
    cpu: float
    largest_mb: int


@dataclass(frozen=True)
class Line:
    """A row of the table; `aim` is the ratio the product promises, where it promises one."""

    what: str
    ours: Cost
    other: Cost | None = None
    aim: float | None = None

    @property
    def ratio(self) -> float | None:
        """How many times less processor time we take."""
        return self.other.cpu / self.ours.cpu if self.other else None


def run(command: Sequence[str], **environment: str) -> Cost:
    """Runs a program to its end; raises where it failed."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        env={**os.environ, **environment},
    )  # fmt: skip
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in {0, 1}:
        raise RuntimeError(f"{command[0]} failed: {said.decode(errors='replace')[-2000:]}")
    return Cost(time.perf_counter() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024)


def best(rounds: int, action: Callable[[], Cost]) -> Cost:
    """The run with the least processor time: other work on the machine only ever adds to it."""
    return min((action() for _ in range(rounds)), key=lambda cost: cost.cpu)


def scan(target: str, out: Path, *more: str, **environment: str) -> Cost:
    """Our scan."""
    command = [sys.executable, "-m", "inspection.cli", "scan", target, "--jsonl", str(out), *more]
    return run(
        command,
        PYTHONPATH=str(REPOSITORY / "plugins"),
        INSPECTION_HOME=str(out.parent / "home"),
        INSPECTION_PROFILE="test",
        **environment,
    )


def man_spider(target: Sequence[str], home: Path) -> Cost:
    """The peer, without downloads and with as many threads as we have workers."""
    command = [str(PEER / "bin" / "manspider"), *target, "-t", "2", "-n", "-q", "-c", *EXPRESSIONS]
    return run(command, HOME=str(home))


def install_peer() -> None:
    """man-spider 2.0.0 in its own environment."""
    if not (PEER / "bin" / "manspider").exists():
        subprocess.run([UV, "venv", "-q", "--clear", "-p", "3.11", str(PEER)], check=True)
        python = str(PEER / "bin" / "python")
        subprocess.run([UV, "pip", "install", "-q", "-p", python, "man-spider==2.0.0"], check=True)


def raw_read(folder: Path) -> Cost:
    """Every byte, once, by this process."""
    wall, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    for path in folder.rglob("*"):
        if path.is_file():
            path.read_bytes()
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(time.perf_counter() - wall, cpu, 0)


def plain_smbclient(server: SambaServer) -> Cost:
    """Every byte over one connection by `smbclient.open_file().read()`, in a process of its own."""
    program = (
        "import smbclient, sys\n"
        "host, port, user, password = sys.argv[1:]\n"
        "given = dict(username=user, password=password, port=int(port))\n"
        "for folder, _, names in smbclient.walk(rf'\\\\{host}\\files', **given):\n"
        "    for name in names:\n"
        "        smbclient.open_file(folder + '\\\\' + name, mode='rb', share_access='rwd', **given).read()\n"
    )
    return run([sys.executable, "-c", program, server.host, str(server.port), server.user, server.password])


def make_tree(folder: Path, files: int) -> None:
    """Office papers of three pages, half of them Word files; a twentieth lists people."""
    chance = random.Random(7)
    for number in range(files):
        lines = ["".join(chance.choices(WORDS, k=80)) for _ in range(45)]
        _write_paper(folder, number, lines, chance, word=number % 2 == 1)


def make_notes(folder: Path, files: int) -> None:
    """Texts of one page, the cheapest files there are to scan first; a twentieth lists people."""
    chance = random.Random(7)
    for number in range(files):
        _write_paper(folder, number, ["".join(chance.choices(WORDS, k=80)) for _ in range(12)], chance, word=False)


def _write_paper(folder: Path, number: int, lines: list[str], chance: random.Random, *, word: bool) -> None:
    place = folder / f"第{number % 20}課" / f"案{number // 20 % 50:03d}"
    place.mkdir(parents=True, exist_ok=True)
    lines = [*lines, f"文號{number}", *(roster_text(chance)[0].splitlines() if number % 20 == 3 else ())]
    if word:
        (place / f"文{number}.docx").write_bytes(docx(*lines))
    else:
        (place / f"文{number}.txt").write_text("\n".join(lines), encoding="utf-8")


def local_lines(corpus: Path, work: Path, rounds: int, peer_rounds: int) -> list[Line]:
    """The corpus in a local folder."""
    peer = best(peer_rounds, lambda: man_spider([str(corpus)], work / "peer"))
    scan(str(corpus), work / "warm.jsonl", "--rules", str(RULES))  # compiles the rules once, as an installation does
    twenty = best(rounds, lambda: scan(str(corpus), work / "rows.jsonl", "--rules", str(RULES)))
    everything = best(rounds, lambda: scan(str(corpus), work / "rows.jsonl"))
    return [
        Line("local folder, 20 rules | man-spider 2.0.0", twenty, peer, 25),
        Line("local folder, all rules and marks | man-spider 2.0.0, 20 rules", everything, peer),
        Line("local folder, all rules and marks | raw read", everything, raw_read(corpus)),
    ]


def smb_lines(corpus: Path, work: Path, rounds: int, peer_rounds: int) -> list[Line]:
    """The same files over SMB 3.1.1, signed; the server's processor time is not counted for anybody."""
    files = work / "files"
    shutil.copytree(corpus, files)
    password = secrets.token_urlsafe(12)
    with SambaServer(work / "samba", {"files": files}, user="bench", password=password, port=the_port()) as server:
        account = {"INSPECTION_SMB_PASSWORD": server.password}
        peer_target = [f"{server.host}", "-u", server.user, "-p", server.password, "--sharenames", "files"]
        lines = []
        twenty = best(rounds, lambda: scan(server.url("files"), work / "smb.jsonl", "--rules", str(RULES), **account))
        if server.port == 445:  # the peer knows no other port
            peer = best(peer_rounds, lambda: man_spider(peer_target, work / "peer"))
            lines.append(Line("SMB, 20 rules | man-spider 2.0.0", twenty, peer, 15))
        everything = best(rounds, lambda: scan(server.url("files"), work / "smb.jsonl", **account))
        plain = best(rounds, lambda: plain_smbclient(server))
        return [
            *lines,
            Line("SMB, all rules and marks | plain smbclient, reading alone", everything, plain),
        ]


def the_port() -> int:
    """445 where we may listen there, for man-spider knows no other; else any."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((SambaServer.host, 445))
        except OSError:
            return 0
    return 445


def unchanged_lines(work: Path, files: int, rounds: int) -> list[Line]:
    """Trees scanned once, then again with the first rows as baseline: papers of three pages, texts of one."""
    lines = []
    for what, make in (("papers of three pages", make_tree), ("texts of one page", make_notes)):
        tree, first_rows = work / f"tree-{make.__name__}", work / "first.jsonl"
        make(tree, files)
        first = scan(str(tree), first_rows)
        again = best(rounds, lambda: scan(str(tree), work / "again.jsonl", "--baseline", str(first_rows)))  # noqa: B023
        lines.append(Line(f"{files:,} unchanged {what} again | our own first scan", again, first, 50))
    return lines


def table(lines: Sequence[Line], note: str) -> str:
    """The results as Markdown."""
    head = [
        note,
        "",
        "| ours \\| the other | ours: CPU s | wall s | MB | other: CPU s | wall s | MB | ratio of CPU | aim |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    return "\n".join([*head, *(_row(line) for line in lines)])


def _row(line: Line) -> str:
    other = line.other or Cost(0, 0, 0)
    aim = f"≥ {line.aim:g}" if line.aim else ""
    what = line.what.replace("|", "\\|")
    return (
        f"| {what} | {line.ours.cpu:.2f} | {line.ours.wall:.2f} | {line.ours.largest_mb} "
        f"| {other.cpu:.2f} | {other.wall:.2f} | {other.largest_mb} | {line.ratio:.2f}× | {aim} |"
    )


def machine() -> str:
    """What the figures were taken on."""
    model = next(
        (line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
         if line.startswith("model name")), platform.machine(),
    )  # fmt: skip
    return f"{model}, {os.cpu_count()} cores, Linux {platform.release()}, Python {platform.python_version()}"


def write_page(text: str) -> None:
    """Renews our section of the page."""
    page = PAGE.read_text(encoding="utf-8")
    before, after = page.partition(BEGIN)[0], page.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")


def corpus_folder(given: Path | None, work: Path) -> Path:
    """The files to compare on."""
    extra = os.environ.get("INSPECTION_EXTRA_CORPUS")
    if given or extra:
        return given or Path(str(extra)) / "public"
    make_tree(work / "made", 400)
    return work / "made"


def main() -> int:
    """Prints the table; exit status 1 where an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--tree", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peer-rounds", type=int, default=1)
    parser.add_argument("--unchanged-only", action="store_true", help="leave the comparison with others out")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    if not given.unchanged_only:
        install_peer()
    with tempfile.TemporaryDirectory(prefix="inspection-bench-") as folder:
        work = Path(folder)
        (work / "peer").mkdir()
        corpus = corpus_folder(given.corpus, work)
        files = [path for path in corpus.rglob("*") if path.is_file()]
        load = os.getloadavg()[0]
        lines = unchanged_lines(work, given.tree, given.rounds)
        if not given.unchanged_only:
            peers = (corpus, work, given.rounds, given.peer_rounds)
            lines = [*local_lines(*peers), *smb_lines(*peers), *lines]
    size = sum(path.stat().st_size for path in files) / 1e6 if corpus.exists() else 0.0
    text = table(lines, f"{machine()}; {len(files)} files, {size:.1f} MB; load at the start {load:.1f}.")
    print(text)
    if given.write:
        write_page(text)
    missed = [line for line in lines if line.aim and (line.ratio or 0) < line.aim]
    for line in missed:
        print(f"missed: {line.what}: {line.ratio:.1f}× instead of {line.aim:g}×")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
