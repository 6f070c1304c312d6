"""The reminder of a sympathy card, until somebody says that it was sent."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from idexx_desktop.domain.told_deaths import ToldDeath
from idexx_desktop.gui import timewords
from idexx_desktop.gui.death_actions import DeathActions
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.kit.bars import BarAction, InlineBar
from idexx_desktop.gui.strings import deaths, tr
from idexx_desktop.gui.tokens import Tone


def card_bar(wanted: Sequence[ToldDeath], actions: DeathActions, desk: Desk) -> InlineBar:
    """Of the first one, and how many come after it."""
    death = wanted[0]
    text = tr(
        deaths.CARD_MORE,
        pet=death.pet.patient_name or tr(deaths.A_PET),
        owner=death.pet.owner_name or tr(deaths.AN_OWNER),
        who=death.told_by,
        when=timewords.spoken(death.told_at, desk.now(), desk.zone),
    )
    if len(wanted) > 1:
        text = tr(deaths.CARD_MORE_TO_COME, text=text, count=len(wanted) - 1)
    sent = BarAction(tr(deaths.CARD_SENT), partial(actions.card_sent, death))
    return InlineBar(Tone.HELD, tr(deaths.CARD), text, (sent,))
