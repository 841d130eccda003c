// How the browser tests run: against the release that `make build` made, started once for all of them with an empty
// data folder of its own (tests/purser.ts), in the Chromium that this machine has.
import { existsSync } from "node:fs";
import { defineConfig, devices } from "@playwright/test";

// The same places in the same order as .ci/setup; none of them: the one that Playwright has downloaded.
const chromium = [process.env.PURSER_CHROMIUM, "/usr/bin/chromium", "/usr/bin/google-chrome"].find(
  (path) => path !== undefined && existsSync(path),
);

export default defineConfig({
  testDir: "tests",
  outputDir: "test-results",
  fullyParallel: true,
  forbidOnly: process.env.CI !== undefined,
  workers: 2,
  timeout: 30_000,
  reporter: "list",
  globalSetup: "./tests/purser.ts",
  use: {
    ...devices["Desktop Chrome"],
    viewport: { width: 1280, height: 800 },
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: chromium,
      args: [
        // Chromium's sandbox refuses to run as root, which containers are.
        ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
