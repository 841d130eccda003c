// What holds for every page of the portal, with the data of `purser demo`: it is taken over without complaint (every test sees to that), a scan for
// accessibility finds nothing in light and in dark, it fits a small phone, and each has a name of its own.
import { fitsWindow, isAccessible } from "../support/accessibility.ts";
import { Merchant } from "../support/merchant.ts";
import { PAGES } from "../support/populated.ts";
import { expect, test } from "../support/test.ts";

// Each scan looks at every element of a page, several times.
test.describe.configure({ timeout: 90_000 });

// A change of theme moves colours for a moment; a scan in between would measure neither.
test.use({ contextOptions: { reducedMotion: "reduce" } });

for (const [name, address] of PAGES) {
  test(`${name}: accessible in light and dark, and fits a phone`, async ({ page, demo }) => {
    await new Merchant(page, demo).signsIn(address(demo));
    await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page).toHaveTitle(/^.+ · Purser$/);
    await expect(page.locator("[data-name=skeleton]")).toHaveCount(0);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await isAccessible(page, `${name}, ${colorScheme}`);
    }
    await page.setViewportSize({ width: 360, height: 740 });
    await fitsWindow(page, `${name} at 360 px`);
    await isAccessible(page, `${name} at 360 px`);
    // Text at twice its size, as 1280 px at 200 %, is 640 px.
    await page.setViewportSize({ width: 640, height: 400 });
    await fitsWindow(page, `${name} at 640 px`);
  });
}

test("sign-in: accessible in light and dark, with an error too, and fits a phone", async ({ merchant, page }) => {
  await merchant.opens("/login?error=wrong_credentials");
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await isAccessible(page, `sign-in, ${colorScheme}`);
  }
  await page.setViewportSize({ width: 360, height: 740 });
  await fitsWindow(page, "sign-in at 360 px");
});

test("a form with everything wrong is accessible", async ({ merchant, page, complaints }) => {
  await merchant.signsIn("/customers/new");
  await page.getByRole("radio", { name: "Company" }).check();
  await merchant.fills({ Email: "elin at nordquist", Phone: "12" });
  complaints.expects(/^422 POST .*\/uploads$/);
  await page.getByLabel("ID proof", { exact: true }).setInputFiles("fixtures/blank.png");
  await expect(merchant.upload("ID proof")).toHaveAttribute("data-state", "refused");
  await page.getByRole("button", { name: "Create customer" }).click();
  await expect(page.getByRole("alert")).toBeFocused();
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await isAccessible(page, colorScheme);
  }
  await page.setViewportSize({ width: 360, height: 740 });
  await fitsWindow(page, "at 360 px");
});

test("open menus and a page that is not there are accessible", async ({ merchant, page, complaints }) => {
  await merchant.organisation.api.names("Elin", "Nordquist");
  await merchant.signsIn("/customers");
  for (const label of ["Status", "Created", "Columns"]) {
    await page.getByRole("main").locator("summary", { hasText: label }).first().click();
    await isAccessible(page, label);
  }
  for (const label of ["Help", "Account of"]) {
    await page.locator(`summary[aria-label^="${label}"]`).click();
    await isAccessible(page, label);
  }
  await page.setViewportSize({ width: 360, height: 740 });
  await page.locator("summary[aria-label=Menu]").click();
  await isAccessible(page, "Menu");
  await fitsWindow(page, "Menu");
  await page.locator("details[open]").getByRole("link", { name: "Wallets", exact: true }).click();
  await expect(merchant.heading("Wallets")).toBeVisible();
  await expect(page.locator("details.sheet")).not.toHaveAttribute("open");
  complaints.expects(/^404 GET /);
  await page.goto("/nowhere");
  await isAccessible(page, "not found");
});

test("nothing moves for those who asked for no motion", async ({ page, demo }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  const merchant = new Merchant(page, demo);
  await merchant.signsIn(`/customers/${demo.suspended}`);
  for (const address of [`/customers/${demo.approved}`, "/customers", "/wallets/new"]) {
    await merchant.opens(address);
    const moving = await page.evaluate(() =>
      [...document.querySelectorAll("*")]
        .filter((element) => {
          const { animationName, animationDuration, transitionDuration } = getComputedStyle(element);
          const lasts = (durations: string) => durations.split(",").some((duration) => parseFloat(duration) > 0.01);
          return (animationName !== "none" && lasts(animationDuration)) || lasts(transitionDuration);
        })
        .map((element) => `${element.tagName}.${element.className}`),
    );
    expect(moving, address).toEqual([]);
  }
});

test("the sections of the frame lead where they say", async ({ page, demo }) => {
  const merchant = new Merchant(page, demo);
  await merchant.signsIn();
  const isSameDocument = await merchant.marksDocument();
  const sections = page.getByRole("navigation", { name: "Sections" });
  for (const [link, heading] of [
    ["Customers", "All Customers"],
    ["Wallets", "Wallets"],
    ["Wallet Transactions", "Wallet Transactions"],
    ["Deposits", "Deposits"],
    ["Developers", "Developers"],
    ["Settings", "Settings"],
    ["Overview", "Overview"],
  ] as const) {
    await sections.getByRole("link", { name: link, exact: true }).click();
    await expect(merchant.heading(heading)).toBeVisible();
    await expect(sections.locator("[aria-current=page]")).toHaveText(link);
  }
  await isSameDocument();
});
