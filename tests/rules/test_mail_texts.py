"""The mails: declared and written alike, plain text, without content of findings, with an equal way on paper."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from inspection.errors import NotFound
from inspection.notices.outbox import compose
from inspection.rules import catalogue
from inspection.rules.mail_texts import template_faults
from inspection.settings import TEMPLATES

TEXTS = catalogue.load().mail_texts
FOLDER = TEMPLATES / "mail"
NAMES = [mail.id for mail in TEXTS.mails]


def copied(folder: Path) -> Path:
    return Path(shutil.copytree(FOLDER, folder / "mail"))


def edited(folder: Path, name: str, old: str, new: str) -> list[str]:
    templates = copied(folder)
    path = templates / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return [str(fault) for fault in template_faults(TEXTS, templates)]


def test_templates_and_declarations_agree() -> None:
    assert template_faults(TEXTS, FOLDER) == []


@pytest.mark.parametrize("name", NAMES)
def test_every_mail_reads_whole_with_its_example_values(name: str) -> None:
    mail = compose(name, TEXTS.examples(name))
    assert mail.subject.startswith("【")
    assert "\n" not in mail.subject
    for blemish in ("{{", "}}", "{%", "None", "，，", "。。", "\n\n\n"):
        assert blemish not in mail.body
    assert "<" not in mail.body


@pytest.mark.clause("S1-00", "S4-09")
@pytest.mark.parametrize("name", NAMES)
def test_every_mail_names_its_number_the_hotline_and_the_way_without_a_link(name: str) -> None:
    mail = compose(name, TEXTS.examples(name))
    assert "通知編號" in mail.subject
    assert "9F3A-21C7" in mail.body
    assert "廉政專線：(00)0000-0315" in mail.body
    assert "請自行於瀏覽器輸入" in mail.body
    assert "持便簽洽政風室以紙本辦理，效力相同" in mail.body


def test_a_text_speaks_in_the_tone_of_its_rung() -> None:
    values = TEXTS.examples("fix_overdue")
    bodies = {tone: compose("fix_overdue", {**values, "tone": tone}).body for tone in ("friendly", "plain", "firm")}
    assert len(set(bodies.values())) == 3
    assert "簽陳" in bodies["firm"]
    assert "簽陳" not in bodies["friendly"]


@pytest.mark.parametrize(
    ("days_left", "days_late", "subject", "body"),
    [
        (3, 0, "尚餘3個工作日", "敬請於期限內繳交"),
        (0, 0, "今日截止", "敬請於期限內繳交"),
        (0, 2, "已逾期2個工作日", "逾期繳交仍予受理"),
    ],
)
def test_the_checklist_reminder_says_how_many_days(days_left: int, days_late: int, subject: str, body: str) -> None:
    values = {**TEXTS.examples("checklist_reminder"), "days_left": days_left, "days_late": days_late, "tone": "plain"}
    mail = compose("checklist_reminder", values)
    assert subject in mail.subject
    assert body in mail.body


def test_the_office_head_is_told_that_no_letter_goes_by_itself() -> None:
    body = compose("escalation_draft_ready", TEXTS.examples("escalation_draft_ready")).body
    assert "系統不會自行發送任何函稿予主任秘書" in body


def test_a_question_about_a_hit_calls_it_no_fault() -> None:
    body = compose("question_to_unit", TEXTS.examples("question_to_unit")).body
    assert "尚非缺失" in body


def test_the_digest_lists_each_line() -> None:
    body = compose("digest", TEXTS.examples("digest")).body
    assert "．待辦：待確認疑似事項4件\n．逾期：列管C-115-H2-003逾期4個工作日\n" in body


def test_an_unknown_mail_has_no_variables() -> None:
    assert TEXTS.required_variables("sign_in_code") == {"code", "minutes", "valid_until"}
    with pytest.raises(NotFound, match="weather_report"):
        TEXTS.required_variables("weather_report")


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        ("digest.j2", "主旨：", "主題：", "digest.j2，第 1 行：第一行須以 主旨： 開頭"),
        ("digest.j2", "{{ line.text }}", "{{ line.text }}{{ path }}", "digest.j2：使用未宣告之 path"),
        ("sign_in_code.j2", "{{ code }}", "", "sign_in_code.j2：未使用 code"),
        ("digest.j2", "{% endfor %}", "", "digest.j2，第"),
        ("report_delivered.j2", "請登入", "請點 https://shifan.test/r ", "report_delivered.j2，第 6 行：含標記語法"),
        (
            "report_delivered.j2",
            '"_footer.j2"',
            '"_gone.j2"',
            "report_delivered.j2：引用之 _gone.j2 不存在",
        ),
        ("_footer.j2", "{{ hotline }}", "{{ secret }}", "使用未宣告之 secret"),
    ],
)
def test_a_spoilt_template_is_found_by_the_linter(tmp_path: Path, name: str, old: str, new: str, fault: str) -> None:
    faults = edited(tmp_path, name, old, new)
    assert any(fault in told for told in faults), faults


def test_a_mail_without_template_and_a_template_without_mail_are_found(tmp_path: Path) -> None:
    templates = copied(tmp_path)
    (templates / "digest.j2").rename(templates / "gossip.j2")
    faults = [str(fault) for fault in template_faults(TEXTS, templates)]
    assert any("缺少範本 digest.j2" in fault for fault in faults)
    assert any("gossip.j2：未宣告於" in fault for fault in faults)
