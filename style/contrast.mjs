// Checks that the colours of `tokens.css` can be read, in both themes: `node style/contrast.mjs`.
//
// Text on its ground at least 7:1, secondary text and signal words 4.5:1, borders of controls and icons that mean
// something 3:1 (WCAG 2.2, 1.4.3, 1.4.6 and 1.4.11). Ends with 1 and the pairs when one falls short.

import { readFileSync } from "node:fs";

const css = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");
const tokens = new Map([...css.matchAll(/^\s*--([a-z0-9-]+):\s*(.+);$/gm)].map((found) => [found[1], found[2]]));

const signals = ["positive", "caution", "critical", "info"];
const grounds = ["ground", "page", "surface", "raised", "pointed", "pressed"];
const pairs = [
  ...grounds.map((ground) => ["text", ground, 7]),
  ...grounds.map((ground) => ["text-soft", ground, 4.5]),
  ...grounds.map((ground) => ["text-strong-soft", ground, 4.5]),
  ...grounds.map((ground) => ["accent-text", ground, 4.5]),
  ...["page", "surface", "raised"].map((ground) => ["control-line", ground, 3]),
  ...["ground", "page", "surface"].map((ground) => ["focus", ground, 3]),
  ["text", "neutral-6", 7],
  ["accent-text", "neutral-6", 4.5],
  ["accent-on", "accent-solid", 7],
  ["accent-on", "accent-solid-over", 7],
  ["accent-text", "accent-wash", 4.5],
  ["text", "accent-wash", 7],
  ["critical-on", "critical-solid", 4.5],
  ["critical-on", "critical-solid-over", 4.5],
  ["text", "selected", 7],
  ["accent-solid", "surface", 3],
  ["accent-chart", "surface", 3],
  ...signals.flatMap((signal) => [
    [`${signal}-text`, `${signal}-wash`, 7],
    [`${signal}-text`, "surface", 7],
    [`${signal}-mark`, `${signal}-wash`, 3],
    [`${signal}-mark`, "surface", 3],
    ["text", `${signal}-wash`, 7],
    ["text-soft", `${signal}-wash`, 4.5],
    ["accent-text", `${signal}-wash`, 4.5],
  ]),
];

/** The colour of a token in one theme as `[lightness, chroma, hue]`. */
function colour(name, dark) {
  const text = tokens.get(name);
  if (text === undefined) throw new Error(`no token --${name}`);
  const named = /^var\(--([a-z0-9-]+)\)$/.exec(text);
  if (named) return colour(named[1], dark);
  const both = [...text.matchAll(/oklch\(([\d.]+) ([\d.]+) ([\d.]+)/g)].map((found) => found.slice(1).map(Number));
  if (both.length !== 2) throw new Error(`--${name} is not a pair of colours: ${text}`);
  return both[dark ? 1 : 0];
}

/** Relative luminance (WCAG) of a colour in OKLCH, cut to sRGB. */
function luminance([lightness, chroma, hue]) {
  const angle = (hue * Math.PI) / 180;
  const [a, b] = [chroma * Math.cos(angle), chroma * Math.sin(angle)];
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const cut = (channel) => Math.min(1, Math.max(0, channel));
  return (
    0.2126 * cut(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s) +
    0.7152 * cut(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s) +
    0.0722 * cut(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s)
  );
}

const short = [];
for (const dark of [false, true]) {
  for (const [front, back, least] of pairs) {
    const [one, other] = [luminance(colour(front, dark)), luminance(colour(back, dark))];
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (ratio < least) short.push(`${dark ? "dark" : "light"}: ${front} on ${back} is ${ratio.toFixed(2)}:1, needs ${least}:1`);
  }
}
if (short.length > 0) {
  console.error(short.join("\n"));
  process.exit(1);
}
console.log(`${pairs.length * 2} pairs of colours can be read`);
