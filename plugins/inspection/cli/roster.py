"""`inspection roster`: the agency's units, people, roles and shares."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from inspection import clock
from inspection.access.policy import Act
from inspection.cli.speaking import AsJson, MaybeActor, door, refuse_unapplied, table, warn
from inspection.errors import NotAllowed, system_fault
from inspection.handovers import implied
from inspection.handovers.implied import Implied
from inspection.language import speak
from inspection.roster import form_lists
from inspection.roster.form_lists import FormLists
from inspection.rules.roster import parse_roster
from inspection.store.roster import people

app = typer.Typer(help="Units, people, roles and shares.", no_args_is_help=True)


@app.command("import")
def import_roster(
    file: Annotated[Path, typer.Argument(help="Roster as YAML.")],
    apply: Annotated[bool, typer.Option(help="Write it; without this only the differences are shown.")] = False,
    actor: MaybeActor = "",
    as_json: AsJson = False,
) -> None:
    """Show what a roster file would change and which handovers it implies; --apply writes it; exit 1 while not applied.

    The first one names nobody, as nobody is known yet; a later one is applied by an ethics officer or operator (--as).
    Exit 1 also where something had no successor and went to whoever stands next: a person should look at it.
    """
    roster = parse_roster(file)
    with door(actor, act=Act.KEEP_ROSTER) as opened:
        session, rules = opened.session, opened.catalogue
        if apply and not actor and people(session):
            raise NotAllowed(
                speak(
                    "名冊已有人員，變更須記明由何人為之；請以 --as 指明政風人員或維運人員",
                    "there is a roster already: say with --as which ethics officer or operator changes it",
                )
            )
        if apply:
            outlook = implied.apply(session, roster, catalogue=rules, actor=opened.actor, at=opened.at)
            lists = form_lists.drawn(session, on=clock.local_date(opened.at))
        else:
            outlook = implied.look(session, roster, catalogue=rules, at=opened.at)
    if apply:
        _offer(lists)
    changes = outlook.changes
    rows = [*(one.as_row() for one in changes), *(_handover(one) for one in outlook.handovers)]
    table(rows, as_json=as_json)
    hanging = sum(one.hanging for one in outlook.handovers)
    if changes and not apply:
        refuse_unapplied(len(changes))
    if hanging:
        warn(
            speak(
                f"{hanging} 項尚無可接辦之人；請以 `inspection handover show` 查詢",
                f"{hanging} things had no successor who may have them; see `inspection handover show`",
            )
        )
        raise typer.Exit(1)


def _offer(lists: FormLists) -> None:
    """The roster is applied by now: forms that cannot offer it are told of, and are no failure."""
    try:
        form_lists.write(lists)
    except OSError as error:
        warn(
            speak(
                f"名冊已匯入，但 Airflow 表單之選單未能更新（{system_fault(error)}）；請確認資料夾可寫入後再匯入一次",
                f"the roster is applied, but the lists of the forms could not be written ({error.strerror}); "
                "see that the home folder can be written to, and import again",
            )
        )


def _handover(one: Implied) -> dict[str, object]:
    counts = [f"{kind.value}: {count}" for kind, count in one.counts]
    counts += [speak(f"待下任接辦：{one.hanging}", f"to whoever stands next: {one.hanging}")] if one.hanging else []
    return {
        "change": "handover",
        "what": f"{one.from_id} → {one.to_id}",
        "id": one.handover_id,
        "fields": "; ".join(counts),
    }
