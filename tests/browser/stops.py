"""Where Tab stops on a page: what it never comes to, and what something covers when it does."""

from playwright.sync_api import Page

BEGIN = """() => {
  const shown = one => one.checkVisibility({ visibilityProperty: true }) && !one.closest("[inert]");
  const wanted = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";
  const controls = [...document.querySelectorAll(wanted)].filter(
    one => !one.disabled && one.getAttribute("tabindex") !== "-1" && shown(one));
  const group = one => one.type === "radio" ? [...document.forms].indexOf(one.form) + one.name : one;
  const wait = new Map(controls.map(one => [group(one), one]));
  window.stops = { wait, covered: [] };
  document.addEventListener("focusin", ({ target }) => {
    wait.delete(group(target));
    requestAnimationFrame(() => {
      if (document.activeElement !== target || target === document.body) return;
      const box = target.getBoundingClientRect();
      const [left, top] = [Math.max(box.left, 0), Math.max(box.top, 0)];
      const [right, bottom] = [Math.min(box.right, innerWidth), Math.min(box.bottom, innerHeight)];
      const seen = [[.5, .5], [.1, .2], [.9, .2], [.1, .8], [.9, .8]].some(([x, y]) => {
        const at = document.elementFromPoint(left + (right - left) * x, top + (bottom - top) * y);
        return at && at !== document.body &&
          (target.contains(at) || at.closest("label")?.control === target || at.contains(target));
      });
      if (!seen) window.stops.covered.push(target);
    });
  });
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute("tabindex");
  const parts = one => ["date", "datetime-local", "time"].includes(one.type) ? 8 : 1;
  return [...wait.values()].reduce((sum, one) => sum + parts(one), 8);
}"""
"""Listens to what gets the focus, and counts how often Tab has to be pressed at most: a date has parts of its own."""

END = """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => {
  const said = one => one.outerHTML.slice(0, 160);
  const missed = [...window.stops.wait.values()].filter(
    one => one.isConnected && one.checkVisibility() && one.getAttribute("tabindex") !== "-1");
  done([...missed.map(one => `Tab does not come to ${said(one)}`),
        ...window.stops.covered.map(one => `covered when Tab comes to it: ${said(one)}`)]);
})))"""


def lost_stops(page: Page) -> list[str]:
    """Go through a page with Tab alone, from its beginning; list the controls that are missed or wholly covered.

    A page that takes the focus once it is ready breaks into a walk: what was lost is looked for again when it is quiet.
    """
    if not (found := _walk(page)):
        return found
    page.wait_for_load_state("networkidle")
    return _walk(page)


def _walk(page: Page) -> list[str]:
    for _ in range(page.evaluate(BEGIN)):
        page.keyboard.press("Tab")
    found: list[str] = page.evaluate(END)
    return found
