// What holds for every page, whatever it shows: the files it is made of, the headers it comes with, and that the
// browser takes it over without complaint.
import { readFileSync } from "node:fs";
import { expect, test } from "../support/test.ts";

test("a page may run its own scripts only", async ({ request }) => {
  const [first, second] = [await request.get("/login"), await request.get("/login")];
  const [one, two] = [first, second].map((answer) => answer.headers()["content-security-policy"] ?? "");
  const nonce = /script-src 'nonce-([^']+)' 'wasm-unsafe-eval';/.exec(one ?? "")?.[1];
  expect(nonce).toBeTruthy();
  expect(one, "each answer has a nonce of its own").not.toEqual(two);
  const html = await first.text();
  expect(html.match(/<script(?![^>]*nonce=)/g), "scripts without the nonce").toBeNull();
  expect(html).toContain(`nonce="${nonce}"`);
  expect(html.match(/\sstyle=/g), "inline styles").toBeNull();
  expect(first.headers()).toMatchObject({
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
  });
});

test("what a page is made of is kept for good, and small", async ({ request }) => {
  const html = await (await request.get("/login")).text();
  const addresses = [...html.matchAll(/(?:href|from )="?(\/[^"]+\?v=[0-9a-f]{16})/g)].map((match) => match[1] ?? "");
  for (const ending of ["purser.css", "purser.js", "purser.wasm", ".woff2", "favicon.svg"]) {
    expect(addresses.some((address) => address.includes(ending)), ending).toBe(true);
  }
  for (const address of addresses) {
    const answer = await request.get(address, { headers: { "accept-encoding": "br" } });
    expect(answer.status(), address).toBe(200);
    expect(answer.headers()["cache-control"], address).toBe("public, max-age=31536000, immutable");
    if (address.startsWith("/pkg/")) expect(answer.headers()["content-encoding"], address).toBe("br");
    const known = answer.headers()["etag"] ?? "";
    const again = await request.get(address, { headers: { "accept-encoding": "br", "if-none-match": known } });
    expect(again.status(), address).toBe(304);
  }
  const stale = await request.get("/pkg/purser.css?v=0000000000000000");
  expect(stale.headers()["cache-control"], "under another version's address").toBe("no-cache");
});

test("the browser's half stays small", () => {
  const packed = readFileSync(new URL("../../target/site/pkg/purser.wasm.br", import.meta.url));
  expect(packed.length).toBeLessThan(400_000);
});

test("an unknown address is told as one", async ({ merchant, page, complaints }) => {
  await merchant.signsIn();
  complaints.expects(/^404 GET .*no-such-page$/);
  const answer = await page.goto("/no-such-page");
  expect(answer?.status()).toBe(404);
  await expect(merchant.heading("Page not found")).toBeVisible();
  await merchant.hydrated();
  await page.getByRole("link", { name: "Go to the overview" }).click();
  await expect(merchant.heading("Overview")).toBeVisible();
});

test("health is told without a session", async ({ request }) => {
  for (const address of ["/healthz", "/readyz"]) expect((await request.get(address)).status(), address).toBe(200);
});

test("another site's page cannot change anything", async ({ request }) => {
  const answer = await request.post("/rpc/anything", { headers: { origin: "https://elsewhere.test" } });
  expect(answer.status()).toBe(403);
});
