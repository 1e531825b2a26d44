"""What the trigger forms offer: the roster's codes as last applied, without a name, and nothing where it is lost."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from campaigns.paper_office import DEMO, PaperOffice
from inspection import clock as now
from inspection import settings
from inspection.campaigns.asking import campaign_asked_for
from inspection.cli.entry import main
from inspection.errors import BadSource
from inspection.roster import form_lists
from inspection.roster.form_lists import FILE, FormLists
from inspection.store.session import session_scope

ROSTER = (DEMO / "roster.yaml").read_text(encoding="utf-8")


def test_an_applied_roster_is_offered_by_code_and_post_and_looked_at_only_it_is_not(
    office: PaperOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "roster.yaml"
    file.write_text(ROSTER.replace("name: 工務課", "name: 工程課"), encoding="utf-8")
    assert form_lists.read() == FormLists()
    for options, ends in (([], 1), (["--apply", "--as", "P112"], 0)):
        monkeypatch.setattr(sys, "argv", ["inspection", "roster", "import", str(file), *options])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == ends
        assert bool(form_lists.read().units) is bool(options)
    offered = form_lists.read()
    assert offered.units["U04"] == "U04　工程課"
    assert set(offered.officers) >= {"P111", "P112"}
    assert "政風室" in offered.officers["P112"]
    assert "○" not in (settings.get().home_folder / FILE).read_text(encoding="utf-8")


@pytest.mark.parametrize("lost", ["", "[]", '{"units": 3, "officers": {}}', "{" * 100])
def test_a_list_that_is_lost_or_none_of_ours_leaves_the_form_usable(office: PaperOffice, lost: str) -> None:
    (settings.get().home_folder / FILE).write_text(lost, encoding="utf-8")
    assert form_lists.read() == FormLists()


def test_a_code_out_of_date_is_refused_with_the_right_ones(office: PaperOffice) -> None:
    with session_scope() as session, pytest.raises(BadSource) as refused:
        campaign_asked_for(session, "semiannual", {"unit_ids": ["U04", "U99"]}, at=now.now())
    assert "U99" in refused.value.problem
    assert "U04" in refused.value.remedy
