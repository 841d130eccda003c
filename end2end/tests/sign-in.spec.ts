// Signing in and out, and what becomes of those who are not signed in.
import { Merchant } from "../support/merchant.ts";
import { expect, test } from "../support/test.ts";

test("a merchant signs in and out", async ({ merchant, page }) => {
  await merchant.opens("/");
  await expect(page).toHaveURL(/\/login$/);
  await merchant.entersCredentials();
  await expect(merchant.heading("Overview")).toBeVisible();
  await expect(page.getByText(merchant.organisation.name).first()).toBeVisible();
  await expect(page.getByText("SANDBOX", { exact: true })).toBeVisible();
  const before = await page.context().cookies();

  await merchant.hydrated();
  await merchant.signsOut();
  await expect(page.getByText("You are signed out.")).toBeVisible();
  await page.goto("/customers");
  await expect(page).toHaveURL(/\/login\?next=/);

  // The session is over on the server too, not only forgotten here.
  const cookie = before.map(({ name, value }) => `${name}=${value}`).join("; ");
  const answer = await fetch(`${merchant.organisation.api.address}/customers`, { redirect: "manual", headers: { cookie } });
  expect(answer.status).toBe(303);
});

test("the session's cookie is out of reach", async ({ merchant, page }) => {
  await merchant.signsIn();
  const session = (await page.context().cookies()).find(({ name }) => name === "__Host-session");
  expect(session).toMatchObject({ httpOnly: true, secure: true, sameSite: "Lax", path: "/" });
  expect(await page.evaluate(() => document.cookie)).toBe("");
});

test("signing in gives a session of its own each time", async ({ merchant, page }) => {
  const session = async () => (await page.context().cookies()).find(({ name }) => name === "__Host-session")?.value;
  await merchant.signsIn();
  const first = await session();
  await merchant.signsOut();
  await merchant.signsIn();
  expect(await session()).not.toBe(first);
});

test("a wrong password is told beside the field, and the e-mail stays", async ({ merchant, page }) => {
  await merchant.opens("/login?next=%2Fwallets");
  await merchant.entersCredentials("not the password");
  const alert = page.getByRole("alert");
  await expect(alert).toContainText("E-mail and password do not belong together");
  await expect(page.getByLabel("Email")).toHaveValue(merchant.organisation.email);
  await expect(page.getByLabel("Password")).toHaveValue("");
  await expect(page.getByLabel("Password")).toHaveAttribute("aria-invalid", "true");
  expect(page.url(), "nothing typed is in the address").not.toContain("saltglass");
  await merchant.hydrated();
  await alert.getByRole("link").click();
  await expect(page.getByLabel("Password")).toBeFocused();

  // The way on is not lost.
  await merchant.entersCredentials();
  await expect(merchant.heading("Wallets")).toBeVisible();
});

test("an unknown e-mail is told in the same words", async ({ merchant, page }) => {
  await merchant.opens("/login");
  await page.getByLabel("Email").fill("nobody@saltglass.example");
  await page.getByLabel("Password").fill("whatever");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toContainText("E-mail and password do not belong together");
});

test("guessing is braked, and says for how long", async ({ merchant, page, complaints }) => {
  await merchant.opens("/login");
  const told = page.getByRole("alert");
  for (let attempt = 0; attempt < 5; attempt += 1) {
    await merchant.entersCredentials(`guess ${attempt}`);
    await expect(told).toContainText("do not belong together");
    await merchant.hydrated();
  }
  complaints.expects(/^429 GET .*\/login/);
  await merchant.entersCredentials();
  await expect(told).toContainText(/Too many attempts. Try again in \d+ minutes?./);
});

test("the page that was asked for comes after signing in", async ({ merchant, page }) => {
  await merchant.opens("/wallets/new");
  await expect(page).toHaveURL(/\/login\?next=/);
  await merchant.entersCredentials();
  await expect(merchant.heading("Issue wallet")).toBeVisible();
  await expect(page).toHaveURL(/\/wallets\/new$/);
});

test("signing in leads to no other site", async ({ merchant, page }) => {
  for (const next of ["//evil.test/", "https://evil.test/", "/\\evil.test", "javascript:alert(1)"]) {
    await merchant.opens(`/login?next=${encodeURIComponent(next)}`);
    await merchant.entersCredentials();
    await expect(merchant.heading("Overview")).toBeVisible();
    expect(new URL(page.url()).origin).toBe(merchant.organisation.api.address);
    await merchant.hydrated();
    await merchant.signsOut();
  }
});

test("who is signed in has nothing to do on the sign-in page", async ({ merchant, page }) => {
  await merchant.signsIn();
  await page.goto("/login?next=%2Fsettings");
  await expect(page).toHaveURL(/\/settings$/);
});

test("signing out everywhere ends the other browser's session", async ({ merchant, page, browser, complaints }) => {
  await merchant.signsIn("/settings");
  const elsewhere = await browser.newContext({ baseURL: merchant.organisation.api.address });
  complaints.watch(elsewhere);
  const other = new Merchant(await elsewhere.newPage(), merchant.organisation);
  await other.signsIn("/customers");

  await page.getByRole("button", { name: "Sign out everywhere" }).click();
  await expect(page).toHaveURL(/\/login/);
  await other.page.reload();
  await expect(other.page).toHaveURL(/\/login\?next=/);
  await elsewhere.close();
});

test("a page whose session has ended leads to sign-in and back", async ({ merchant, page, complaints }) => {
  await merchant.signsIn("/customers");
  // Ended on the server while the page is open, as after two idle hours.
  await merchant.fetches("/logout", { method: "POST" });
  complaints.expects(/^401 .*\/rpc\//);
  await page.getByRole("navigation", { name: "Sections" }).getByRole("link", { name: "Wallets", exact: true }).click();
  await expect(page).toHaveURL(/\/login\?next=%2Fwallets$/);
  await merchant.entersCredentials();
  await expect(merchant.heading("Wallets")).toBeVisible();
});

test("a form that outlives its session keeps what was typed", async ({ merchant, page, complaints, context }) => {
  await merchant.signsIn("/customers/new");
  await merchant.fills({ "First name": "Elin", "Last name": "Nordquist" });
  await merchant.fetches("/logout", { method: "POST" });
  complaints.expects(/^401 POST .*\/rpc\//);
  await page.getByRole("button", { name: "Create customer" }).click();
  await expect(page.getByRole("alert")).toContainText("Your session has ended");
  await expect(page.getByLabel("First name", { exact: true })).toHaveValue("Elin");

  const tab = new Merchant(await context.newPage(), merchant.organisation);
  await tab.signsIn();
  await merchant.creates();
  await expect(merchant.heading("Elin Nordquist")).toBeVisible();
});

test("nothing is told to those who are not signed in", async ({ organisation }) => {
  const { address } = organisation.api;
  for (const path of ["/", "/customers", "/customers.csv", "/wallets", "/developers", "/settings", "/no-such-page"]) {
    const answer = await fetch(`${address}${path}`, { redirect: "manual" });
    expect(answer.status, path).toBe(303);
    expect(answer.headers.get("location"), path).toMatch(/^\/login/);
  }
  for (const path of ["/rpc/read_customers", "/uploads", "/customers/new"]) {
    const answer = await fetch(`${address}${path}`, { method: "POST", redirect: "manual" });
    expect(answer.status, path).toBe(401);
  }
});
