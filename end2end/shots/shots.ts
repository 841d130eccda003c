// Takes the pictures.
import { fileURLToPath } from "node:url";
import { Merchant } from "../support/merchant.ts";
import { PAGES } from "../support/populated.ts";
import { test } from "../support/test.ts";

const FOLDER = fileURLToPath(new URL("../../target/shots/", import.meta.url));

for (const width of [1280, 360]) {
  for (const colorScheme of ["light", "dark"] as const) {
    test.describe(`${width} ${colorScheme}`, () => {
      test.use({ viewport: { width, height: width === 360 ? 740 : 800 }, colorScheme });
      test("login", async ({ page }) => {
        await page.goto("/login");
        await page.screenshot({ path: `${FOLDER}login-${width}-${colorScheme}.png`, fullPage: true });
      });
      test("every page", async ({ page, demo }) => {
        test.setTimeout(120_000);
        const merchant = new Merchant(page, demo);
        await merchant.signsIn();
        for (const [name, address] of PAGES) {
          await merchant.opens(address(demo));
          await page.screenshot({ path: `${FOLDER}${name}-${width}-${colorScheme}.png`, fullPage: true });
        }
      });
    });
  }
}
