// Starts the program under test with an empty data folder on a free port, and stops it after the last test.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../../target/release/purser", import.meta.url));

export default async function start(): Promise<() => Promise<void>> {
  const data = mkdtempSync(join(tmpdir(), "purser-end2end-"));
  const purser = spawn(PROGRAM, ["serve"], {
    env: { ...process.env, PURSER_ADDR: "127.0.0.1:0", PURSER_DATA_DIR: data, PURSER_LOG: "warn" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<number | null>((resolve) => purser.once("exit", resolve));
  const address = await Promise.race([
    firstAddress(createInterface({ input: purser.stdout })),
    ended.then((code) => Promise.reject(new Error(`purser ended with ${code} before it listened`))),
  ]);
  process.env.PURSER_TEST_URL = address;
  return async () => {
    purser.kill("SIGTERM");
    const code = await ended;
    rmSync(data, { recursive: true, force: true });
    if (code !== 0) throw new Error(`purser ended with ${code} after SIGTERM`);
  };
}

async function firstAddress(lines: AsyncIterable<string>): Promise<string> {
  for await (const line of lines) {
    const address = /^listening on (http:\/\/\S+)$/.exec(line)?.[1];
    if (address !== undefined) return address;
  }
  throw new Error("purser said no address");
}
