// Build the two bundles and the text of the licences of what is in them. Usage: node build.mjs [FOLDER]
import { readFile, readdir, writeFile } from "node:fs/promises"
import { dirname, join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"

const here = dirname(fileURLToPath(import.meta.url))
const out = resolve(process.argv[2] ?? join(here, "..", "static"))
const packages = new Set()

for (const name of ["graph", "editor"]) {
  const result = await build({
    absWorkingDir: here,
    entryPoints: [`${name}.js`],
    outfile: join(out, `${name}.bundle.js`),
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    metafile: true,
    banner: { js: `/* Sightlines: ${name}; licences of the bundled parts: LICENSES.txt */` },
  })
  for (const path of Object.keys(result.metafile.inputs)) {
    const found = path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)
    if (found) packages.add(found[1])
  }
}

const texts = []
for (const name of [...packages].sort()) {
  const folder = join(here, "node_modules", name)
  const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"))
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry))
  if (!file) throw new Error(`${name} has no licence file`)
  texts.push(`${name} ${version} (${license})\n\n${(await readFile(join(folder, file), "utf8")).trim()}\n`)
}
await writeFile(join(out, "LICENSES.txt"), `Parts of other projects in the bundles of this folder.\n\n${texts.join(`\n${"-".repeat(100)}\n\n`)}`)
