// How the browser tests run: against the release that `make build` made (or PURSER_BIN), each worker with a program and
// a data folder of its own (support/purser.ts), in the Chromium that this machine has.
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
  // A flake is a fault: its cause is removed, it is not run again.
  retries: 0,
  timeout: 60_000,
  // Longer than anything takes on a busy machine: what must be quick says so where it is tested.
  expect: { timeout: 10_000 },
  reporter: "list",
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
