"""What the browser itself enforces inside of the site's pages, beside what may leave them.

The interface by which requests are watched doesn't see all that a page can start: sockets, windows, programs for
other kinds of addresses, rules by which the browser fetches pages ahead. Those are switched off by the headers
that the web has for it, which are added to each page before the browser reads it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

# what a page's answer must not bring along: it would make the browser report, or fetch ahead
_DROPPED = frozenset(
    {
        "report-to", "reporting-endpoints", "nel", "content-security-policy-report-only", "speculation-rules",
        "alt-svc", "link", "critical-ch", "accept-ch", "use-as-dictionary",
        # of the body as it was sent: it is given to the browser as it was read
        "content-encoding", "content-length", "transfer-encoding",
    }
)  # fmt: skip
_FEATURES_OFF = (
    "browsing-topics", "camera", "deferred-fetch", "deferred-fetch-minimal", "display-capture", "geolocation", "hid",
    "identity-credentials-get", "local-network-access", "microphone", "otp-credentials", "payment",
    "private-state-token-issuance", "private-state-token-redemption", "publickey-credentials-create",
    "publickey-credentials-get", "serial", "storage-access", "usb",
)  # fmt: skip

# Two things know no switch. Fetching ahead: its rules are taken out as they come in, before the browser acts on them.
# Addresses of other programs, such as the mail's, which the browser would start: the page goes nowhere but on the web.
WITHOUT_SWITCH = """
(() => {
  const { querySelectorAll: inElement } = Element.prototype, { querySelectorAll: inDocument } = Document.prototype;
  const { querySelectorAll: inFragment } = DocumentFragment.prototype, { remove } = Element.prototype;
  const Observer = MutationObserver, { apply } = Reflect, rules = 'script[type=speculationrules i]';
  const find = (root) => root === document ? apply(inDocument, root, [rules])
    : apply(root instanceof Element ? inElement : inFragment, root, [rules]);
  const watch = (root) => new Observer(() => { for (const each of find(root)) apply(remove, each, []); })
    .observe(root, { subtree: true, childList: true, attributes: true, characterData: true });
  watch(document);
  const { attachShadow } = Element.prototype;
  Element.prototype.attachShadow = function (options) {
    const root = apply(attachShadow, this, [options]);
    watch(root);
    return root;
  };
  const { preventDefault } = Event.prototype, { test } = RegExp.prototype, web = /^(https?|about|blob|data):/i;
  window.navigation?.addEventListener('navigate', (event) => {
    if (!apply(test, web, [event.destination.url])) apply(preventDefault, event, []);
  });
})();
"""


# Which sites a page may ask is the guard's to say, who notes what was refused. Here: in which ways it may ask at all.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src https: http: data: 'unsafe-inline' 'unsafe-eval'",
        "style-src https: http: data: 'unsafe-inline'",
        "img-src https: http: data:",
        "font-src https: http: data:",
        "connect-src https: http:",  # and no sockets
        "frame-src https: http:",
        "worker-src 'none'",
        "sandbox allow-forms allow-same-origin allow-scripts",  # and no windows, no downloads
    )
)


def guarded_headers(headers: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """A page's headers with the policy in addition to its own: both hold, so nothing becomes laxer."""
    kept = [dict(each) for each in headers if each["name"].lower() not in _DROPPED]
    features = ", ".join(f"{feature}=()" for feature in _FEATURES_OFF)
    return [
        *kept,
        {"name": "Content-Security-Policy", "value": POLICY},
        {"name": "Permissions-Policy", "value": features},
        {"name": "X-DNS-Prefetch-Control", "value": "off"},
    ]
