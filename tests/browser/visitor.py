"""A person before a real browser, and what is asked of every page shown."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, Page

from inspection.settings import REPOSITORY
from portal.small_office import address
from servers.mail import MailServer

GALLERY = REPOSITORY / "var" / "gallery" / "portal"
WIDTHS = {390: 844, 768: 1024, 1280: 900}
PHONE = 760

OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
# every control a finger must hit: its own box, or the box of the label around it
SMALL_TARGETS = """() => [...document.querySelectorAll(
    'a, button, select, textarea, summary, input:not([type=hidden])')]
  .filter(one => one.checkVisibility() && !one.matches('.skip'))
  .map(one => (one.matches('[type=radio],[type=checkbox]') ? one.closest('label') : one))
  .map(one => [one.outerHTML.slice(0, 120), one.getBoundingClientRect()])
  .filter(([, box]) => box.height < 43.9 || box.width < 23.9)
  .map(([html, box]) => `${html} ${box.width}x${box.height}`)"""
# WCAG 2.2 contrast of every visible text against the first opaque background behind it
FAINT_TEXT = """() => {
  const parse = text => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = one => {
    for (let at = one; at; at = at.parentElement) {
      const color = parse(getComputedStyle(at).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const one = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || one.closest('svg') || !one.checkVisibility()) continue;
    if (one.closest('.hidden, .skip')) continue;
    const style = getComputedStyle(one);
    const [a, b] = [light(parse(style.color)), light(behind(one))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) found.push(`${walker.currentNode.data.trim().slice(0, 30)} ${ratio.toFixed(2)}`);
  }
  return found;
}"""

# axe-core's rules of WCAG 2.2 A and AA and its own good practice; contrast is measured above, at every width
AXE = REPOSITORY / "var" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
BARRIERS = """async () => {
  const told = await axe.run(document, {resultTypes: ['violations'], rules: {'color-contrast': {enabled: false}}});
  return told.violations.flatMap(one => one.nodes.map(
    node => `${one.impact} ${one.id}: ${node.target} ${node.html.slice(0, 160)}`));
}"""


@dataclass
class Office:
    """The served portal and the windows opened on it."""

    chromium: Browser
    address: str
    mail: MailServer
    contexts: list[BrowserContext] = field(default_factory=list)

    def visitor(self, width: int = 1280) -> Visitor:
        """A person with a window of their own."""
        context = self.chromium.new_context(
            viewport={"width": width, "height": WIDTHS[width]}, locale="zh-TW", timezone_id="Asia/Taipei"
        )
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        return Visitor(self, page)

    def code(self, person_id: str, *, after: int) -> str:
        """The code in the newest mail to a person, waiting until there is one more than before."""
        deadline = time.monotonic() + 15
        while True:
            mails = [mail for mail in self.mail.messages() if address(person_id) in mail.recipients]
            if len(mails) > after:
                return str(re.findall(r"\b\d{4} \d{4}\b", mails[-1].text)[0])
            assert time.monotonic() < deadline, f"no mail came to {person_id}"
            time.sleep(0.05)

    def mails_to(self, person_id: str) -> int:
        """How many mails a person has."""
        return sum(address(person_id) in mail.recipients for mail in self.mail.messages())

    def close(self) -> None:
        """Closes all windows."""
        for context in self.contexts:
            context.close()


@dataclass
class Visitor:
    """One window. `complaints` gathers what the browser itself objected to."""

    office: Office
    page: Page
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else 0)
        self.page.on("request", lambda request: self._own(request.url))

    def _own(self, url: str) -> None:
        if not url.startswith(self.office.address):
            self.complaints.append(f"asked another place: {url}")

    def go(self, path: str) -> None:
        """Opens a page of the portal."""
        self.page.goto(f"{self.office.address}{path}")

    def sign_in(self, person_id: str) -> None:
        """Address, code, in."""
        before = self.office.mails_to(person_id)
        self.go("/sign-in")
        self.page.fill("[name=address]", address(person_id))
        self.page.click("main .button--main")
        self.page.wait_for_url("**/sign-in/code")
        self.page.fill("[name=code]", self.office.code(person_id, after=before))
        self.page.click("main .button--main")
        self.page.wait_for_url(f"{self.office.address}/")

    def barriers(self) -> list[str]:
        """What axe finds on the page as it stands that keeps people with impairments out, one line each."""
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        return list(self.page.evaluate(BARRIERS))

    def look(self, name: str) -> None:
        """Takes the page's picture at every width and asks of it what every page must hold."""
        GALLERY.mkdir(parents=True, exist_ok=True)
        faults = []
        self.page.mouse.move(0, 0)
        for width, height in WIDTHS.items():
            self.page.set_viewport_size({"width": width, "height": height})
            if over := self.page.evaluate(OVERFLOW):
                faults.append(f"{width}: {over} px too wide")
            faults += [f"{width}: faint {text}" for text in self.page.evaluate(FAINT_TEXT)]
            if width <= PHONE:
                faults += [f"{width}: barrier {one}" for one in self.barriers()]
                faults += [f"{width}: small {target}" for target in self.page.evaluate(SMALL_TARGETS)]
            self.page.screenshot(path=GALLERY / f"{name}-{width}.png", full_page=True, animations="disabled")
        self.page.set_viewport_size({"width": 1280, "height": WIDTHS[1280]})
        assert not faults, "\n".join(faults)
        assert not self.complaints, "\n".join(self.complaints)
