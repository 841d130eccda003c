// Papers go up as soon as they are chosen; what is not a readable paper is refused with the reason.
import { randomBytes } from "node:crypto";
import { expect, test } from "../support/test.ts";
import { path, specimen } from "../support/specimens.ts";

const REFUSALS = [
  ["blank.pdf", "This document is blank"],
  ["blank.png", "This document is blank"],
  ["encrypted.pdf", "protected by a password"],
  ["not-a-png.png", "is not a PNG, JPEG or PDF"],
  ["truncated.jpg", "does not open"],
] as const;

test("what is not a readable paper is refused with the reason", async ({ merchant, page, complaints }) => {
  await merchant.signsIn("/customers/new");
  const input = page.getByLabel("ID proof", { exact: true });
  const place = merchant.upload("ID proof");
  complaints.expects(/^422 POST .*\/uploads$/);
  for (const [file, reason] of REFUSALS) {
    await input.setInputFiles(path(file));
    await expect(place, file).toHaveAttribute("data-state", "refused");
    await expect(place, file).toContainText(`${file} was not taken`);
    await expect(page.locator("[data-name=field]", { has: input }), file).toContainText(reason);
    await expect(input).toHaveAttribute("aria-invalid", "true");
    await expect(input).toHaveAccessibleDescription(new RegExp(reason));
  }

  // Then a good one is chosen, and the complaint goes.
  await merchant.attaches("ID proof", "licence.png");
  await expect(input).not.toHaveAttribute("aria-invalid");
  await expect(page.locator("[data-name=checklist]").getByRole("listitem").filter({ hasText: "ID proof" })).toContainText("complete");
});

test("a file above 5 MB is refused before it is sent", async ({ merchant, page }) => {
  await merchant.signsIn("/customers/new");
  const sent: string[] = [];
  page.on("request", (request) => void (request.url().endsWith("/uploads") && sent.push(request.url())));
  const input = page.getByLabel("Address proof", { exact: true });
  await input.setInputFiles({ name: "scan.pdf", mimeType: "application/pdf", buffer: randomBytes(5 * 1024 * 1024 + 1) });
  await expect(merchant.upload("Address proof")).toHaveAttribute("data-state", "refused");
  await expect(page.locator("[data-name=field]", { has: input })).toContainText("larger than 5 MB");
  expect(sent).toEqual([]);
});

test("the server does not take it either", async ({ merchant }) => {
  await merchant.signsIn();
  const form = new FormData();
  form.append("file", new Blob([randomBytes(5 * 1024 * 1024 + 1)]), "scan.pdf");
  const answer = await merchant.fetches("/uploads", { method: "POST", body: form });
  expect(answer.status).toBe(413);
  expect(await answer.json()).toMatchObject({ status: 413, code: expect.any(String), detail: expect.stringContaining("5 MB") });
});

test("an upload shows its progress, and can be replaced and taken away", async ({ merchant, page }) => {
  await merchant.signsIn("/customers/new");
  let arrives = () => {};
  const arrival = new Promise<void>((resolve) => (arrives = resolve));
  await page.route("**/uploads", async (route) => {
    await arrival;
    await route.continue();
  });
  const place = merchant.upload("ID proof");
  await page.getByLabel("ID proof", { exact: true }).setInputFiles(path("specimen-passport.png"));
  await expect(place).toHaveAttribute("data-state", "uploading");
  await expect(place.getByRole("progressbar")).toHaveAccessibleName("Uploading specimen-passport.png");
  arrives();
  await expect(place).toHaveAttribute("data-state", "present");
  await expect(place).toContainText("specimen-passport.png");
  await expect(place).toContainText(/PNG, \d+ KB/);
  await expect(place.locator("img")).toBeVisible();

  await merchant.attaches("ID proof", "address-proof.pdf");
  await expect(place).toContainText("address-proof.pdf");
  await expect(place).not.toContainText("specimen-passport.png");

  await place.getByRole("button", { name: "Remove address-proof.pdf" }).click();
  await expect(place).toHaveAttribute("data-state", "empty");
  await merchant.fills({ "First name": "Elin", "Last name": "Nordquist" });
  const id = await merchant.creates();
  expect((await merchant.organisation.api.gets(`/customers/${id}`)).documents).toMatchObject({ id_proof: null });
});

test("a form that is sent while a file is on its way waits for it", async ({ merchant, page }) => {
  await merchant.signsIn("/customers/new");
  let arrives = () => {};
  const arrival = new Promise<void>((resolve) => (arrives = resolve));
  await page.route("**/uploads", async (route) => {
    await arrival;
    await route.continue();
  });
  await merchant.fills({ "First name": "Elin", "Last name": "Nordquist" });
  await page.getByLabel("ID proof", { exact: true }).setInputFiles(path("specimen-passport.png"));
  await page.getByRole("button", { name: "Create customer" }).click();
  await expect(page.getByText("Waiting for a file to finish uploading")).toBeVisible();
  arrives();
  await page.waitForURL(/\/customers\/customer_/);
  await expect(page.locator("[data-name=document]")).toContainText("specimen-passport.png");
});

test("a broken connection is told, and the file can be chosen again", async ({ merchant, page, complaints }) => {
  await merchant.signsIn("/customers/new");
  complaints.expects(/net::ERR_CONNECTION_RESET/);
  await page.route("**/uploads", (route) => route.abort("connectionreset"), { times: 1 });
  const input = page.getByLabel("ID proof", { exact: true });
  await input.setInputFiles(path("licence.png"));
  await expect(page.locator("[data-name=field]", { has: input })).toContainText("could not be reached");
  await merchant.attaches("ID proof", "licence.png");
});

test("a file can be dropped on its field", async ({ merchant, page }) => {
  await merchant.signsIn("/customers/new");
  const bytes = specimen("licence.png").bytes.toString("base64");
  const dropped = await page.evaluateHandle((bytes) => {
    const transfer = new DataTransfer();
    const content = Uint8Array.from(atob(bytes), (character) => character.charCodeAt(0));
    transfer.items.add(new File([content], "licence.png", { type: "image/png" }));
    return transfer;
  }, bytes);
  await page.getByLabel("ID proof", { exact: true }).evaluate((input: HTMLInputElement, transfer) => {
    // What a browser does itself with a file dropped on a file input.
    input.files = (transfer as DataTransfer).files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }, dropped);
  await expect(merchant.upload("ID proof")).toHaveAttribute("data-state", "present");
});
