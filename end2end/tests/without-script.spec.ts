// The same way without any script: everything is a plain form, and what was typed survives a refusal.
import { Merchant } from "../support/merchant.ts";
import { expect, test } from "../support/test.ts";
import { elin, path, saltglass } from "../support/specimens.ts";

test.use({ javaScriptEnabled: false });

test("sign in, create with papers, open, issue a wallet, see money, sign out", async ({ merchant, page }) => {
  await merchant.signsIn("/customers");
  await page.getByRole("link", { name: "Add New Customer" }).first().click();
  const id = await merchant.addsIndividual(elin());
  await expect(async () => {
    await page.reload();
    await expect(merchant.status).toHaveText("APPROVED", { timeout: 100 });
  }).toPass();
  await expect(page.locator("[data-name=document]")).toHaveCount(2);

  await page.getByRole("navigation", { name: "Breadcrumbs" }).getByRole("link", { name: "Customers" }).click();
  await merchant.row("All Customers", "Elin Amalia Nordquist").getByRole("link").first().click();
  await expect(page).toHaveURL(new RegExp(`/customers/${id}$`));

  await page.getByRole("link", { name: "Issue wallet" }).click();
  await merchant.issuesWallet("AUD");
  await expect(page.locator(".account-card")).toContainText(/\d{3}-\d{3}/);
  await merchant.simulatesDeposit({ Amount: "1,250.00", "Sender name": "Ada Marlowe", "Sender BSB": "062-000", "Sender account number": "12345678" });
  await expect(page.locator("[data-name=balance]")).toContainText("AUD 1,250.00");
  await expect(merchant.row("Transactions of this wallet", "Ada Marlowe")).toBeVisible();
  await page.getByRole("navigation", { name: "Sections" }).getByRole("link", { name: "Wallet Transactions" }).click();
  await expect(merchant.row("Wallet Transactions", "Ada Marlowe")).toContainText("12345678");

  await merchant.signsOut();
  await expect(page.getByText("You are signed out.")).toBeVisible();
});

test("a company is created with its papers", async ({ merchant, page }) => {
  await merchant.signsIn("/customers");
  const id = await merchant.addsCompany(saltglass());
  const { api } = merchant.organisation;
  await expect.poll(async () => (await api.gets(`/customers/${id}`)).status).toBe("APPROVED");
  await page.reload();
  await expect(page.locator("[data-name=document]")).toHaveCount(3);
});

test("a refused form comes back with everything typed, and the files that were good", async ({ merchant, page }) => {
  await merchant.signsIn("/customers/new");
  const person = elin({ Email: "elin at nordquist" });
  await merchant.fills(person);
  await merchant.attaches("ID proof", "specimen-passport.png");
  await merchant.attaches("Address proof", "blank.pdf");
  await page.getByRole("button", { name: "Create customer" }).click();
  await expect(page).toHaveURL(/\/customers\/new\?draft=draft_[0-9a-f]+$/);
  const alert = page.getByRole("alert");
  await expect(alert).toContainText("blank.pdf was not taken");
  await expect(page.getByLabel("Email", { exact: true })).toHaveAttribute("aria-invalid", "true");
  for (const label of ["First name", "Date of birth", "Identification number", "City", "Phone", "Email"] as const) {
    await expect(page.getByLabel(label, { exact: true }), label).toHaveValue(person[label]);
  }
  await expect(page.getByLabel("Nationality", { exact: true })).toHaveValue("SE");
  await expect(merchant.upload("ID proof")).toContainText("specimen-passport.png");

  await merchant.enters("Email", "elin@nordquist.example");
  await merchant.attaches("Address proof", "address-proof.pdf");
  const id = await merchant.creates();
  const { api } = merchant.organisation;
  await expect.poll(async () => (await api.gets(`/customers/${id}`)).status).toBe("APPROVED");
});

test("a draft is nobody else's to see", async ({ merchant, page, purser, browser }) => {
  await merchant.signsIn("/customers/new");
  await merchant.fills({ "Last name": "Nordquist" });
  await page.getByRole("button", { name: "Create customer" }).click();
  await expect(page).toHaveURL(/\?draft=/);

  const context = await browser.newContext({ baseURL: purser.address, javaScriptEnabled: false });
  const other = new Merchant(await context.newPage(), await purser.opens({ name: "Lantern Wealth" }), false);
  const { pathname, search } = new URL(page.url());
  await other.signsIn(pathname + search);
  await expect(other.page.getByLabel("Last name", { exact: true })).toHaveValue("");
  await context.close();
});

test("what is missing is completed later", async ({ merchant, page }) => {
  await merchant.signsIn("/customers/new");
  await merchant.fills({ "First name": "Elin", "Last name": "Nordquist" });
  await merchant.creates();
  await expect(merchant.status).toHaveText("PENDING_INFO");
  const panel = page.locator("[data-name=checklist]");
  await expect(panel.getByRole("listitem")).toHaveCount(13);
  await panel.getByRole("link", { name: "ID proof" }).click();
  await merchant.fills(elin());
  await merchant.attaches("ID proof", "specimen-passport.png");
  await merchant.attaches("Address proof", "address-proof.pdf");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(async () => {
    await page.reload();
    await expect(merchant.status).toHaveText("APPROVED", { timeout: 100 });
  }).toPass();
});

test("search, filters, columns, pages and switches work", async ({ merchant, page }) => {
  const { api } = merchant.organisation;
  await api.names("Elin", "Nordquist");
  await api.names("Tobias", "Okonjo");
  await merchant.signsIn("/customers");
  const shown = page.locator("td[data-label='Customer Name']");
  await page.getByRole("main").getByRole("searchbox").fill("okonjo");
  await page.keyboard.press("Enter");
  await expect(shown).toHaveText(["Tobias Okonjo"]);
  await page.getByRole("link", { name: "Clear filters" }).click();
  await page.locator("summary", { hasText: "Status" }).click();
  await page.locator("details[open]").getByRole("radio", { name: "APPROVED" }).check();
  await page.locator("details[open]").getByRole("button", { name: "Apply" }).click();
  await expect(page.getByText("No customer matches the filter: status APPROVED.")).toBeVisible();

  await page.goto("/customers");
  await page.locator("summary", { hasText: "Columns" }).click();
  await page.getByRole("checkbox", { name: "Is Enabled" }).uncheck();
  await page.locator("details[open]").getByRole("button", { name: "Apply" }).click();
  await expect(page.getByRole("columnheader", { name: "Is Enabled" })).toHaveCount(0);

  await merchant.row("All Customers", "Elin Nordquist").getByRole("link").first().click();
  await page.getByRole("button", { name: "Disable", exact: true }).click();
  await page.getByRole("button", { name: "Enable", exact: true }).click();
  await expect(page.getByRole("button", { name: "Disable", exact: true })).toBeVisible();
  await page.getByText("Delete this customer", { exact: true }).click();
  await page.getByRole("button", { name: "Delete Elin Nordquist" }).click();
  await expect(shown).toHaveText(["Tobias Okonjo"]);
});

test("refusals of other forms keep what was typed", async ({ merchant, page }) => {
  const { api } = merchant.organisation;
  const { id } = await api.submits(elin());
  const wallet = await api.issues(id);
  await merchant.signsIn(`/wallets/${wallet.id}`);
  await merchant.simulatesDeposit({ Amount: "twelve", "Sender name": "Ada Marlowe", Reference: "INV 1" });
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(page.getByLabel("Amount", { exact: true })).toHaveValue("twelve");
  await expect(page.getByLabel("Sender name", { exact: true })).toHaveValue("Ada Marlowe");
  expect(page.url(), "nothing typed is in the address").not.toContain("Marlowe");

  await page.goto("/wallets/new");
  await page.getByLabel("Customer", { exact: true }).fill("nobody of that name");
  await page.getByLabel("Currency", { exact: true }).selectOption("EUR");
  await page.getByRole("button", { name: "Issue wallet" }).click();
  await expect(page.getByRole("alert")).toContainText("No customer fits this");
  await expect(page.getByLabel("Customer", { exact: true })).toHaveValue("nobody of that name");
  await expect(page.getByLabel("Currency", { exact: true })).toHaveValue("EUR");
});

test("a wrong password keeps the e-mail", async ({ merchant, page }) => {
  await page.goto("/login");
  await merchant.entersCredentials("not the password");
  await expect(page.getByRole("alert")).toContainText("E-mail and password do not belong together");
  await expect(page.getByLabel("Email")).toHaveValue(merchant.organisation.email);
});

test("a key is made, shown once and revoked", async ({ merchant, page }) => {
  await merchant.signsIn("/developers");
  await page.getByLabel("Name", { exact: true }).fill("Onboarding service");
  await page.getByRole("button", { name: "Create key" }).click();
  await expect(page.locator("[data-name=secret]")).toHaveText(/^sk_/);
  await page.reload();
  await expect(page.locator("[data-name=secret]")).toHaveCount(0);
  await page.getByRole("link", { name: "Revoke Onboarding service" }).click();
  await page.getByRole("button", { name: "Revoke Onboarding service" }).click();
  await expect(merchant.row("API keys", "Onboarding service")).toContainText("Revoked");
});

test("a file of more than 5 MB is refused, and the form comes back", async ({ merchant, page }) => {
  await merchant.signsIn("/customers/new");
  await merchant.fills({ "First name": "Elin", "Last name": "Nordquist" });
  await page
    .getByLabel("ID proof", { exact: true })
    .setInputFiles({ name: "scan.pdf", mimeType: "application/pdf", buffer: Buffer.alloc(5 * 1024 * 1024 + 1, 7) });
  await page.getByLabel("Address proof", { exact: true }).setInputFiles(path("address-proof.pdf"));
  await page.getByRole("button", { name: "Create customer" }).click();
  await expect(page.getByRole("alert")).toContainText("larger than 5 MB");
  await expect(page.getByLabel("First name", { exact: true })).toHaveValue("Elin");
  await expect(merchant.upload("Address proof")).toContainText("address-proof.pdf");
});
