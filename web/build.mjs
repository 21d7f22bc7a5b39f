// Builds src/rehabkit/report/static/report.js; with --check it only compares.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "../src/rehabkit/report/static/report.js");

// The hash lets a test compare the built file with its source where there is no Node.
const hash = createHash("sha256");
for (const name of readdirSync(join(here, "src")).sort()) {
  hash.update(name + "\n" + readFileSync(join(here, "src", name), "utf8"));
}
const result = await build({
  entryPoints: [join(here, "src/main.ts")],
  bundle: true,
  write: false,
  format: "iife",
  target: "es2020",
  charset: "ascii",
  banner: { js: `/* Built from web/src by \`npm run build\` (source ${hash.digest("hex")}); do not edit. */` },
});
const text = result.outputFiles[0].text.replaceAll("</script", "<\\/script");

if (process.argv.includes("--check")) {
  if (readFileSync(target, "utf8") !== text) {
    console.error("report.js is not what web/src builds: run `npm run build` in web/.");
    process.exit(1);
  }
} else writeFileSync(target, text);
