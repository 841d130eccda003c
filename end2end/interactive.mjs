// When a page answers to hands, in headless Chromium: from the start of the navigation to the end of hydration, which
// marks <html data-hydrated>. Prints milliseconds as JSON. For `purser-bench`.
import { existsSync } from "node:fs";
import { chromium } from "playwright";

const [address] = process.argv.slice(2);
const rounds = 7;
const path = "/customers";

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? (existsSync("/usr/bin/chromium") ? "/usr/bin/chromium" : undefined),
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
});

// Signed in once; every round begins with these cookies and nothing else.
const door = await browser.newContext();
const page = await door.newPage();
await page.goto(`${address}/login`);
await page.getByLabel("Email").fill(process.env.PURSER_EMAIL);
await page.getByLabel("Password").fill(process.env.PURSER_PASSWORD);
await page.getByRole("button", { name: "Sign in" }).click();
await page.waitForURL((url) => url.pathname !== "/login");
const storageState = await door.storageState();

const hydrated = async (page) => {
  await page.goto(address + path, { waitUntil: "commit" });
  await page.locator("html[data-hydrated=true]").waitFor({ state: "attached" });
  return page.evaluate(() => performance.now());
};

const told = { cold_ms: [], warm_ms: [], without_script_ms: [] };
for (let round = 0; round < rounds; round += 1) {
  const plain = await browser.newContext({ storageState, javaScriptEnabled: false });
  const still = await plain.newPage();
  const began = performance.now();
  await still.goto(address + path, { waitUntil: "load" });
  told.without_script_ms.push(performance.now() - began);
  await plain.close();

  const context = await browser.newContext({ storageState });
  const live = await context.newPage();
  told.cold_ms.push(await hydrated(live));
  told.warm_ms.push(await hydrated(live));
  await context.close();
}
await browser.close();
console.log(JSON.stringify(told));
