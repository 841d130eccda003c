// API keys: made, shown once, used, withdrawn.
import { expect, test } from "../support/test.ts";
import { Api } from "../support/api.ts";

test("a key is shown once, works, and works no more once revoked", async ({ merchant, page }) => {
  const { api } = merchant.organisation;
  await merchant.signsIn("/developers");
  await page.getByLabel("Name", { exact: true }).fill("Onboarding service");
  await page.getByRole("button", { name: "Create key" }).click();
  const secret = page.locator("[data-name=secret]");
  await expect(secret).toHaveText(/^sk_\S{20,}$/);
  const key = await secret.innerText();
  const software = new Api(api.address, key);
  expect((await software.call("GET", "/customers")).status).toBe(200);

  const row = merchant.row("API keys", "Onboarding service");
  await expect(row).toContainText(`sk_…${key.slice(-4)}`);
  await merchant.opens("/developers");
  await expect(page.locator("[data-name=secret]")).toHaveCount(0);
  await expect(page.locator("body")).not.toContainText(key);
  await expect(row.locator("td[data-label='Last Used']")).not.toContainText("Never");

  await row.getByRole("link", { name: "Revoke Onboarding service" }).click();
  await page.getByRole("button", { name: "Revoke Onboarding service" }).click();
  await expect(row).toContainText("Revoked");
  const { status, body } = await software.call("GET", "/customers");
  expect([status, body.status]).toEqual([401, 401]);
  expect((await api.call("GET", "/customers")).status, "other keys go on").toBe(200);
});

test("a key needs a name", async ({ merchant, page, complaints }) => {
  await merchant.signsIn("/developers");
  complaints.expects(/^422 POST .*\/rpc\/developers\/create_api_key$/);
  await page.getByRole("button", { name: "Create key" }).click();
  await expect(page.getByLabel("Name", { exact: true })).toHaveAttribute("aria-invalid", "true");
});

test("the reference is a page that works", async ({ merchant, page }) => {
  await merchant.signsIn("/developers");
  await page.getByRole("link", { name: "API reference" }).click();
  await expect(page).toHaveURL(/\/api\/docs/);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.locator("body")).toContainText("/customers");
});
