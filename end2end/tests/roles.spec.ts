// Who may look and who may change: what the role does not allow is neither offered nor done.
import { Merchant } from "../support/merchant.ts";
import { expect, test } from "../support/test.ts";

test("READ_ONLY looks and exports, and changes nothing", async ({ page, demo }) => {
  const reader = new Merchant(page, demo.as("READ_ONLY"));
  await reader.signsIn("/customers");
  const main = page.getByRole("main");
  await expect(reader.table("All Customers").getByRole("row")).not.toHaveCount(0);
  await expect(main.getByRole("link", { name: "Add New Customer" })).toHaveCount(0);
  expect((await reader.fetches("/customers.csv")).status).toBe(200);
  await reader.opens("/customers/new");
  await expect(main).toContainText("Your role is READ_ONLY");
  await expect(main.getByRole("textbox")).toHaveCount(0);
  await reader.opens(`/customers/${demo.approved}`);
  for (const name of ["Edit", "Issue wallet"]) await expect(main.getByRole("link", { name, exact: true })).toHaveCount(0);
  await expect(main.getByRole("button", { name: /^(Disable|Enable|Delete)/ })).toHaveCount(0);
  await reader.opens("/wallets/new");
  await expect(main.getByRole("button", { name: "Issue wallet" })).toHaveCount(0);
  await reader.opens(`/wallets/${demo.wallet}`);
  await expect(reader.table("Transactions of this wallet")).toBeVisible();
  await expect(main.getByRole("button", { name: "Simulate deposit" })).toHaveCount(0);
  await reader.opens("/developers");
  await expect(main.getByRole("button", { name: "Create key" })).toHaveCount(0);

  // Asked for all the same.
  const form = new URLSearchParams({ id: demo.approved, name: "mine" });
  for (const address of ["/rpc/disable_customer", "/rpc/delete_customer", "/rpc/developers/create_api_key"]) {
    const answer = await reader.fetches(address, { method: "POST", body: form, headers: { accept: "application/json" } });
    expect(answer.status, address).toBe(403);
  }
  expect((await demo.api.gets(`/customers/${demo.approved}`)).is_enabled).toBe(true);
});

test("DEVELOPER manages keys and sees customers masked", async ({ page, demo }) => {
  const developer = new Merchant(page, demo.as("DEVELOPER"));
  const customer = await demo.api.gets(`/customers/${demo.approved}`);
  await developer.signsIn(`/customers/${demo.approved}`);
  const main = page.getByRole("main");
  await expect(main).toContainText("Your role does not see documents");
  const secrets = [customer.name, customer.email, customer.phone, customer.individual?.identification?.number];
  for (const secret of secrets.filter((secret) => typeof secret === "string" && secret !== "")) {
    await expect(page.locator("body")).not.toContainText(secret);
  }
  const html = await (await developer.fetches(`/customers/${demo.approved}`)).text();
  for (const secret of secrets.filter((secret) => typeof secret === "string" && secret !== "")) expect(html).not.toContain(secret);
  for (const id of Object.values(customer.documents).filter((id) => id !== null)) {
    expect((await developer.fetches(`/documents/${id}/content`)).status).toBe(403);
  }
  await developer.opens("/developers");
  await expect(main.getByRole("button", { name: "Create key" })).toBeVisible();
});
