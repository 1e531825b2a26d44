"""The page on changing the rules tells the truth: its examples load, its files exist, and the README of the mails
leads to the page of what is declared."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from inspection.rules import catalogue
from inspection.rules.ladder import LadderKind, Tone
from inspection.rules.rung_values import DRAFT_VALUES, MAIL_VALUES
from inspection.settings import REPOSITORY, TEMPLATES
from inspection.vocabulary import Role, Severity

PAGE = (REPOSITORY / "docs" / "changing-the-rules.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n# rules-dir/([a-z_]+\.yaml)\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize(("file", "text"), EXAMPLES, ids=[file for file, _ in EXAMPLES])
def test_each_example_of_the_page_is_a_valid_overlay(tmp_path: Path, file: str, text: str) -> None:
    (tmp_path / file).write_text(text, encoding="utf-8")
    assert catalogue.load(tmp_path).version != catalogue.load().version


def test_all_examples_together_do_what_the_page_says(tmp_path: Path) -> None:
    for file, text in EXAMPLES:
        (tmp_path / file).write_text(text, encoding="utf-8")
    window = re.search(r"```\n(year,start.*?)```", PAGE, re.DOTALL)
    assert window is not None
    (tmp_path / "spring_windows.csv").write_text(window[1], encoding="utf-8")
    own = catalogue.load(tmp_path)
    assert own.severities.rule(Severity.HIGH).fix_within_working_days == 7
    assert own.submission_verb() == "備查"
    assert own.spring_windows.window(2027) is not None


def test_every_rule_file_and_template_named_on_the_page_exists() -> None:
    rules = catalogue.SHIPPED
    for name in set(re.findall(r"`([a-z_]+\.(?:yaml|csv))`", PAGE)):
        assert (rules / name).exists(), name
    for path in set(re.findall(r"`(plugins/[^`*]+|templates/[^`*]+|demo/[^`*]+)`", PAGE)):
        assert (REPOSITORY / path).exists(), path
    shipped = {path.name for path in rules.iterdir() if path.suffix in {".yaml", ".csv"}}
    unexplained = shipped - set(re.findall(r"([a-z_]+\.(?:yaml|csv))", PAGE))
    assert unexplained <= {"crawl_limits.yaml"}


def test_the_roles_and_tones_a_rung_may_name_are_listed() -> None:
    section = PAGE.partition("## 4. A rung")[2].partition("\n## ")[0]
    # an auditor reads and is told nothing
    assert [role for role in Role if role is not Role.AUDITOR and f"`{role}`" not in section] == []
    assert [tone for tone in Tone if f"`{tone}`" not in section] == []


def test_every_section_the_table_points_to_is_there() -> None:
    headings = {heading.lower() for heading in re.findall(r"^## (.*)$", PAGE, re.MULTILINE)}
    anchors = {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in headings}
    for anchor in re.findall(r"\]\(#([^)]+)\)", PAGE):
        assert anchor in anchors


def test_the_readme_of_the_mails_leads_to_the_page_made_from_them_and_names_the_common_values() -> None:
    folder = TEMPLATES / "mail"
    readme = (folder / "README.md").read_text(encoding="utf-8")
    (page,) = [path for path in re.findall(r"\]\((.*?)\)", readme) if path.endswith("mails.md")]
    mails, _ = (folder / page).read_text(encoding="utf-8").split("## Values")
    rows = re.findall(r"^\| `(\w+)` \| [^|]* \| ([^|]*) \|", mails, re.M)
    texts = catalogue.load().mail_texts
    assert {name: set(re.findall(r"`([a-z_]+)`", values)) for name, values in rows} == {
        mail.id: set(mail.variables) for mail in texts.mails
    }
    for name in texts.common:
        assert f"`{name}`" in readme


def test_the_page_lists_what_each_ladder_gives_its_mails() -> None:
    rows = re.findall(
        r"^\| (`(?:fix|checklist|correction|approval|opinion|question)`[^|]*) \| ([^|]*) \| ([^|]*) \|$", PAGE, re.M
    )
    named = {kind: (row[1], row[2]) for row in rows for kind in re.findall(r"`(\w+)`", row[0])}
    assert set(named) == set(LadderKind)
    for kind in LadderKind:
        mailed, drafted = named[kind.value]
        assert set(re.findall(r"`(\w+)`", mailed)) == MAIL_VALUES[kind]
        if "`" in drafted:
            assert set(re.findall(r"`(\w+)`", drafted)) == DRAFT_VALUES[kind]
        assert ("no drafts" in drafted) == (kind not in DRAFT_VALUES)
