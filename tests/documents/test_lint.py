"""The template linter finds what would go wrong, and says nothing of what is well."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TypedDict

import pytest
from tools.template_authoring.building import build
from tools.template_authoring.styling import control, text

from documents.word import repacked, template
from inspection.documents import lint
from inspection.documents.kind import Frame
from inspection.settings import REPOSITORY, TEMPLATES


class Line(TypedDict):
    name: str


class Letter(TypedDict):
    frame: Frame
    agency: str
    lines: list[Line]


GOOD = text("{{ agency }}") + control("for x in lines") + text("{{ x.name }}") + control("endfor")


def faults(tmp_path: Path, body: str) -> list[str]:
    return lint.faults_of(template(tmp_path, body), Letter)


def test_the_shipped_templates_are_clean() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "inspection.documents.lint", str(TEMPLATES)],
        cwd=REPOSITORY / "plugins",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_a_good_template_has_no_faults(tmp_path: Path) -> None:
    assert faults(tmp_path, GOOD) == []


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (GOOD + text("{{ agnecy }}"), "無此欄位 agnecy"),
        (GOOD + text("{{ frame.marc }}"), "無此欄位 frame.marc"),
        (GOOD.replace("x.name", "x.nmae"), "無此欄位 lines[].nmae"),
        (GOOD.replace("{{ agency }}", "機關"), "欄位 agency 未曾使用"),
        (GOOD.replace("{{ x.name }}", "甲"), "欄位 lines[].name 未曾使用"),
        (GOOD + text("｛｛ agency ｝｝"), "大括號不成對"),
        (GOOD + text("{ agency }"), "大括號不成對"),
        (GOOD + text("{{ agency }"), "大括號不成對"),
        (GOOD + control("if agency"), "範本語法有誤"),
        (GOOD + text("{%p if agency %}標題") + control("endif"), "須獨立成段"),
        (GOOD + text("{%p if agency %}{%p endif %}"), "一段內有兩個控制標記"),
        (GOOD + text("{{ agency|nofilter }}"), "範本語法有誤"),
    ],
)
def test_a_fault_is_named(tmp_path: Path, body: str, fault: str) -> None:
    assert any(fault in found for found in faults(tmp_path, body))


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"word/vbaProject.bin": b"x"}, "含巨集、內嵌物件或註解"),
        ({"word/embeddings/oleObject1.bin": b"x"}, "含巨集、內嵌物件或註解"),
        ({"word/comments.xml": b"<a/>"}, "註解"),
        (
            {"word/_rels/settings.xml.rels": b'<R><Relationship TargetMode="External" Type="x/attachedTemplate"/></R>'},
            "連至文件以外",
        ),
        ({"word/document.xml": b"<broken"}, "XML 毀損"),
    ],
)
def test_active_content_is_found(tmp_path: Path, changes: dict[str, bytes | None], fault: str) -> None:
    path = template(tmp_path, GOOD)
    path.write_bytes(repacked(path.read_bytes(), changes))
    assert any(fault in found for found in lint.faults_of(path, Letter))


def test_a_missing_template_fails_the_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # the first versions over what is there: a template made in Word has none
    shutil.copytree(TEMPLATES, tmp_path, dirs_exist_ok=True)
    build(tmp_path)
    assert lint.main([str(tmp_path)]) == 0
    (tmp_path / "letter" / "pledge.docx").unlink()
    assert lint.main([str(tmp_path)]) == 1
    assert "letter/pledge.docx：缺少範本" in capsys.readouterr().out


def test_a_changed_word_shows_in_the_dump(tmp_path: Path) -> None:
    before = lint.dump(template(tmp_path, text("甲案 {{ agency }}")))
    after = lint.dump(template(tmp_path, text("乙案 {{ agency }}")))
    changed = set(before.splitlines()) ^ set(after.splitlines())
    assert changed == {"[] 甲案 {{ agency }}", "[] 乙案 {{ agency }}"}
