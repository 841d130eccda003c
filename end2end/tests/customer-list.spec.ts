// All Customers: eight columns, search, filters, order, pages, choice of columns, export.
import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { Merchant } from "../support/merchant.ts";
import { expect, test } from "../support/test.ts";
import { elin } from "../support/specimens.ts";

const COLUMNS = ["Customer ID", "Customer Type", "Customer Name", "Is Active", "Status", "Is Enabled", "Is Wallet Ready", "Created At"];

async function names(page: Page): Promise<string[]> {
  return page.locator("td[data-label='Customer Name']").allInnerTexts();
}

test("an empty list says how to begin", async ({ merchant, page }) => {
  await merchant.signsIn("/customers");
  await expect(merchant.heading("All Customers")).toBeVisible();
  await expect(page.getByText("No customers yet")).toBeVisible();
  await expect(page.getByRole("main").getByRole("link", { name: "Add New Customer" })).toHaveCount(2);
});

test("the list has these eight columns, and each row opens its customer", async ({ merchant, page }) => {
  const { id } = await merchant.organisation.api.submits(elin());
  await merchant.signsIn("/customers");
  await expect(page.getByRole("columnheader")).toHaveText(COLUMNS);
  const row = merchant.row("All Customers", "Elin Amalia Nordquist");
  const cells = row.getByRole("cell");
  await expect(cells.nth(0)).toContainText(id);
  await expect(cells.nth(1)).toHaveText("Individual");
  await expect(cells.nth(3)).toContainText("Yes");
  await expect(cells.nth(4)).toHaveText("APPROVED");
  await expect(cells.nth(5)).toContainText("Yes");
  await expect(cells.nth(6)).toContainText("Yes");
  await expect(cells.nth(7).locator("time")).toHaveAttribute("datetime", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  // A press anywhere in the row.
  await cells.nth(4).click({ force: true });
  await expect(page).toHaveURL(new RegExp(`/customers/${id}$`));
});

test("search finds by name, id, reference and e-mail", async ({ merchant, page }) => {
  const { api } = merchant.organisation;
  const { id } = await api.names("Elin", "Nordquist", { reference: "crm-1042" });
  await api.names("Tobias", "Okonjo", { email: "tobias@okonjo.example" });
  await api.names("Zoë", "O'Brien-Ångström");
  await merchant.signsIn("/customers");
  const isSameDocument = await merchant.marksDocument();
  for (const [words, name] of [
    ["nordq", "Elin Nordquist"],
    ["crm-1042", "Elin Nordquist"],
    ["tobias@okonjo.example", "Tobias Okonjo"],
    ["OKONJO", "Tobias Okonjo"],
    ["O'Brien", "Zoë O'Brien-Ångström"],
    [id, "Elin Nordquist"],
  ] as const) {
    const search = page.getByRole("main").getByRole("searchbox");
    await search.fill(words);
    await search.press("Enter");
    await expect(page.locator("td[data-label='Customer Name']"), words).toHaveText([name]);
    await page.getByRole("link", { name: "Clear filters" }).click();
    await expect(page.locator("td[data-label='Customer Name']")).toHaveCount(3);
  }
  await page.getByRole("main").getByRole("searchbox").fill("nobody of that name");
  await page.keyboard.press("Enter");
  await expect(page.getByText("No customer matches the filter: name, id, reference or e-mail containing “nobody of that name”.")).toBeVisible();
  await isSameDocument();
});

test("filters narrow the list, live in the address, and say when nothing is left", async ({ merchant, page }) => {
  const { api } = merchant.organisation;
  await api.submits(elin());
  await api.names("Tobias", "Okonjo");
  const { id: disabled } = await api.posts("/customers", { type: "company", company: { name: "Saltglass Instruments" } });
  await api.posts(`/customers/${disabled}/disable`);
  await merchant.signsIn("/customers");
  const chip = (label: string) => page.locator("summary", { hasText: label }).first();
  const choose = async (label: string, option: string) => {
    await chip(label).click();
    const panel = page.locator("details[open]");
    await panel.getByRole("radio", { name: option, exact: true }).check();
    await panel.getByRole("button", { name: "Apply" }).click();
  };
  const shown = page.locator("td[data-label='Customer Name']");
  for (const [label, option, parameter, expected] of [
    ["Status", "APPROVED", "status=APPROVED", ["Elin Amalia Nordquist"]],
    ["Type", "Company", "type=company", ["Saltglass Instruments"]],
    ["Enabled", "No", "is_enabled=false", ["Saltglass Instruments"]],
    ["Wallet ready", "No", "is_wallet_ready=false", ["Saltglass Instruments", "Tobias Okonjo"]],
  ] as const) {
    await choose(label, option);
    await expect(shown, label).toHaveText([...expected]);
    expect(page.url()).toContain(parameter);
    await page.reload();
    await merchant.hydrated();
    await expect(shown, `${label}, shared by its address`).toHaveText([...expected]);
    await page.getByRole("link", { name: "Clear filters" }).click();
    await expect(shown).toHaveCount(3);
  }
  await choose("Type", "Company");
  await expect(shown).toHaveCount(1);
  await choose("Status", "APPROVED");
  await expect(page.getByText("No customer matches all of these filters: status APPROVED; type Company.")).toBeVisible();

  await merchant.opens("/customers?status=ACTIVE");
  await expect(shown, "ACTIVE means APPROVED").toHaveText(["Elin Amalia Nordquist"]);
  await merchant.opens(`/customers?created_from=2999-01-01`);
  await expect(page.getByText("Nothing found")).toBeVisible();
  await merchant.opens(`/customers?created_to=2999-01-01`);
  await expect(shown).toHaveCount(3);
});

test("the list is ordered by name or by time, either way", async ({ merchant, page }) => {
  const { api } = merchant.organisation;
  for (const first of ["Bo", "cleo", "Ada"]) await api.names(first, "Marlowe");
  await merchant.signsIn("/customers");
  const shown = page.locator("td[data-label='Customer Name']");
  const header = (name: string) => page.getByRole("columnheader", { name });
  const press = (name: string) => header(name).getByRole("link").click();
  await expect(shown).toHaveText(["Ada Marlowe", "cleo Marlowe", "Bo Marlowe"]);
  await expect(header("Created At")).toHaveAttribute("aria-sort", "descending");
  await press("Created At");
  await expect(shown).toHaveText(["Bo Marlowe", "cleo Marlowe", "Ada Marlowe"]);
  await expect(header("Created At")).toHaveAttribute("aria-sort", "ascending");
  await press("Customer Name");
  await expect(shown).toHaveText(["Ada Marlowe", "Bo Marlowe", "cleo Marlowe"]);
  await press("Customer Name");
  await expect(shown).toHaveText(["cleo Marlowe", "Bo Marlowe", "Ada Marlowe"]);
  await expect(header("Customer Name")).toHaveAttribute("aria-sort", "descending");
});

test("pages follow each other without a gap, and the export holds them all", async ({ merchant, page }) => {
  const { api } = merchant.organisation;
  const all = Array.from({ length: 115 }, (_, index) => `Customer ${String(index).padStart(3, "0")}`);
  for (let at = 0; at < all.length; at += 10) {
    await Promise.all(all.slice(at, at + 10).map((name) => api.posts("/customers", { type: "company", company: { name } })));
  }
  await api.posts("/customers", { type: "company", company: { name: "=HYPERLINK(\"https://evil.test\")" } });
  await merchant.signsIn("/customers?sort=name&type=company&q=Customer");
  const isSameDocument = await merchant.marksDocument();
  const seen: string[] = [];
  const pages: number[] = [];
  for (;;) {
    const shown = await names(page);
    seen.push(...shown);
    pages.push(shown.length);
    const next = page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Next" });
    if ((await next.count()) === 0) break;
    await next.click();
    await expect(page.locator("td[data-label='Customer Name']").first()).not.toHaveText(shown[0] ?? "");
  }
  expect(pages.length).toBeGreaterThan(2);
  expect(seen).toEqual(all);
  await isSameDocument();
  const pager = page.getByRole("navigation", { name: "Pages" });
  await pager.getByRole("link", { name: "Previous" }).click();
  await expect(page.locator("td[data-label='Customer Name']").first()).toHaveText("Customer 050");
  await pager.getByRole("link", { name: "Next" }).click();
  await expect(page.locator("td[data-label='Customer Name']").first()).toHaveText("Customer 100");
  await pager.getByRole("link", { name: /First/ }).click();
  await expect(page.locator("td[data-label='Customer Name']").first()).toHaveText("Customer 000");
  await page.goBack();
  await expect(page.locator("td[data-label='Customer Name']").first()).toHaveText("Customer 100");

  await merchant.opens("/customers?sort=name");
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Export" }).click()]);
  expect(download.suggestedFilename()).toBe("customers.csv");
  const lines = readFileSync(await download.path(), "utf8").trimEnd().split(/\r?\n/);
  for (const column of COLUMNS) expect(lines[0]).toContain(column);
  expect(lines).toHaveLength(117);
  for (const name of all) expect(lines.filter((line) => line.includes(name)), name).toHaveLength(1);
  expect(lines.join("\n"), "nothing that a spreadsheet would run").not.toMatch(/(^|[,"])=HYPERLINK/m);
});

test("the choice of columns is kept for the person", async ({ merchant, page, browser, complaints }) => {
  await merchant.organisation.api.names("Elin", "Nordquist");
  await merchant.signsIn("/customers");
  await page.locator("summary", { hasText: "Columns" }).click();
  await page.getByRole("checkbox", { name: "Is Enabled" }).uncheck();
  await page.getByRole("checkbox", { name: "Customer Type" }).uncheck();
  await page.locator("details[open]").getByRole("button", { name: "Apply" }).click();
  const left = COLUMNS.filter((column) => !["Is Enabled", "Customer Type"].includes(column));
  await expect(page.getByRole("columnheader")).toHaveText(left);

  const elsewhere = await browser.newContext({ baseURL: merchant.organisation.api.address });
  complaints.watch(elsewhere);
  const other = new Merchant(await elsewhere.newPage(), merchant.organisation);
  await other.signsIn("/customers");
  await expect(other.page.getByRole("columnheader")).toHaveText(left);
  await elsewhere.close();
});

test("a filter that says nothing known is told, not passed over", async ({ merchant, page }) => {
  await merchant.organisation.api.names("Elin", "Nordquist");
  await merchant.signsIn("/customers?status=LOST&created_from=yesterday");
  await expect(page.getByText("There is no such status")).toBeVisible();
  await expect(page.getByText("created_from is a day such as")).toBeVisible();
});

test("the search of the frame finds customers from anywhere", async ({ merchant, page }) => {
  await merchant.organisation.api.names("Elin", "Nordquist");
  await merchant.organisation.api.names("Tobias", "Okonjo");
  await merchant.signsIn("/settings");
  await page.keyboard.press("/");
  await expect(page.getByRole("banner").getByRole("searchbox")).toBeFocused();
  await page.keyboard.type("okonjo");
  await page.keyboard.press("Enter");
  await expect(merchant.heading("All Customers")).toBeVisible();
  await expect(page.locator("td[data-label='Customer Name']")).toHaveText(["Tobias Okonjo"]);
});
