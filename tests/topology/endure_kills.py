"""`make endurance`: a campaign during which twenty parts are killed leaves what an undisturbed one leaves.

The seed is printed; `INSPECTION_KILL_SEED` chooses it.
"""

from __future__ import annotations

import json
import os
import secrets
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from demo.story import Story
from demo.telling import Teller
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from topology import walk
from topology.breaking import Breaker, BrokenStory
from topology.images import Image
from topology.installation import Installation, laid_out
from topology.left_behind import left_behind

pytestmark = [pytest.mark.slow, pytest.mark.timeout(7200)]
KILLS = 20
SEED = int(os.environ.get("INSPECTION_KILL_SEED", "0")) or secrets.randbelow(10**6) + 1


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; as root it needs --no-sandbox."""
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--lang=zh-TW"])


def walked(made: Installation, chromium: Browser, breaker: Breaker | None) -> tuple[Mapping[str, object], list[str]]:
    """What a campaign of always the same files left behind, and the ids of all letters the mail server took."""
    made.up(told=print)
    office = walk.first_steps(made, seed=7)
    story: Story = walk.campaign_story(office)
    if breaker is not None:
        story = BrokenStory(office, Teller())  # type: ignore[arg-type]
        story.breaker = breaker
    walk.whole(story, office, chromium)
    story.run_dag("make_copies")  # the clock would make them a little later
    engine = create_engine(made.database())
    with Session(engine) as session:
        print(f"seconds from a decision until its gate had ended: {walk.seconds_to_go_on(story, session)}", flush=True)
        found = left_behind(session)
    engine.dispose()
    return found, [str(one.message["Message-ID"]) for one in office.mail.all()]


def test_a_campaign_among_kills_leaves_what_an_undisturbed_one_leaves(
    ground: Path, images: dict[str, Image], chromium: Browser
) -> None:
    print(f"seed {SEED}", flush=True)
    with laid_out(ground / "disturbed", images, hasty=True) as made:
        breaker = Breaker(made, SEED, KILLS)
        found, letters = walked(made, chromium, breaker)
    print(f"among {len(breaker.struck)} kills: {json.dumps(found, ensure_ascii=False)}", flush=True)
    assert len(breaker.struck) == KILLS, "the campaign ended before all kills"
    assert {one: times for one, times in Counter(letters).items() if times > 1} == {}, f"seed {SEED}"
    with laid_out(ground / "undisturbed", images) as made:
        wanted, _ = walked(made, chromium, None)
    different = {name: (wanted[name], found[name]) for name in wanted if wanted[name] != found[name]}
    assert different == {}, f"seed {SEED}: {breaker.struck}\n{json.dumps(different, ensure_ascii=False, indent=1)}"
