// A person at the portal. Says what people do; knows the words on the screen and nothing of how pages are made.
import { expect, type Locator, type Page } from "@playwright/test";
import type { Organisation } from "./purser.ts";
import { type Company, type Individual, path } from "./specimens.ts";

const SELECTS = ["Nationality", "Identification type", "Issuing country", "Account usage purpose", "Country", "Incorporation country"];

export class Merchant {
  constructor(
    readonly page: Page,
    readonly organisation: Organisation,
    // Without script there is nothing that takes the page over.
    private readonly scripted = true,
  ) {}

  // Opens an address and waits until the page answers by itself.
  async opens(address: string): Promise<void> {
    await this.page.goto(address);
    await this.hydrated();
  }

  async hydrated(): Promise<void> {
    if (this.scripted) await expect(this.page.locator("html")).toHaveAttribute("data-hydrated", "true");
  }

  // Signs in and lands on `next`.
  async signsIn(next = "/", password = this.organisation.password): Promise<void> {
    await this.opens(`/login?next=${encodeURIComponent(next)}`);
    await this.entersCredentials(password);
    await this.page.waitForURL((url) => url.pathname + url.search === next);
    await this.hydrated();
  }

  async entersCredentials(password = this.organisation.password): Promise<void> {
    await this.page.getByLabel("Email").fill(this.organisation.email);
    await this.page.getByLabel("Password").fill(password);
    await this.page.getByRole("button", { name: "Sign in" }).click();
  }

  async signsOut(): Promise<void> {
    await this.page.locator("summary", { hasText: this.organisation.email.split("@")[0] ?? "" }).click();
    await this.page.getByRole("button", { name: "Sign out" }).click();
    await this.page.waitForURL(/\/login/);
  }

  // Fills what is given into the form, by label.
  async fills(fields: Partial<Company>): Promise<void> {
    for (const [label, value] of Object.entries(fields)) await this.enters(label, value);
  }

  async enters(label: string, value: string): Promise<void> {
    const control = this.page.getByLabel(label, { exact: true });
    if (SELECTS.includes(label)) await control.selectOption({ label: value });
    else await control.fill(value);
  }

  async attaches(label: string, file: string): Promise<void> {
    await this.page.getByLabel(label, { exact: true }).setInputFiles(path(file));
    if (this.scripted) await expect(this.upload(label)).toHaveAttribute("data-state", "present");
  }

  // The place of a file in the form, with what became of the file.
  upload(label: string): Locator {
    const input = this.page.getByLabel(label, { exact: true });
    return this.page.locator("[data-name=field]", { has: input }).locator("[data-name=upload]");
  }

  // From the list to the customer's page.
  async addsIndividual(person: Individual): Promise<string> {
    await this.opens("/customers/new");
    await this.page.getByRole("radio", { name: "Individual" }).check();
    await this.fills(person);
    await this.attaches("ID proof", "specimen-passport.png");
    await this.attaches("Address proof", "address-proof.pdf");
    return this.creates();
  }

  async addsCompany(company: Company): Promise<string> {
    await this.opens("/customers/new");
    await this.page.getByRole("radio", { name: "Company" }).check();
    await this.fills(company);
    await this.attaches("Registration document", "registration.pdf");
    await this.attaches("ID proof", "licence.png");
    await this.attaches("Address proof", "address-proof.pdf");
    return this.creates();
  }

  // Answers with the new customer's id.
  async creates(): Promise<string> {
    await this.page.getByRole("button", { name: "Create customer" }).click();
    await this.page.waitForURL(/\/customers\/customer_[0-9a-f]{32}$/);
    return this.page.url().split("/").at(-1) ?? "";
  }

  async issuesWallet(currency: string): Promise<string> {
    await this.page.getByLabel("Currency", { exact: true }).selectOption(currency);
    await this.page.getByRole("button", { name: "Issue wallet" }).click();
    await this.page.waitForURL(/\/wallets\/wallet_[0-9a-f]{32}$/);
    return this.page.url().split("/").at(-1) ?? "";
  }

  async simulatesDeposit(fields: Record<string, string>): Promise<void> {
    for (const [label, value] of Object.entries(fields)) await this.page.getByLabel(label, { exact: true }).fill(value);
    await this.page.getByRole("button", { name: "Simulate deposit" }).click();
  }

  // The status of the customer whose page is open.
  get status(): Locator {
    return this.page.getByRole("status");
  }

  heading(name: string | RegExp): Locator {
    return this.page.getByRole("heading", { level: 1, name });
  }

  table(name: string): Locator {
    return this.page.getByRole("table", { name });
  }

  row(table: string, text: string | RegExp): Locator {
    return this.table(table).getByRole("row").filter({ hasText: text });
  }

  // The page of now and the page of later are the same document: nothing was loaded anew in between.
  async marksDocument(): Promise<() => Promise<void>> {
    await this.page.evaluate(() => void (document.documentElement.dataset["marked"] = "true"));
    return async () => {
      await expect(this.page.locator("html"), "the page was loaded anew").toHaveAttribute("data-marked", "true");
    };
  }

  // Asks the site for something with this person's cookies, outside any page.
  async fetches(address: string, init: RequestInit = {}): Promise<Response> {
    const cookies = await this.page.context().cookies();
    const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
    return fetch(`${this.organisation.api.address}${address}`, {
      redirect: "manual",
      ...init,
      headers: { ...init.headers, cookie },
    });
  }
}
