"""Choosing the branch that a person named once, on the page that Neo shows for that after the sign-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.neo.asking import asks_for_branch, branch_asked, branches_among
from idexx_desktop.neo.driver_words import translated

if TYPE_CHECKING:
    from playwright.async_api import Page

    from idexx_desktop.neo.form import Sighting

# Runs in the page: chooses what has exactly this name, and presses what goes on. False where there is none.
_CHOOSE = """
(name) => {
  const plain = (text) => (text || '').trim().replace(/\\s+/g, ' ').toLowerCase(), wanted = plain(name);
  const named = (e) => plain(e.innerText || e.text || e.value) === wanted;
  const on = (form) => form && [...form.querySelectorAll('button, input[type=submit]')]
    .find((e) => /^(submit)$/i.test(e.type) && !named(e));
  const go = (form) => { const button = on(form); if (button) button.click(); else if (form) form.requestSubmit(); };
  const option = [...document.querySelectorAll('option')].find(named);
  if (option) {
    const list = option.closest('select');
    list.value = option.value;
    list.dispatchEvent(new Event('input', { bubbles: true }));
    list.dispatchEvent(new Event('change', { bubbles: true }));
    go(list.form);
    return true;
  }
  const label = [...document.querySelectorAll('label')].find(named);
  if (label && label.control) { label.control.click(); go(label.control.form); return true; }
  const button = [...document.querySelectorAll('button, a, [role=button], [role=option]')].find(named);
  if (button) button.click();
  return !!button;
}
"""
_GONE_ON = """
(before) => document.readyState === 'complete' && (location.href !== before.url ||
  [...document.querySelectorAll('h1, h2, h3, legend, [role=heading]')].map((e) => e.innerText).join() !== before.about)
"""
_ABOUT = "() => [...document.querySelectorAll('h1, h2, h3, legend, [role=heading]')].map((e) => e.innerText).join()"


async def choose_branch(page: Page, seen: Sighting, wanted: str) -> bool:
    """Choose it where the page asks for one; False where it asks for none.

    Raises `Failure(BRANCH_ASKED)` where nobody said which, or there is none of that name.
    """
    if not asks_for_branch(seen["headings"]) or seen["passwords"]:
        return False
    branches = branches_among(seen["choices"])
    before = {"url": page.url, "about": await translated(page.evaluate(_ABOUT))}
    if not wanted or not await translated(page.evaluate(_CHOOSE, wanted)):
        raise branch_asked(branches, wanted)
    try:
        await translated(page.wait_for_function(_GONE_ON, arg=before, polling=50))
    except Failure as failure:
        if failure.code is not FailureCode.TOO_SLOW:
            raise
        raise branch_asked(branches, wanted) from None
    return True
