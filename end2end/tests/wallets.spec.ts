// Issuing wallets: account details of every currency, and every reason why not.
import { expect, test } from "../support/test.ts";
import { elin } from "../support/specimens.ts";

// ISO 7064, modulus 97 over letters as numbers, as ISO 13616 asks of an IBAN.
function isIban(text: string): boolean {
  const turned = text.slice(4) + text.slice(0, 4);
  const digits = [...turned].map((character) => parseInt(character, 36).toString()).join("");
  return BigInt(digits) % 97n === 1n;
}

// The check digit of an ABA routing number: weights 3, 7, 1.
function isRouting(text: string): boolean {
  const sum = [...text].reduce((sum, digit, index) => sum + Number(digit) * ([3, 7, 1][index % 3] ?? 0), 0);
  return /^\d{9}$/.test(text) && sum % 10 === 0;
}

test("a wallet is issued from the customer's page", async ({ merchant, page }) => {
  const { id } = await merchant.organisation.api.submits(elin());
  await merchant.signsIn(`/customers/${id}`);
  await page.getByRole("link", { name: "Issue wallet" }).click();
  await expect(merchant.heading("Issue wallet")).toBeVisible();
  await expect(page.getByLabel("Customer", { exact: true })).toHaveValue(new RegExp(`Elin Amalia Nordquist.*${id}`));
  const walletId = await merchant.issuesWallet("AUD");
  await expect(merchant.heading("Elin Amalia Nordquist · AUD")).toBeVisible();
  await expect(page.locator("[data-name=balance]")).toContainText("AUD 0.00");
  await expect(page.getByText("No money yet")).toBeVisible();

  await merchant.opens("/wallets");
  await expect(page.locator("td[data-label='Wallet ID']", { hasText: walletId })).toBeVisible();
  await merchant.opens(`/customers/${id}`);
  await expect(merchant.table("Wallets of this customer")).toContainText(walletId);
});

test("a statement comes as a file", async ({ merchant, page }) => {
  const { api } = merchant.organisation;
  const { id } = await api.submits(elin());
  const wallet = await api.issues(id);
  await api.pays(wallet, 12_550, { reference: "INV 3" });
  await merchant.signsIn(`/wallets/${wallet.id}`);
  const day = new Date().toISOString().slice(0, 10);
  const { readFileSync } = await import("node:fs");
  for (const [format, ending, begins] of [["PDF", "pdf", "%PDF-1.7"], ["CSV", "csv", "Created At,"], ["XLSX", "xlsx", "PK"], ["camt.053", "xml", "<?xml"]] as const) {
    await page.getByLabel("From", { exact: true }).fill("2026-01-01");
    await page.getByLabel("To", { exact: true }).fill(day);
    await page.getByLabel("Format").selectOption({ label: format });
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Download statement" }).click()]);
    expect(download.suggestedFilename()).toBe(`statement-${wallet.id}-2026-01-01-${day}.${ending}`);
    const file = readFileSync(await download.path(), "latin1");
    expect(file.startsWith(begins), format).toBe(true);
    if (format === "CSV") expect(file).toContain("125.50,AUD");
  }
  const refused = await merchant.fetches(`/wallets/${wallet.id}/statement?from=2026-03-02&to=2026-03-01`);
  expect(refused.status).toBe(422);
  expect(await refused.text()).toContain("to: ");
  const stranger = await fetch(`${api.address}/wallets/${wallet.id}/statement`, { redirect: "manual" });
  expect(stranger.headers.get("location")).toContain("/login?next=");
});

test("each of the eight currencies gives an account of its form", async ({ merchant, page, complaints }) => {
  const { api } = merchant.organisation;
  const { id } = await api.submits(elin());
  const { id: somebodyElse } = await api.submits(elin({ "First name": "Ines" }));
  await merchant.signsIn(`/wallets/new?customer_id=${id}`);
  const details = page.locator(".account-card");
  const fact = (term: string) => details.locator(".fact").filter({ has: page.locator("dt", { hasText: new RegExp(`^${term}$`) }) }).locator("dd .figures");
  const forms: Record<string, () => Promise<void>> = {
    AUD: async () => {
      await expect(fact("BSB")).toHaveText(/^\d{3}-\d{3}$/);
      await expect(fact("Account number")).toHaveText(/^\d{9}$/);
    },
    NZD: async () => {
      await expect(fact("Account number")).toHaveText(/^\d{2}-\d{4}-\d{7}-\d{2,3}$/);
    },
    SGD: async () => {
      await expect(fact("Account number")).toHaveText(/^\d{7,14}$/);
    },
    THB: async () => {
      await expect(fact("Account number")).toHaveText(/^\d{10,12}$/);
    },
    PHP: async () => {
      await expect(fact("Account number")).toHaveText(/^\d{10,16}$/);
    },
    EUR: async () => {
      const iban = (await fact("IBAN").innerText()).replaceAll(" ", "");
      expect(isIban(iban), iban).toBe(true);
    },
    GBP: async () => {
      const iban = (await fact("IBAN").innerText()).replaceAll(" ", "");
      expect(iban).toMatch(/^GB/);
      expect(isIban(iban), iban).toBe(true);
    },
    USD: async () => {
      const routing = await fact("Routing number").innerText();
      expect(isRouting(routing), routing).toBe(true);
      await expect(fact("Account number")).toHaveText(/^\d{6,17}$/);
    },
  };
  for (const [currency, check] of Object.entries(forms)) {
    await merchant.opens(`/wallets/new?customer_id=${id}`);
    await merchant.issuesWallet(currency);
    await expect(merchant.heading(`Elin Amalia Nordquist · ${currency}`)).toBeVisible();
    await expect(fact("Account name")).not.toBeEmpty();
    await check();
    const shown = await details.locator("dd .figures").allInnerTexts();
    const [other] = (await api.issues(somebodyElse, currency)).virtual_accounts;
    const { bsb, routing_number, account_number, iban } = other;
    const theirs = [bsb, routing_number, account_number, iban].filter((number) => number !== undefined);
    expect(theirs.every((number) => shown.includes(number)), `${currency}: ${theirs}`).toBe(false);
  }

  // One a currency.
  complaints.expects(/^409 POST .*\/rpc\/wallets\/issue$/);
  await merchant.opens(`/wallets/new?customer_id=${id}`);
  await page.getByLabel("Currency", { exact: true }).selectOption("AUD");
  await page.getByRole("button", { name: "Issue wallet" }).click();
  await expect(page.getByRole("alert")).toContainText("has a wallet in AUD already");
});

test("account details are copied one by one and together", async ({ merchant, page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const { api } = merchant.organisation;
  const { id } = await api.submits(elin());
  const wallet = await api.issues(id);
  const [account] = wallet.virtual_accounts;
  await merchant.signsIn(`/wallets/${wallet.id}`);
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  await page.getByRole("button", { name: "Copy BSB" }).click();
  await expect.poll(clipboard).toBe(account.bsb);
  await page.getByRole("button", { name: "Copy Account number" }).click();
  await expect.poll(clipboard).toBe(account.account_number);
  await page.getByRole("button", { name: "Copy all account details" }).click();
  await expect.poll(clipboard).toContain(`BSB: ${account.bsb}\nAccount number: ${account.account_number}`);
});

test("a refusal lists every reason", async ({ merchant, page, complaints }) => {
  const { api } = merchant.organisation;
  const { id } = await api.names("Elin", "Nordquist");
  await api.posts(`/customers/${id}/disable`);
  await merchant.signsIn(`/wallets/new?customer_id=${id}`);
  const banner = page.locator("[data-name=banner]", { hasText: "Elin Nordquist cannot have a wallet yet" });
  await expect(banner).toBeVisible();
  const reasons = await banner.getByRole("listitem").allInnerTexts();
  expect(reasons.length).toBeGreaterThanOrEqual(3);
  complaints.expects(/^4\d\d POST .*\/rpc\/wallets\/issue$/);
  await page.getByLabel("Currency", { exact: true }).selectOption("AUD");
  await page.getByRole("button", { name: "Issue wallet" }).click();
  const alert = page.getByRole("alert");
  for (const reason of reasons) await expect(alert).toContainText(reason);

  // The API says the same.
  const { status, body } = await api.call("POST", "/wallets", { customer_id: id, currency: "AUD" });
  expect(status).toBe(409);
  for (const reason of reasons) expect(JSON.stringify(body)).toContain(reason);
});

test("wrong entries are told beside the field", async ({ merchant, page, complaints }) => {
  await merchant.signsIn("/wallets/new");
  complaints.expects(/^422 POST .*\/rpc\/wallets\/issue$/);
  await page.getByRole("button", { name: "Issue wallet" }).click();
  await expect(page.getByLabel("Customer", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("Currency", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await page.getByLabel("Customer", { exact: true }).fill("nobody of that name");
  await page.getByLabel("Currency", { exact: true }).selectOption("EUR");
  await page.getByRole("button", { name: "Issue wallet" }).click();
  await expect(page.getByRole("alert")).toContainText("No customer fits this");
  await expect(page.getByLabel("Currency", { exact: true })).toHaveValue("EUR");
});

test("a customer is found by name for a wallet", async ({ merchant, page }) => {
  await merchant.organisation.api.submits(elin());
  await merchant.signsIn("/wallets/new");
  await page.getByLabel("Customer", { exact: true }).fill("Nordquist");
  await merchant.issuesWallet("SGD");
  await expect(merchant.heading("Elin Amalia Nordquist · SGD")).toBeVisible();
});

test("wallets are filtered by currency and kind", async ({ merchant, page }) => {
  const { api } = merchant.organisation;
  const { id } = await api.submits(elin());
  await api.issues(id, "AUD");
  await api.issues(id, "EUR");
  await merchant.signsIn("/wallets?currency=EUR&kind=customer");
  await expect(merchant.table("Wallets").locator("tbody tr")).toHaveCount(1);
  await expect(merchant.row("Wallets", "Elin Amalia Nordquist")).toContainText("EUR 0.00");
  await page.getByRole("link", { name: "Clear filters" }).click();
  // Payin and Fees come with the first wallet of a currency.
  await expect(merchant.table("Wallets").locator("tbody tr")).toHaveCount(6);
  await expect(merchant.row("Wallets", "Payin")).toHaveCount(2);
});
