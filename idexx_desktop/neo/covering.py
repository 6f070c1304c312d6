"""What lies over Neo's sign-in form: closed where anybody would simply click it away, else named.

Only a button that plainly closes is pressed, never one that accepts anything (but cookies), never a link elsewhere,
never one that sends a form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.neo.asking import lies_over
from idexx_desktop.neo.driver_words import translated
from idexx_desktop.neo.form import BUTTONS, INPUTS

if TYPE_CHECKING:
    from playwright.async_api import Page

    from idexx_desktop.neo.form import LoginForm

_MOST_LAYERS = 5
_GONE_SECONDS = 2.0  # for one that fades away
_LOADED_SECONDS = 5.0

# Runs in the page. What covers the form's button, as the uppermost element that doesn't hold the form; what lies over
# a field alone is no more than its decoration.
_COVER = f"""
(parts) => {{
  const inputs = [...document.querySelectorAll('{INPUTS}')];
  const button = document.querySelectorAll('{BUTTONS}')[parts.button];
  const needed = [...parts.inputs.map((i) => inputs[i]), button].filter((e) => e);
  if (!button) return null;
  button.scrollIntoView({{ block: 'center', behavior: 'instant' }});
  const at = button.getBoundingClientRect();
  let root = document.elementFromPoint(at.left + at.width / 2, at.top + at.height / 2);
  if (!root || button.contains(root) || root.contains(button)) return null;
  while (root.parentElement && !needed.some((e) => root.parentElement.contains(e))) root = root.parentElement;
  return root;
}}
"""
_ANSWER = f"""
(parts) => {{
  const root = ({_COVER.strip()})(parts);
  if (!root) return 'clear';
  const shown = (e) => !!(e.offsetWidth || e.offsetHeight) && getComputedStyle(e).visibility !== 'hidden';
  const modals = [...document.querySelectorAll('dialog[open], [role=dialog], [role=alertdialog], [aria-modal=true]')];
  const said = (root.innerText || '').trim() || modals.map((e) => e.innerText).join(' ');
  const words = (e) => (e.getAttribute('aria-label') || e.innerText || e.value || e.title || '').trim().toLowerCase()
    .replace(/\\s+/g, ' ').replace(/[.!]$/, '');
  const stays = (e) => e.tagName !== 'A' || /^(#.*|javascript:.*|)$/i.test((e.getAttribute('href') || '').trim());
  const sends = (e) => e.form && e.form.method !== 'dialog' && /^(submit|image)$/i.test(e.type);
  const pressed = [root, ...modals].flatMap((r) => [...r.querySelectorAll(
    'button, a, [role=button], input[type=button], input[type=submit]')]).filter((e) => shown(e) && stays(e) && !sends(e));
  const binding = /\\bterms\\b|agreement|conditions|licen[cs]e|\\bpay|invoice|consent to/i.test(said);
  const closes = /^(×|✕|✖|⨯|x|close( (this )?(message|window|dialog|banner|notice|announcement|pop-?up))?|dismiss|hide|skip|not now|no,? thanks|((maybe|remind me) )?later)$/;
  const reads = /^(ok|okay|got it|i understand|understood|continue to (log|sign) ?in)$/;
  const least = /^((reject|decline|refuse)( all)?( cookies)?|(use |only |allow )?(strictly )?(necessary|essential|required)( cookies)?( only)?)$/;
  const most = /^(accept|allow)( all)?( cookies)?$/;
  const cookies = /cookie/i.test(said);
  const ways = [closes, ...(binding ? [] : [reads]), ...(cookies ? [least] : []), ...(cookies && !binding ? [most] : [])];
  for (const way of ways) {{
    const found = pressed.find((e) => way.test(words(e)));
    if (found) {{ found.click(); return 'pressed'; }}
  }}
  return 'covered: ' + said.slice(0, 2000);
}}
"""  # noqa: E501 - expressions of words


async def uncover(page: Page, form: LoginForm, patience: float = 0.0) -> None:
    """Close what covers the form, one layer after the other. NEO_ASKS where only a person may answer it.

    `patience`: so many seconds a person may take who sees it.
    """
    loaded = max(_LOADED_SECONDS, patience)
    for _ in range(_MOST_LAYERS):
        answer: str = await translated(page.evaluate(_ANSWER, _parts(form)))
        if answer == "clear":
            return
        # what is no question may go by itself: a page that loads
        gone = await _fade(page, form, _GONE_SECONDS if answer == "pressed" else loaded)
        if answer != "pressed" and not gone:
            raise lies_over(answer)
    raise lies_over("")


async def _fade(page: Page, form: LoginForm, seconds: float) -> bool:
    """Wait until nothing covers the form; False where something still does after a while."""
    gone = f"(parts) => !({_COVER.strip()})(parts)"
    try:
        await translated(page.wait_for_function(gone, arg=_parts(form), polling=50, timeout=seconds * 1000))
    except Failure as failure:
        if failure.code is not FailureCode.TOO_SLOW:
            raise
        return False
    return True


def _parts(form: LoginForm) -> dict[str, object]:
    fields = (form.company, form.username, form.password)
    return {"inputs": [field for field in fields if field is not None], "button": form.button}
