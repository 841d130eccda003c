// What people type is text and stays text; what belongs to one organisation is not there for another.
import { Merchant } from "../support/merchant.ts";
import { expect, test } from "../support/test.ts";
import { elin } from "../support/specimens.ts";

const XSS = `"'></textarea></title></script><script>window.hacked=1</script><img src=x onerror="window.hacked=1">{{7*7}}&lt;`;

// Would run as soon as any of it became markup.
async function isUnharmed(merchant: Merchant): Promise<void> {
  expect(await merchant.page.evaluate(() => "hacked" in window)).toBe(false);
  await expect(merchant.page.locator("img[src=x]")).toHaveCount(0);
}

test("markup in every text field stays text, in every page", async ({ merchant, page }) => {
  const { api } = merchant.organisation;
  await merchant.signsIn("/customers/new");
  await merchant.fills({ ...elin(), "First name": XSS, "Last name": XSS, "Address line 1": XSS, City: XSS, State: XSS });
  await page.getByLabel("Address line 2").fill(XSS);
  await page.getByLabel("Reference", { exact: true }).fill(XSS);
  await page.getByLabel("Description", { exact: true }).fill(XSS);
  await merchant.attaches("ID proof", "specimen-passport.png");
  await merchant.attaches("Address proof", "address-proof.pdf");
  const id = await merchant.creates();
  await expect(merchant.status).toHaveText("APPROVED");
  await expect(merchant.heading(`${XSS} ${XSS}`)).toBeVisible();
  await isUnharmed(merchant);

  const wallet = await api.issues(id);
  await api.pays(wallet, 100, { reference: XSS, sender: { name: XSS, account_number: "1" } });
  const { virtual_accounts } = wallet;
  await api.posts("/sandbox/deposits", { bsb: virtual_accounts[0].bsb, account_number: "999999998", amount: 5, currency: "AUD", reference: XSS, sender: { name: XSS } });
  for (const address of [
    `/customers/${id}`,
    `/customers/${id}/edit`,
    "/customers",
    `/customers?q=${encodeURIComponent(XSS)}`,
    "/wallets",
    `/wallets/${wallet.id}`,
    `/wallets/new?customer_id=${id}`,
    "/wallet-transactions",
    `/wallet-transactions?q=${encodeURIComponent(XSS)}&currency=${encodeURIComponent(XSS)}`,
    "/payins/deposits",
    "/",
    "/settings/audit-trail",
  ]) {
    // As the server writes it, and as the browser does.
    await merchant.opens(address);
    await isUnharmed(merchant);
  }
  await merchant.opens(`/customers/${id}`);
  await expect(page).toHaveTitle(`${XSS} ${XSS} · Purser`);
  await merchant.opens(`/customers/${id}/edit`);
  await expect(page.getByLabel("Description", { exact: true })).toHaveValue(XSS);
  await expect(page.getByLabel("First name", { exact: true })).toHaveValue(XSS);
});

test("markup in the address of a page stays text", async ({ merchant, page }) => {
  const text = encodeURIComponent(XSS);
  await merchant.opens(`/login?next=${text}&error=${text}&wait=${text}&notice=${text}`);
  await isUnharmed(merchant);
  await merchant.signsIn();
  for (const address of [`/customers?status=${text}&sort=${text}&cursor=${text}&trail=${text}`, `/customers/new?draft=${text}&problem=${text}`, `/developers?revoke=${text}&problem=${text}`]) {
    await merchant.opens(address);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await isUnharmed(merchant);
  }
});

test("another organisation's objects are not there", async ({ merchant, page, purser, complaints }) => {
  const { api } = await purser.opens({ name: "Lantern Wealth" });
  const { id, documents } = await api.submits(elin());
  const wallet = await api.issues(id);
  const deposit = await api.pays(wallet, 100);
  await merchant.signsIn();
  complaints.expects(/^404 GET /);
  for (const address of [
    `/customers/${id}`,
    `/customers/${id}/edit`,
    `/wallets/${wallet.id}`,
    `/wallets/new?customer_id=${id}`,
    `/wallet-transactions/${deposit.wallet_transaction_id}`,
    "/customers/customer_00000000000000000000000000000000",
    "/customers/no-id-at-all",
    "/wallets/no-id-at-all",
  ]) {
    const answer = await page.goto(address);
    expect(answer?.status(), address).toBe(404);
    await expect(merchant.heading("Nothing here"), address).toBeVisible();
    await expect(page.locator("body")).not.toContainText("Nordquist");
  }
  expect((await merchant.fetches(`/documents/${documents.id_proof}/content`)).status).toBe(404);

  // In lists, filters and by the API neither.
  for (const address of ["/customers", "/wallets", "/wallet-transactions", "/payins/deposits", `/wallet-transactions?wallet_id=${wallet.id}`]) {
    await merchant.opens(address);
    await expect(page.getByRole("main").getByRole("row")).toHaveCount(0);
    await expect(page.locator("body"), address).not.toContainText("Nordquist");
  }
  for (const path of [`/customers/${id}`, `/wallets/${wallet.id}`, `/deposits/${deposit.id}`, `/documents/${documents.id_proof}`]) {
    expect((await merchant.organisation.api.call("GET", path)).status, path).toBe(404);
  }
  const { status, body } = await merchant.organisation.api.call("POST", "/wallets", { customer_id: id, currency: "EUR" });
  expect([status, body.errors[0].field]).toEqual([422, "customer_id"]);
});

test("another site's form changes nothing", async ({ merchant }) => {
  await merchant.signsIn();
  for (const address of ["/customers/new", "/logout", "/rpc/developers/create_api_key", "/uploads"]) {
    for (const [name, value] of [["origin", "https://evil.test"], ["sec-fetch-site", "cross-site"]] as const) {
      const answer = await merchant.fetches(address, { method: "POST", headers: { [name]: value } });
      expect(answer.status, `${address} ${name}`).toBe(403);
    }
  }
  expect((await merchant.fetches("/settings")).status, "still signed in").toBe(200);
});
