"""What is no secret any more: after 決標日／公告日 certain hits in a project's folders are not suspected as unmarked.

Which hits, and in which kind of project, stands in `rules/project_kinds.yaml`; on the day itself all is still secret.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.calendar import roc
from inspection.crawling.campaign import vault
from inspection.crawling.paths import PathVault
from inspection.model import CrawledFile, Hit, Suspicion
from inspection.rules.catalogue import Catalogue
from inspection.store import campaigns, evidence, projects


@dataclass(frozen=True, slots=True)
class ProjectFolder:
    """A folder of a project: what is looked for there, what has become public, since when and how that day is named."""

    campaign_id: str
    code_name: str
    share_id: str
    folder: str
    watched: frozenset[str]
    public: frozenset[str]
    public_on: date | None
    day_name: str
    vault: PathVault = field(repr=False, compare=False)

    def holds(self, file: CrawledFile) -> bool:
        """Whether a file lies in it. Opens the sealed path only where a folder narrows the share."""
        if file.share_id != self.share_id:
            return False
        if not self.folder:
            return True
        path, _ = self.vault.open(file.path_sealed)
        return path.startswith(f"{self.folder}/")


def project_folders(session: Session, *, catalogue: Catalogue, at: datetime) -> list[ProjectFolder]:
    """Every folder of every project; `public` is empty until the day is past."""
    places = list(projects.places(session))
    if not places:
        return []
    today, found, box = clock.local_date(at), [], vault(session)
    for place, project in places:
        rule = catalogue.project_kinds.rule(project.kind)
        past = project.public_on is not None and project.public_on < today
        found.append(
            ProjectFolder(
                campaign_id=project.campaign_id,
                code_name=project.code_name,
                share_id=place.share_id,
                folder=place.folder,
                watched=frozenset(rule.watched),
                public=frozenset(rule.public_after) if past else frozenset(),
                public_on=project.public_on,
                day_name=rule.public_day,
                vault=box,
            )
        )
    return found


def own_folders(
    session: Session, campaign_id: str, folders: Sequence[ProjectFolder], catalogue: Catalogue
) -> list[ProjectFolder] | None:
    """Of a project's campaign the folders of its own, for a project draws what it watches; None for any other kind.

    Raises NotFound for an unknown campaign.
    """
    if not catalogue.campaign_kinds.rule(campaigns.get(session, campaign_id).kind).is_project:
        return None
    return [folder for folder in folders if folder.campaign_id == campaign_id]


def still_secret(file: CrawledFile, hits: Sequence[Hit], folders: Sequence[ProjectFolder]) -> list[Hit]:
    """The hits of a file that have not become public."""
    public = frozenset(
        detector for folder in folders if folder.public and folder.holds(file) for detector in folder.public
    )
    return [hit for hit in hits if hit.detector not in public]


def secrecy_ended(session: Session, suspicion: Suspicion, *, catalogue: Catalogue, at: datetime) -> str:
    """The hint for a 疑似事項 whose secret became public meanwhile, with the day; empty otherwise. A person decides."""
    if suspicion.crawled_file_id is None:
        return ""
    file, _, _ = evidence.file(session, suspicion.crawled_file_id)
    return secrecy_hints(session, [(suspicion, file)], catalogue=catalogue, at=at).get(suspicion.id, "")


def secrecy_hints(
    session: Session, cases: Sequence[tuple[Suspicion, CrawledFile]], *, catalogue: Catalogue, at: datetime
) -> dict[int, str]:
    """The same for many, by the id of the 疑似事項; the projects are read once."""
    folders = [one for one in project_folders(session, catalogue=catalogue, at=at) if one.public]
    hints: dict[int, str] = {}
    for suspicion, file in cases:
        for folder in folders:
            if folder.public & set(suspicion.detectors) and folder.public_on is not None and folder.holds(file):
                values = {"code": folder.code_name, "name": folder.day_name, "day": roc.plain(folder.public_on)}
                hints.setdefault(suspicion.id, catalogue.wording.line("secrecy_ended", values))
    return hints
