// Makes target/site, which the server carries inside itself: bundles the stylesheet, packs the browser's half of the
// application, copies public/, and writes each file's compressed forms beside it. Addresses inside the stylesheet get
// the same `?v=` as the server gives them: the first 16 hexadecimal digits of the content's SHA-256.
//
//   node .ci/site.mjs          everything; needs target/bindgen from wasm-bindgen and wasm-opt
//   node .ci/site.mjs --style  the stylesheet alone, to target/style/purser.css, and again at each change
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const { build, context } = createRequire(new URL("../end2end/package.json", import.meta.url))("esbuild");

const SITE = "target/site";
const MAKING = "target/site.making";
const COMPRESSIBLE = /\.(css|js|json|svg|txt|wasm|webmanifest)$/;
// Below this many bytes a compressed form saves less than its header costs.
const COMPRESSED_BYTES_MIN = 512;

const version = (bytes) => createHash("sha256").update(bytes).digest("hex").slice(0, 16);

// `url(/fonts/…)` in the stylesheet names a file in public/: leave it, but address it by its content.
const addressPublicFiles = {
  name: "address-public-files",
  setup({ onResolve }) {
    onResolve({ filter: /^\// }, ({ path, kind }) => {
      if (kind !== "url-token") return undefined;
      const file = join("public", path);
      if (!existsSync(file)) return { errors: [{ text: `public${path} does not exist` }] };
      return { path: `${path}?v=${version(readFileSync(file))}`, external: true };
    });
  },
};

const style = (outfile) => ({
  entryPoints: ["style/main.css"],
  outfile,
  bundle: true,
  minify: true,
  logLevel: "warning",
  // Nesting and light-dark() stay as written: every browser we serve knows them.
  target: ["chrome123", "firefox128", "safari17.5"],
  plugins: [addressPublicFiles],
});

const script = (outfile) => ({
  entryPoints: ["target/bindgen/purser.js"],
  outfile,
  bundle: true,
  minify: true,
  format: "esm",
  logLevel: "warning",
  target: ["chrome123", "firefox128", "safari17.5"],
});

function files(folder) {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((name) => statSync(name).isFile());
}

function compress(name) {
  const bytes = readFileSync(name);
  if (!COMPRESSIBLE.test(name) || bytes.length < COMPRESSED_BYTES_MIN) return;
  const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } };
  writeFileSync(`${name}.br`, brotliCompressSync(bytes, brotli));
  writeFileSync(`${name}.gz`, gzipSync(bytes, { level: 9 }));
}

function report(folder) {
  for (const name of files(folder).filter((name) => existsSync(`${name}.br`))) {
    const [raw, brotli] = [name, `${name}.br`].map((one) => (statSync(one).size / 1000).toFixed(1));
    console.error(`  ${name.slice(folder.length + 1).padEnd(18)} ${raw.padStart(8)} kB  ${brotli.padStart(7)} kB in brotli`);
  }
}

async function site() {
  rmSync(MAKING, { recursive: true, force: true });
  cpSync("public", MAKING, { recursive: true, filter: (name) => !name.endsWith(".md") });
  mkdirSync(join(MAKING, "pkg"), { recursive: true });
  await Promise.all([build(style(join(MAKING, "pkg/purser.css"))), build(script(join(MAKING, "pkg/purser.js")))]);
  cpSync("target/bindgen/purser.wasm", join(MAKING, "pkg/purser.wasm"));
  files(MAKING).forEach(compress);
  rmSync(SITE, { recursive: true, force: true });
  mkdirSync(dirname(SITE), { recursive: true });
  renameSync(MAKING, SITE);
  report(SITE);
}

if (process.argv[2] === "--style") {
  await (await context(style("target/style/purser.css"))).watch();
} else {
  await site();
}
