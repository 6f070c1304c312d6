"""How the page's own script would ask: with the headers of its browser, which say what a person's browser says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from idexx_desktop.neo.site import origin_of

# how a browser without a window names itself; people have none
_WINDOWLESS = "Headless"
_OF_THE_BROWSER = ("User-Agent", "sec-ch-ua", "sec-ch-ua-mobile", "sec-ch-ua-platform")
_LEAST_WANTED = 0.1


def as_with_a_window(headers: Mapping[str, str]) -> dict[str, str]:
    """The same headers, in which the browser names itself as one with a window."""
    return {name: value.replace(_WINDOWLESS, "") for name, value in headers.items()}


def says_windowless(headers: Mapping[str, str]) -> bool:
    """Whether a header names a browser without a window."""
    return any(_WINDOWLESS in value for value in headers.values())


def of_page_script(
    browser: Mapping[str, str], languages: Sequence[str], page: str, site: str
) -> dict[str, str]:
    """What a script of this page (its address) sends along with each request to its own site.

    `browser`: headers of any request of the page's; `languages`: as the page sees them.
    """
    known = {name.lower(): value for name, value in as_with_a_window(browser).items()}
    headers = {name: known[name.lower()] for name in _OF_THE_BROWSER if name.lower() in known}
    if "sec-ch-ua" in headers:  # sent where a browser trusts the way to the site, and so are these
        headers |= {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}
    headers["Referer"] = f"{origin_of(site)}{urlsplit(page).path or '/'}"
    if languages:
        headers["Accept-Language"] = ",".join(
            language if not place else f"{language};q={max(1 - place / 10, _LEAST_WANTED):.1f}"
            for place, language in enumerate(languages)
        )
    return headers
