// The accessible outline of the main pages, reviewed like code: tests/outlines.spec.ts-snapshots. A change there is a
// change of what people who cannot see the page are told. `npx playwright test outlines --update-snapshots` writes them.
import { Merchant } from "../support/merchant.ts";
import { hasOutline } from "../support/outline.ts";
import { expect, test } from "../support/test.ts";
import type { Populated } from "../support/populated.ts";

test("sign-in", async ({ merchant, page }) => {
  await merchant.opens("/login?error=wrong_credentials");
  await hasOutline(page, page.locator("body"), "sign-in");
});

test("the frame", async ({ merchant, page }) => {
  await merchant.signsIn("/wallets");
  await page.locator("summary[aria-label=Help]").click();
  await hasOutline(page, page.locator("body"), "frame");
});

const MAIN: [string, (populated: Populated) => string][] = [
  ["customers", () => "/customers?sort=name"],
  ["customer-new", () => "/customers/new"],
  ["customer-pending", ({ pending }) => `/customers/${pending}`],
  ["customer-approved", ({ approved }) => `/customers/${approved}`],
  ["customer-suspended", ({ suspended }) => `/customers/${suspended}`],
  ["wallet-new", ({ pending }) => `/wallets/new?customer_id=${pending}`],
  ["wallet", ({ wallet }) => `/wallets/${wallet}`],
  ["wallet-transactions", () => "/wallet-transactions"],
  ["deposits", () => "/payins/deposits"],
];

for (const [name, address] of MAIN) {
  test(name, async ({ page, populated }) => {
    const merchant = new Merchant(page, populated);
    await merchant.signsIn(address(populated));
    await expect(page.locator("[data-name=skeleton]")).toHaveCount(0);
    // Copy buttons come with the script.
    await expect(page.locator("[data-name=copy][hidden]")).toHaveCount(0);
    await hasOutline(page, page.getByRole("main"), name);
  });
}
