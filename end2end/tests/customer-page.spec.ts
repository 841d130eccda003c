// One customer: changing, switching, deleting, looking at papers.
import { expect, test } from "../support/test.ts";
import { elin } from "../support/specimens.ts";

test("an edit of what identifies an approved customer is reviewed again", async ({ merchant, page }) => {
  const { id } = await merchant.organisation.api.submits(elin());
  await merchant.signsIn(`/customers/${id}`);
  await expect(merchant.status).toHaveText("APPROVED");
  await page.getByRole("link", { name: "Edit", exact: true }).click();
  await expect(page.getByText("starts a new review")).toBeVisible();
  await merchant.enters("Last name", "Nordqvist");
  const isSameDocument = await merchant.marksDocument();
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(merchant.heading("Elin Amalia Nordqvist")).toBeVisible();
  await expect(merchant.status).toHaveText("APPROVED");
  await isSameDocument();
  const history = page.locator("#history");
  await expect(history).toContainText("UNDER_REVIEW");
  const told = await merchant.organisation.api.gets(`/customers/${id}`);
  expect(told.individual.last_name).toBe("Nordqvist");
});

test("a note changes nothing about the review", async ({ merchant, page }) => {
  const { id } = await merchant.organisation.api.submits(elin());
  await merchant.signsIn(`/customers/${id}/edit`);
  await page.getByLabel("Description", { exact: true }).fill("Prefers letters");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByText("Prefers letters").first()).toBeVisible();
  await expect(merchant.status).toHaveText("APPROVED");
  await expect(page.locator("#history")).not.toContainText("APPROVED to UNDER_REVIEW");
});

test("past PENDING_INFO nothing mandatory can be taken away", async ({ merchant, page }) => {
  const { id } = await merchant.organisation.api.submits(elin());
  await merchant.signsIn(`/customers/${id}/edit`);
  await merchant.enters("City", "");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(page.getByLabel("City")).toHaveAttribute("aria-invalid", "true");
  expect((await merchant.organisation.api.gets(`/customers/${id}`)).address.city).toBe("Fremantle");
});

test("disable, undo, disable, enable", async ({ merchant, page }) => {
  const { api } = merchant.organisation;
  const { id } = await api.names("Elin", "Nordquist");
  const isEnabled = () => expect.poll(async () => (await api.gets(`/customers/${id}`)).is_enabled);
  await merchant.signsIn(`/customers/${id}`);
  const isSameDocument = await merchant.marksDocument();
  await page.getByRole("button", { name: "Disable", exact: true }).click();
  await expect(page.getByRole("button", { name: "Enable", exact: true })).toBeVisible();
  await isEnabled().toBe(false);
  const toasts = page.getByRole("region", { name: "Notifications" });
  await expect(toasts).toContainText("Elin Nordquist is disabled");
  await toasts.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("button", { name: "Disable", exact: true })).toBeVisible();
  await isEnabled().toBe(true);

  await page.getByRole("button", { name: "Disable", exact: true }).click();
  await page.getByRole("button", { name: "Enable", exact: true }).click();
  await expect(page.getByRole("button", { name: "Disable", exact: true })).toBeVisible();
  await isEnabled().toBe(true);
  await isSameDocument();
});

test("a flag that is off says why", async ({ merchant, page }) => {
  const { api } = merchant.organisation;
  const { id } = await api.names("Elin", "Nordquist");
  await api.posts(`/customers/${id}/disable`);
  await merchant.signsIn(`/customers/${id}`);
  for (const flag of ["Is Active", "Is Enabled", "Is Wallet Ready"]) {
    const fact = page.locator(".fact", { hasText: flag });
    await fact.getByText("Why not").click();
    await expect(fact.getByRole("listitem").first()).toBeVisible();
  }
});

test("a deleted customer is in no list any more", async ({ merchant, page, complaints }) => {
  const { api } = merchant.organisation;
  const { id } = await api.names("Elin", "Nordquist");
  await api.names("Tobias", "Okonjo");
  await merchant.signsIn(`/customers/${id}`);
  await page.getByText("Delete this customer", { exact: true }).click();
  await page.getByRole("button", { name: "Delete Elin Nordquist" }).click();
  await page.waitForURL(/\/customers(\?.*)?$/);
  await expect(merchant.row("All Customers", "Tobias Okonjo")).toBeVisible();
  await expect(merchant.row("All Customers", "Elin Nordquist")).toHaveCount(0);
  complaints.expects(/^404 GET .*\/customers\/customer_/);
  const answer = await page.goto(`/customers/${id}`);
  expect(answer?.status()).toBe(404);
  await expect(merchant.heading("Nothing here")).toBeVisible();
});

test("a customer with money cannot be deleted, and keeps everything", async ({ merchant, page }) => {
  const { api } = merchant.organisation;
  const { id } = await api.submits(elin());
  await api.pays(await api.issues(id), 12_500);
  await merchant.signsIn(`/customers/${id}`);
  await page.getByText("Delete this customer", { exact: true }).click();
  await page.getByRole("button", { name: /^Delete Elin/ }).click();
  await expect(page.getByRole("alert")).toContainText("a wallet still holds money");
  expect((await api.gets(`/customers/${id}`)).status).toBe("APPROVED");
});

test("papers are shown in the page, and to nobody's cache", async ({ merchant, page }) => {
  const { id, documents } = await merchant.organisation.api.submits(elin());
  await merchant.signsIn(`/customers/${id}`);
  const picture = page.getByRole("img", { name: /specimen-passport.png/ });
  await picture.scrollIntoViewIfNeeded();
  await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth)).toBeGreaterThan(100);
  await expect(page.getByText("Preview of address-proof.pdf")).toBeVisible();

  const answer = await merchant.fetches(`/documents/${documents.address_proof}/content`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toBe("application/pdf");
  expect(answer.headers.get("content-disposition")).toContain("address-proof.pdf");
  expect(answer.headers.get("cache-control")).toContain("no-store");
  expect(new TextDecoder().decode((await answer.arrayBuffer()).slice(0, 5))).toBe("%PDF-");
});

test("a paper in PDF unfolds in the page", async ({ merchant, page }) => {
  const { id } = await merchant.organisation.api.submits(elin());
  await merchant.signsIn(`/customers/${id}`);
  const viewed = page.waitForResponse((answer) => /\/documents\/.*\/content$/.test(answer.url()) && answer.headers()["content-type"] === "application/pdf");
  await page.getByText("Preview of address-proof.pdf").click();
  await expect(page.locator("iframe")).toBeVisible();
  expect((await viewed).status()).toBe(200);
});
