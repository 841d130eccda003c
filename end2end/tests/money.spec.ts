// Money comes in: seen where people look within two seconds and without reload, with who sent it.
import { Merchant } from "../support/merchant.ts";
import { expect, test } from "../support/test.ts";
import { elin } from "../support/specimens.ts";

const SOON = { timeout: 2_000 };
const COLUMNS = ["Transaction ID", "Customer", "Type", "Amount", "Balance After", "Sender", "Sender Account", "Reference", "Created At"];

test("a simulated deposit shows on the wallet and on a page that is open already", async ({ merchant, page, context }) => {
  const { api } = merchant.organisation;
  const { id } = await api.submits(elin());
  const wallet = await api.issues(id);
  await merchant.signsIn(`/wallets/${wallet.id}`);
  const second = new Merchant(await context.newPage(), merchant.organisation);
  await second.opens("/wallet-transactions");
  await expect(second.page.getByText("No transactions yet")).toBeVisible();
  const isSameHere = await merchant.marksDocument();
  const isSameThere = await second.marksDocument();
  // Both are looked at: a page that nobody sees asks for nothing.
  await page.bringToFront();

  await merchant.simulatesDeposit({
    Amount: "1,250.00",
    "Sender name": "Ada Marlowe",
    "Sender BSB": "062-000",
    "Sender account number": "12345678",
    Reference: "INV 1042",
  });
  const row = merchant.row("Transactions of this wallet", "Ada Marlowe");
  await expect(row).toBeVisible(SOON);
  await expect(page.locator("[data-name=balance]")).toContainText("AUD 1,250.00");
  await expect(page.getByRole("region", { name: "Notifications" })).toContainText("AUD 1,250.00 credited");

  await second.page.bringToFront();
  const there = second.row("Wallet Transactions", "Ada Marlowe");
  await expect(there).toBeVisible(SOON);
  const cells = there.getByRole("cell");
  await expect(cells.nth(1)).toHaveText("Elin Amalia Nordquist");
  await expect(cells.nth(2)).toHaveText("CREDIT");
  await expect(cells.nth(3)).toHaveText("AUD +1,250.00");
  await expect(cells.nth(4)).toHaveText("AUD 1,250.00");
  await expect(cells.nth(5)).toHaveText("Ada Marlowe");
  await expect(cells.nth(6)).toContainText("062-000");
  await expect(cells.nth(6)).toContainText("12345678");
  await expect(cells.nth(7)).toHaveText("INV 1042");
  await isSameHere();
  await isSameThere();

  // The form is ready for the next one, and the next one adds to the balance.
  await page.bringToFront();
  await merchant.simulatesDeposit({ Amount: "0.05" });
  await expect(page.locator("[data-name=balance]")).toContainText("AUD 1,250.05", SOON);
});

test("a deposit by the API shows on pages that are open", async ({ merchant, page, context }) => {
  const { api } = merchant.organisation;
  const { id } = await api.submits(elin());
  const wallet = await api.issues(id);
  await merchant.signsIn(`/wallets/${wallet.id}`);
  const isSameDocument = await merchant.marksDocument();
  await api.pays(wallet, 12_345, { sender: { name: "Ada Marlowe", bsb: "062-000", account_number: "12345678" }, reference: "INV 7" });
  await expect(merchant.row("Transactions of this wallet", "INV 7")).toContainText("Ada Marlowe", SOON);
  await expect(page.locator("[data-name=balance]")).toContainText("AUD 123.45");

  const list = new Merchant(await context.newPage(), merchant.organisation);
  await list.opens("/wallet-transactions");
  await expect(list.row("Wallet Transactions", "INV 7")).toBeVisible();
  await api.pays(wallet, 100, { reference: "INV 8" });
  await expect(list.row("Wallet Transactions", "INV 8")).toBeVisible(SOON);
  await list.page.close();
  await page.bringToFront();
  await expect(page.locator("[data-name=balance]")).toContainText("AUD 124.45", SOON);
  await isSameDocument();
});

test("what is typed while money comes in stays", async ({ merchant, page }) => {
  const { api } = merchant.organisation;
  const { id } = await api.submits(elin());
  const wallet = await api.issues(id);
  await merchant.signsIn(`/wallets/${wallet.id}`);
  await page.getByLabel("Amount", { exact: true }).fill("77.00");
  await page.getByLabel("Sender name", { exact: true }).fill("Half a na");
  await api.pays(wallet, 500, { reference: "INV 9" });
  await expect(merchant.row("Transactions of this wallet", "INV 9")).toBeVisible(SOON);
  await expect(page.getByLabel("Amount", { exact: true })).toHaveValue("77.00");
  await expect(page.getByLabel("Sender name", { exact: true })).toHaveValue("Half a na");
  await expect(page.getByLabel("Sender name", { exact: true })).toBeFocused();
});

test("play money needs an amount, and nothing typed is lost", async ({ merchant, page, complaints }) => {
  const { api } = merchant.organisation;
  const { id } = await api.submits(elin());
  const wallet = await api.issues(id);
  await merchant.signsIn(`/wallets/${wallet.id}`);
  complaints.expects(/^422 POST .*\/rpc\/wallets\/simulate_deposit$/);
  for (const amount of ["", "0", "-5", "twelve", "1.234", "99999999999999999999"]) {
    await merchant.simulatesDeposit({ Amount: amount, "Sender name": "Ada Marlowe", "Sender BSB": "12" });
    await expect(page.getByLabel("Amount", { exact: true }), amount).toHaveAttribute("aria-invalid", "true");
    await expect(page.getByLabel("Sender BSB", { exact: true })).toHaveAttribute("aria-invalid", "true");
    await expect(page.getByLabel("Sender name", { exact: true })).toHaveValue("Ada Marlowe");
  }
  expect((await api.gets(`/wallets/${wallet.id}`)).ledger_balance).toBe(0);
});

test("Wallet Transactions has these nine columns, filters and an export", async ({ merchant, page }) => {
  const { api } = merchant.organisation;
  const { id } = await api.submits(elin());
  const [aud, eur] = [await api.issues(id, "AUD"), await api.issues(id, "EUR")];
  await api.pays(aud, 1_000, { reference: "first", sender: { name: "Ada Marlowe", bsb: "062-000", account_number: "12345678" } });
  await api.pays(aud, 200_000, { reference: "second" });
  await api.pays(eur, 30_000, { reference: "third", sender: { name: "Bo Lind", iban: "DE89370400440532013000" } });
  await merchant.signsIn("/wallet-transactions");
  await expect(page.getByRole("columnheader")).toHaveText(COLUMNS);
  const references = page.locator("td[data-label=Reference]");
  await expect(references).toHaveText(["third", "second", "first"]);
  // What the bank did not tell is said, not made up.
  await expect(merchant.row("Wallet Transactions", "second").locator("td[data-label=Sender]")).toContainText("Not given by the bank");
  for (const [query, expected] of [
    ["currency=EUR", ["third"]],
    ["q=Marlowe", ["first"]],
    ["q=12345678", ["first"]],
    ["q=second", ["second"]],
    ["amount_min=100&currency=AUD", ["second"]],
    ["amount_max=10.00", ["first"]],
    ["type=CREDIT&source=deposit", ["third", "second", "first"]],
    [`wallet_id=${eur.id}`, ["third"]],
    [`customer_id=${id}`, ["third", "second", "first"]],
    ["to=2020-01-01", []],
  ] as const) {
    await merchant.opens(`/wallet-transactions?${query}`);
    await expect(references, query).toHaveText([...expected]);
  }
  await expect(page.getByText("No transaction fits")).toBeVisible();

  // By hand.
  await merchant.opens("/wallet-transactions");
  await page.locator("summary", { hasText: "Currency" }).click();
  await page.locator("details[open]").getByRole("radio", { name: "AUD" }).check();
  await page.locator("details[open]").getByRole("button", { name: "Apply" }).click();
  await expect(references).toHaveText(["second", "first"]);
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Export CSV" }).click()]);
  const { readFileSync } = await import("node:fs");
  const lines = readFileSync(await download.path(), "utf8").trimEnd().split(/\r?\n/);
  expect(lines).toHaveLength(3);
  expect(lines[1]).toContain("2000.00");
  expect(lines[2]).toContain("Ada Marlowe");

  await merchant.opens("/wallet-transactions?amount_min=lots&currency=XXX");
  await expect(page.getByRole("alert")).toBeVisible();
});

test("a transaction leads to its wallet, its customer and its source", async ({ merchant, page }) => {
  const { api } = merchant.organisation;
  const { id } = await api.submits(elin());
  const wallet = await api.issues(id);
  const deposit = await api.pays(wallet, 4_200, { reference: "INV 3" });
  await merchant.signsIn("/wallet-transactions");
  await merchant.row("Wallet Transactions", "INV 3").locator("td[data-label='Transaction ID'] a").click();
  await expect(merchant.heading("Wallet transaction")).toBeVisible();
  const main = page.getByRole("main");
  await expect(main).toContainText(deposit.wallet_transaction_id);
  await expect(main).toContainText(deposit.id);
  await main.getByRole("link", { name: wallet.id }).click();
  await expect(merchant.heading("Elin Amalia Nordquist · AUD")).toBeVisible();
});

test("money that cannot be credited is held or rejected, and stands with its reason", async ({ merchant, page }) => {
  const { api } = merchant.organisation;
  const { id } = await api.submits(elin());
  const wallet = await api.issues(id);
  await api.pays(wallet, 1_100, { reference: "credited one" });
  const [{ bsb }] = wallet.virtual_accounts;
  await api.posts("/sandbox/deposits", { bsb, account_number: "999999999", amount: 2_200, currency: "AUD", reference: "held one" });
  await api.posts(`/customers/${id}/disable`);
  await api.pays(wallet, 3_300, { reference: "rejected one" });
  await merchant.signsIn("/payins/deposits");
  const row = (text: string) => merchant.row("Deposits", text);
  await expect(row("credited one")).toContainText("CREDITED");
  await expect(row("held one")).toContainText("HELD");
  await expect(row("held one")).toContainText("999999999");
  // A worker begins to send it back in a moment.
  await expect(row("rejected one")).toContainText(/REJECTED|RETURN_PENDING|RETURNED|RETURN_FAILED/);
  for (const text of ["held one", "rejected one"]) {
    await expect(row(text).locator("td[data-label=Reason]")).toHaveText(/\w+ \w+/);
  }
  await page.locator("summary", { hasText: "Status" }).click();
  await page.locator("details[open]").getByRole("radio", { name: "HELD" }).check();
  await page.locator("details[open]").getByRole("button", { name: "Apply" }).click();
  await expect(merchant.table("Deposits").locator("tbody tr")).toHaveCount(1);

  // The overview points at both, and nothing reached the wallet.
  await merchant.opens("/");
  await page.getByRole("link", { name: "1 deposit held" }).click();
  await expect(row("held one")).toBeVisible();
  expect((await api.gets(`/wallets/${wallet.id}`)).ledger_balance).toBe(1_100);
});

test("rejected money goes back by itself, and the deposit says to whom", async ({ merchant, page }) => {
  const { api } = merchant.organisation;
  const { id } = await api.submits(elin());
  const wallet = await api.issues(id);
  await api.posts(`/customers/${id}/disable`);
  const sender = { name: "Tobias Okonjo", bsb: "062-000", account_number: "12345678" };
  const deposit = await api.pays(wallet, 3_300, { reference: "unwanted", sender });
  expect(deposit.status).toBe("REJECTED");
  await expect(async () => {
    expect((await api.gets(`/deposits/${deposit.id}`)).status).toBe("RETURNED");
  }).toPass({ timeout: 30_000 });
  await merchant.signsIn(`/payins/deposits/${deposit.id}`);
  const main = page.getByRole("main");
  await expect(main).toContainText("RETURNED");
  await expect(main).toContainText("The customer is disabled.");
  await expect(main).toContainText(/Paid back to Tobias Okonjo, 062-000 12345678 \(sandbox/);
});

test("money that no sender's account is known for waits for a person", async ({ merchant, page }) => {
  const { api } = merchant.organisation;
  const { id } = await api.submits(elin());
  const wallet = await api.issues(id);
  await api.posts(`/customers/${id}/disable`);
  const deposit = await api.posts("/sandbox/deposits", {
    virtual_account_id: wallet.virtual_accounts[0].id, amount: 900, currency: "AUD", sender: { name: "Nobody Known" },
  });
  await expect(async () => {
    expect((await api.gets(`/deposits/${deposit.id}`)).status).toBe("RETURN_FAILED");
  }).toPass({ timeout: 30_000 });
  await merchant.signsIn("/");
  await page.getByRole("link", { name: "1 deposit not returned" }).click();
  await expect(merchant.table("Deposits").locator("tbody tr")).toHaveCount(1);
  await merchant.opens(`/payins/deposits/${deposit.id}`);
  const main = page.getByRole("main");
  await expect(main).toContainText("The bank gave no account of the sender");
  await expect(main).toContainText("Could not be paid back to Nobody Known");
});

test("a wallet that a bank's reversal took below zero says so until it is made good", async ({ merchant, page }) => {
  const { api } = merchant.organisation;
  const { id } = await api.submits(elin());
  const wallet = await api.issues(id);
  const deposit = await api.pays(wallet, 5_000, { reference: "first" });
  const { data: [payin] } = await api.gets("/wallets?kind=payin&currency=AUD");
  await api.posts("/transfers", { from_wallet_id: wallet.id, to_wallet_id: payin.id, amount: 4_000, currency: "AUD" });
  const reversed = await api.posts(`/sandbox/deposits/${deposit.id}/reverse`, { reason: "Sent twice" });
  expect(reversed.status).toBe("REVERSED");
  await merchant.signsIn(`/wallets/${wallet.id}`);
  const main = page.getByRole("main");
  await expect(main).toContainText("A bank took back more than was here");
  await expect(main.locator(".balance-figure")).toContainText("40.00");
  await merchant.opens(`/payins/deposits/${deposit.id}`);
  await expect(main).toContainText("The bank took it back: Sent twice.");
  await api.pays(wallet, 4_000, { reference: "second" });
  await merchant.opens(`/wallets/${wallet.id}`);
  await expect(main).not.toContainText("A bank took back more than was here");
});

test("money for collections reaches the Payin wallet and names the customer", async ({ merchant, page }) => {
  const { api } = merchant.organisation;
  const { id } = await api.submits(elin());
  await merchant.signsIn(`/wallets/new?customer_id=${id}`);
  await page.getByRole("radio", { name: "The organisation's Payin wallet" }).check();
  await merchant.issuesWallet("AUD");
  await expect(page.locator(".account-card")).toContainText("Payin");
  await merchant.simulatesDeposit({ Amount: "12.00", Reference: "collected" });
  await expect(page.getByText("12.00 credited")).toBeVisible();
  await merchant.opens("/wallet-transactions");
  await expect(merchant.row("Wallet Transactions", "collected")).toContainText("Elin Amalia Nordquist");
  await merchant.opens("/wallets?kind=payin");
  await expect(merchant.row("Wallets", "Payin")).toContainText("AUD 12.00");
});
