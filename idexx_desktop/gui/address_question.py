"""The question where Neo is, as a bar: the address was changed elsewhere, or nobody has said it on this computer."""

from __future__ import annotations

from collections.abc import Callable

from idexx_desktop.domain.addresses import normal_form
from idexx_desktop.domain.neo_address import NeoPlace
from idexx_desktop.gui.kit.address_input import AddressInput
from idexx_desktop.gui.kit.bars import BarAction, InlineBar
from idexx_desktop.gui.kit.forms import Field
from idexx_desktop.gui.strings import settings, tr
from idexx_desktop.gui.tokens import Tone


def show_given(field: Field, address: AddressInput, place: NeoPlace) -> None:
    """Where a variable outside this program says the address, it is only shown, with the variable's name."""
    address.fix(bool(place.given_by))
    field.set_hint(tr(settings.ADDRESS_GIVEN, name=place.given_by) if place.given_by else "")


def question_bar(place: NeoPlace, use: Callable[[], object], keep: Callable[[], object]) -> InlineBar | None:
    """The bar with its answers; None where nothing is asked. An address that can't be used is not offered."""
    question, asked = place.question, place.asked
    if question is None or asked is None:
        return None
    usable = bool(normal_form(question.address))
    actions = [BarAction(tr(settings.USE_ADDRESS), use)] if usable else []
    if question.ours:
        actions.append(BarAction(tr(settings.KEEP_ADDRESS), keep))
        more = tr(settings.ADDRESS_ASKED, ours=question.ours)
    else:
        more = tr(settings.ADDRESS_FIRST)
    return InlineBar(Tone.ACT, asked.title, more, tuple(actions))
