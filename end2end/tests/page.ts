// The `test` that every file here uses: pages are asked for below the program's own address, and a test fails when the
// browser's console complains, which is how a hydration mismatch or a refused script shows.
import { type ConsoleMessage, test as base, expect, type Page } from "@playwright/test";

export { expect };

export const test = base.extend<{ complaints: string[] }>({
  baseURL: async ({}, use) => use(process.env.PURSER_TEST_URL),
  complaints: [
    async ({ page }, use) => {
      const complaints: string[] = [];
      page.on("console", (message: ConsoleMessage) => {
        if (["error", "warning"].includes(message.type())) complaints.push(message.text());
      });
      page.on("pageerror", (error) => complaints.push(error.message));
      await use(complaints);
      expect(complaints, "the browser's console").toEqual([]);
    },
    { auto: true },
  ],
});

// Resolves when the browser has taken the page over: from then on it answers without asking the server.
export async function hydrated(page: Page): Promise<void> {
  await page.waitForFunction(() => document.documentElement.dataset["hydrated"] === "true");
}
