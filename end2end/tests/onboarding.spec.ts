// From Add New Customer to a decision, with real papers: the status follows by itself.
import { Merchant } from "../support/merchant.ts";
import { expect, test } from "../support/test.ts";
import { elin, saltglass } from "../support/specimens.ts";

test("an individual is created with papers and approved", async ({ merchant, page }) => {
  await merchant.signsIn("/customers");
  await page.getByRole("link", { name: "Add New Customer" }).first().click();
  await expect(merchant.heading("Add New Customer")).toBeVisible();
  const isSameDocument = await merchant.marksDocument();
  const person = elin();
  await page.getByRole("radio", { name: "Individual" }).check();
  await merchant.fills(person);
  await merchant.attaches("ID proof", "specimen-passport.png");
  await merchant.attaches("Address proof", "address-proof.pdf");
  await expect(page.getByText("Everything is there")).toBeVisible();
  const id = await merchant.creates();

  await expect(merchant.heading("Elin Amalia Nordquist")).toBeVisible();
  await expect(merchant.status).toHaveText("APPROVED");
  await isSameDocument();
  for (const flag of ["Is Active", "Is Enabled", "Is Wallet Ready"]) {
    await expect(page.locator(".fact", { hasText: flag })).toContainText("Yes");
  }
  const checks = page.locator("[data-name=check]");
  await expect(checks).toHaveCount(6);
  await expect(checks.getByText("Passed", { exact: true })).toHaveCount(6);
  await expect(checks.filter({ hasText: "Identification has not expired" })).toContainText("valid until 30 Sep 2034");

  // The API tells the same.
  const told = await merchant.organisation.api.gets(`/customers/${id}`);
  expect(told).toMatchObject({ status: "APPROVED", is_active: true, is_wallet_ready: true, missing: [], name: "Elin Amalia Nordquist" });
  expect(told.individual.identification.number).toBe(person["Identification number"]);
});

test("a company is created with papers and approved", async ({ merchant, page }) => {
  await merchant.signsIn("/customers");
  const id = await merchant.addsCompany(saltglass());
  await expect(merchant.heading("Saltglass Instruments Limited")).toBeVisible();
  await expect(merchant.status).toHaveText("APPROVED");
  await expect(page.locator("[data-name=document]")).toHaveCount(3);
  const told = await merchant.organisation.api.gets(`/customers/${id}`);
  expect(told).toMatchObject({ type: "company", status: "APPROVED", company: { authorized_person: { first_name: "Tobias" } } });
});

test("the panel names what is missing, and ticks it off while one types", async ({ merchant, page }) => {
  await merchant.signsIn("/customers/new");
  const panel = page.locator("[data-name=checklist]");
  const item = (label: string) => panel.getByRole("listitem").filter({ hasText: label });
  await expect(panel).toContainText("0 of 15 complete");
  await expect(item("First name")).toContainText("missing");
  await merchant.fills({ "First name": "Elin", "Last name": "Nordquist" });
  await expect(item("First name")).toContainText("complete");
  await expect(panel).toContainText("2 of 15 complete");

  // What is mandatory follows the type and the country.
  await page.getByRole("radio", { name: "Company" }).check();
  await expect(item("Registration document")).toContainText("missing");
  await page.getByRole("radio", { name: "Individual" }).check();
  await expect(item("Registration document")).toHaveCount(0);
  await expect(item("Postal code")).toHaveCount(1);
  await merchant.enters("Country", "Hong Kong");
  await expect(item("Postal code")).toHaveCount(0);
  await item("Address line 1").getByRole("link").click();
  await expect(page.getByLabel("Address line 1")).toBeFocused();

  // Not a date, not a number: no tick for what the server would refuse.
  await merchant.enters("Date of birth", "2999-01-01");
  await expect(item("Date of birth")).toContainText("missing");
});

test("a customer with something missing is completed later", async ({ merchant, page }) => {
  await merchant.signsIn("/customers/new");
  const { "Date of birth": born, ...rest } = elin();
  await merchant.fills(rest);
  await merchant.attaches("ID proof", "specimen-passport.jpg");
  await merchant.creates();
  await expect(merchant.status).toHaveText("PENDING_INFO");
  const panel = page.locator("[data-name=checklist]");
  await expect(panel.getByRole("listitem")).toHaveCount(2);
  await expect(panel).toContainText("Date of birth");
  await expect(panel).toContainText("Address proof");
  await expect(page.locator(".fact", { hasText: "Is Wallet Ready" })).toContainText("No");

  await panel.getByRole("link", { name: "Date of birth" }).click();
  await expect(merchant.heading("Edit Elin Amalia Nordquist")).toBeVisible();
  await merchant.hydrated();
  // What was given before is there.
  await expect(page.getByLabel("First name", { exact: true })).toHaveValue("Elin Amalia");
  await expect(page.getByLabel("Nationality", { exact: true })).toHaveValue("SE");
  await expect(merchant.upload("ID proof")).toContainText("specimen-passport.jpg");
  await merchant.enters("Date of birth", born);
  await merchant.attaches("Address proof", "address-proof.pdf");
  await page.getByRole("button", { name: "Save changes" }).click();
  await page.waitForURL(/\/customers\/customer_[0-9a-f]{32}$/);
  await expect(merchant.status).toHaveText("APPROVED");
  await expect(page.locator("[data-name=checklist]")).toHaveCount(0);
});

test("an expired identification suspends, and the page says why", async ({ merchant, page }) => {
  await merchant.signsIn("/customers/new");
  await merchant.addsIndividual(elin({ "Expires on": "2021-05-31" }));
  await expect(merchant.status).toHaveText("SUSPENDED");
  await expect(page.getByText("This customer is suspended")).toBeVisible();
  const failed = page.locator("[data-name=check][data-outcome=fail]");
  await expect(failed).toHaveCount(1);
  await expect(failed).toContainText("The identification expired on 31 May 2021.");
  await failed.getByText("Evidence").click();
  await expect(failed).toContainText("2021-05-31");
  await expect(page.locator(".fact", { hasText: "Is Active" })).toContainText("No");
});

test("a minor is suspended", async ({ merchant, page }) => {
  await merchant.signsIn("/customers/new");
  await merchant.addsIndividual(elin({ "Date of birth": `${new Date().getUTCFullYear() - 15}-02-03` }));
  await expect(merchant.status).toHaveText("SUSPENDED");
  await expect(page.locator("[data-name=check][data-outcome=fail]")).toContainText("younger than 18");
});

test("the same identification twice waits for a person", async ({ merchant, page }) => {
  const person = elin();
  await merchant.organisation.api.submits(person);
  await merchant.signsIn("/customers/new");
  await merchant.addsIndividual({ ...person, "First name": "Elina" });
  await expect(page.locator("[data-name=check][data-outcome=refer]")).toContainText("Another customer shows the same identification");
  await expect(merchant.status).toHaveText("UNDER_REVIEW");
  await expect(page.getByText("A person has to look at this customer")).toBeVisible();
});

test("wrong entries are told beside the field and on top, and nothing is lost", async ({ merchant, page }) => {
  await merchant.signsIn("/customers/new");
  await merchant.fills({ "Last name": "Nordquist", Email: "elin at nordquist", Phone: "12", "Postal code": "6160" });
  await page.getByRole("button", { name: "Create customer" }).click();
  const alert = page.getByRole("alert");
  await expect(alert).toBeFocused();
  for (const label of ["First name", "Email", "Phone"]) {
    await expect(page.getByLabel(label, { exact: true }), label).toHaveAttribute("aria-invalid", "true");
  }
  await expect(alert.getByRole("link")).toHaveCount(3);
  await alert.getByRole("link").first().click();
  await expect(page.getByLabel("First name", { exact: true })).toBeFocused();
  await expect(page.getByLabel("Postal code")).toHaveValue("6160");
  await merchant.fills({ "First name": "Elin", Email: "elin@nordquist.example", Phone: "+46 70 123 45 67" });
  await merchant.creates();
  await expect(merchant.status).toHaveText("PENDING_INFO");
  await expect(page.getByText("elin@nordquist.example")).toBeVisible();
});

test("a reference can be used once", async ({ merchant, page }) => {
  await merchant.organisation.api.names("Elin", "Nordquist", { reference: "crm-1042" });
  await merchant.signsIn("/customers/new");
  await merchant.fills({ "First name": "Tobias", "Last name": "Okonjo" });
  const reference = page.getByLabel("Reference", { exact: true });
  await reference.fill("crm-1042");
  await page.getByRole("button", { name: "Create customer" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(reference).toHaveAttribute("aria-invalid", "true");
  // By the Enter key the focus is in the field while the answer comes.
  await reference.press("Enter");
  await expect(page.getByRole("alert")).toBeFocused();
  await expect(reference).toHaveAttribute("aria-invalid", "true");
  await reference.fill("crm-1043");
  await reference.press("Enter");
  await expect(merchant.heading("Tobias Okonjo")).toBeVisible();
});

test("what is typed before the page answers by itself stays", async ({ merchant, page }) => {
  await merchant.signsIn();
  let arrives = () => {};
  const arrival = new Promise<void>((resolve) => (arrives = resolve));
  await page.route(/\/pkg\/purser\.wasm/, async (route) => {
    await arrival;
    await route.continue();
  });
  await page.goto("/customers/new");
  await merchant.fills(elin());
  await page.getByLabel("ID proof", { exact: true }).setInputFiles("fixtures/specimen-passport.png");
  await expect(page.locator("html")).not.toHaveAttribute("data-hydrated", "true");
  arrives();
  await merchant.hydrated();
  await expect(page.getByLabel("First name", { exact: true })).toHaveValue("Elin Amalia");
  await expect(merchant.upload("ID proof")).toHaveAttribute("data-state", "present");
  await expect(page.locator("[data-name=checklist]")).toContainText("14 of 15 complete");
});

test("customer creation that is off says whom to ask, and what to quote", async ({ purser, page }) => {
  const merchant = new Merchant(page, await purser.opens({ features: [] }));
  await merchant.signsIn("/customers");
  await expect(page.getByRole("link", { name: "Add New Customer" })).toHaveCount(0);
  await expect(page.getByText("Customer creation is off for your organisation")).toBeVisible();
  await expect(page.getByRole("main")).toContainText(merchant.organisation.id);
  await merchant.opens("/customers/new");
  await expect(page.getByRole("main")).toContainText(merchant.organisation.id);
  await expect(page.getByRole("button", { name: "Create customer" })).toHaveCount(0);
  const { status, body } = await merchant.organisation.api.call("POST", "/customers", {
    type: "individual",
    individual: { first_name: "Elin", last_name: "Nordquist" },
  });
  expect([status, body.code]).toEqual([403, "feature_disabled"]);
});
