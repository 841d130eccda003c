// Outlines for comparison: what differs from run to run (ids, times, numbers of accounts) is blotted out first, in the
// page itself, as the last thing that a test does with it.
import { expect, type Locator, type Page } from "@playwright/test";

export async function hasOutline(page: Page, part: Locator, name: string): Promise<void> {
  await page.evaluate(() => {
    const blotted = (text: string) =>
      text
        .replace(/\b([a-z]+)_[0-9a-f]{32}\b/g, "$1_…")
        .replace(/\bmara\.\w+\b/g, "mara")
        .replace(/\bUT\d{7}\b/g, "UT…")
        .replace(/sk_….{4}/g, "sk_…")
        .replace(/\b\d{4}-\d\d-\d\d\b/g, "day")
        .replace(/\b\d{1,2} [A-Z][a-z]{2}( 20\d\d(, \d\d:\d\d( UTC)?)?)?\b/g, "day")
        .replace(/\bday to day\b/g, "days");
    for (const id of document.querySelectorAll(".id-text")) id.textContent = blotted(id.textContent ?? "");
    for (const number of document.querySelectorAll(".account-card .figures")) {
      number.textContent = number.textContent?.replaceAll(/\d/g, "#") ?? "";
    }
    for (const element of document.querySelectorAll("*")) {
      for (const name of ["href", "aria-label", "title", "alt", "value"]) {
        const value = element.getAttribute(name);
        if (value !== null && blotted(value) !== value) element.setAttribute(name, blotted(value));
      }
      if (element instanceof HTMLInputElement) element.value = blotted(element.value);
    }
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) text.nodeValue = blotted(text.nodeValue ?? "");
  });
  await expect(part).toMatchAriaSnapshot({ name: `${name}.aria.yml` });
}
