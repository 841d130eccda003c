// The program under test: a folder of its own, a port of its own, and what it complains of while it runs.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Api } from "./api.ts";

const PROGRAM = process.env.PURSER_BIN ?? fileURLToPath(new URL("../../target/release/purser", import.meta.url));
const run = promisify(execFile);

// A tenant with its first ADMIN and an API key.
export interface Organisation {
  id: string;
  name: string;
  email: string;
  password: string;
  api: Api;
}

export interface OrganisationWish {
  name?: string;
  features?: ("customer_creation" | "sender_validation")[];
  sandbox?: boolean;
}

export class Purser {
  // Errors and panics in the program's log since somebody last looked.
  private faults: string[] = [];

  private constructor(
    readonly address: string,
    readonly data: string,
    private readonly process: ChildProcess,
    private readonly ended: Promise<number | null>,
  ) {}

  // Starts with an empty data folder.
  static async start(): Promise<Purser> {
    const data = mkdtempSync(join(tmpdir(), "purser-end2end-"));
    const purser = spawn(PROGRAM, ["serve"], {
      env: { ...environment(data), PURSER_ADDR: "127.0.0.1:0", NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ended = new Promise<number | null>((resolve) => purser.once("exit", resolve));
    const log: string[] = [];
    let faulty = (line: string) => void log.push(line);
    createInterface({ input: purser.stderr }).on("line", (line) => faulty(line));
    const address = await Promise.race([
      firstAddress(createInterface({ input: purser.stdout })),
      ended.then((code) => Promise.reject(new Error(`purser ended with ${code}: ${log.join("\n")}`))),
    ]);
    const started = new Purser(address, data, purser, ended);
    faulty = (line) => {
      if (/\bERROR\b|panicked at/.test(line)) started.faults.push(line);
    };
    return started;
  }

  takeFaults(): string[] {
    return this.faults.splice(0);
  }

  // Opens an organisation from the shell, as whoever runs an installation does.
  async opens(wish: OrganisationWish = {}): Promise<Organisation> {
    const { name = "Saltglass Exchange", features = ["customer_creation"], sandbox = true } = wish;
    const email = `mara.${unique()}@saltglass.example`;
    const words = ["admin", "create-organisation", "--name", name, "--email", email, "--json"];
    if (sandbox) words.push("--sandbox");
    for (const feature of features) words.push("--feature", feature);
    const { stdout } = await run(PROGRAM, words, { env: environment(this.data) });
    const told = JSON.parse(stdout) as { organisation_id: string; email: string; password: string; api_key: string };
    return {
      id: told.organisation_id,
      name,
      email: told.email,
      password: told.password,
      api: new Api(this.address, told.api_key),
    };
  }

  async stops(): Promise<void> {
    this.process.kill("SIGTERM");
    const code = await this.ended;
    rmSync(this.data, { recursive: true, force: true });
    if (code !== 0) throw new Error(`purser ended with ${code} after SIGTERM`);
  }
}

// Runs a subcommand on a data folder, which may be served meanwhile, and answers with what it printed.
export async function purser(data: string, ...words: string[]): Promise<string> {
  return (await run(PROGRAM, words, { env: environment(data), maxBuffer: 16 * 1024 * 1024 })).stdout;
}

let count = 0;

// A text that no other test of this run uses.
export function unique(): string {
  count += 1;
  return `${process.pid.toString(36)}${Date.now().toString(36)}${count.toString(36)}`;
}

function environment(data: string): NodeJS.ProcessEnv {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("PURSER_")));
  return { ...inherited, ...database(data), PURSER_DATA_DIR: data, PURSER_LOG: "warn" };
}

// On the server that PURSER_TEST_POSTGRES names, a database named after the folder, which purser makes; else the embedded one.
function database(data: string): NodeJS.ProcessEnv {
  const server = process.env.PURSER_TEST_POSTGRES;
  if (!server) return {};
  const url = new URL(server);
  url.pathname = `/${basename(data).toLowerCase().replaceAll(/[^a-z0-9]/g, "_")}`;
  return { PURSER_DATABASE_URL: url.href };
}

async function firstAddress(lines: AsyncIterable<string>): Promise<string> {
  for await (const line of lines) {
    const address = /^listening on (http:\/\/\S+)$/.exec(line)?.[1];
    if (address !== undefined) return address;
  }
  throw new Error("purser said no address");
}
