// The `test` that every file here uses. Each worker has a program of its own, each test an organisation of its own, and
// a test fails when the browser's console, a request or the program's log complains of anything that it did not declare.
import { type BrowserContext, test as base, expect } from "@playwright/test";
import { type Demo, demonstrate } from "./demo.ts";
import { Merchant } from "./merchant.ts";
import { type Populated, populate } from "./populated.ts";
import { type Organisation, Purser } from "./purser.ts";

export { expect };

// What nobody wants to hear.
export class Complaints {
  private readonly heard: string[] = [];
  private readonly expected: RegExp[] = [];

  watch(context: BrowserContext, scripted = true): void {
    context.on("console", (message) => {
      const text = message.text();
      // The request itself is heard below, with its status.
      if (text.startsWith("Failed to load resource: the server responded with a status of")) return;
      if (!scripted && text.includes("preloaded using link preload but not used")) return;
      if (["error", "warning"].includes(message.type())) this.hear(`console ${message.type()}: ${text}`);
    });
    context.on("weberror", (error) => this.hear(`page error: ${error.error().message}`));
    context.on("response", (answer) => {
      if (answer.status() >= 400) this.hear(`${answer.status()} ${answer.request().method()} ${answer.url()}`);
    });
    context.on("requestfailed", (request) => {
      const why = request.failure()?.errorText ?? "";
      // Leaving a page ends what it was still asking.
      if (why === "net::ERR_ABORTED") return;
      // Where script is off the browser counts what is preloaded for it as refused.
      if (!scripted && why === "csp" && request.url().includes("/pkg/purser.")) return;
      this.hear(`${why} ${request.method()} ${request.url()}`);
    });
  }

  hear(complaint: string): void {
    this.heard.push(complaint);
  }

  // Declares a complaint that belongs to what is tested. One that then does not come is a fault too.
  expects(complaint: RegExp): void {
    this.expected.push(complaint);
  }

  settle(): void {
    const unexpected = this.heard.filter((text) => !this.expected.some((pattern) => pattern.test(text)));
    expect(unexpected, "what browser and program complained of").toEqual([]);
    const missing = this.expected.filter((pattern) => !this.heard.some((text) => pattern.test(text)));
    expect(missing, "declared, but not heard").toEqual([]);
  }
}

interface Fixtures {
  organisation: Organisation;
  merchant: Merchant;
  complaints: Complaints;
}

export const test = base.extend<Fixtures, { purser: Purser; populated: Populated; demo: Demo }>({
  purser: [
    async ({}, use) => {
      const purser = await Purser.start();
      await use(purser);
      await purser.stops();
    },
    { scope: "worker" },
  ],
  // The same small story each time, for outlines; and a busy organisation. Tests only look at both.
  populated: [async ({ purser }, use) => use(await populate(await purser.opens())), { scope: "worker" }],
  demo: [async ({ purser }, use) => use(await demonstrate(purser)), { scope: "worker" }],
  baseURL: async ({ purser }, use) => use(purser.address),
  organisation: async ({ purser }, use) => use(await purser.opens()),
  merchant: async ({ page, organisation, javaScriptEnabled }, use) =>
    use(new Merchant(page, organisation, javaScriptEnabled !== false)),
  complaints: [
    async ({ context, purser, javaScriptEnabled }, use) => {
      const complaints = new Complaints();
      complaints.watch(context, javaScriptEnabled !== false);
      purser.takeFaults();
      await use(complaints);
      for (const fault of purser.takeFaults()) complaints.hear(`log: ${fault}`);
      complaints.settle();
    },
    { auto: true },
  ],
});
