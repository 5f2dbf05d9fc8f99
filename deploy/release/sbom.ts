/**
 * `deno run -A deploy/release/sbom.ts`: prints the program's software bill of materials in the format
 * CycloneDX 1.6. It lists the npm packages that the program uses, Deno, and the embedded model.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { Buffer } from "node:buffer";
import denoJson from "../../deno.json" with { type: "json" };
import manifest from "../../model/manifest.json" with { type: "json" };
import { type CachedPackage, readPackages } from "../packages.ts";

/** Creates the bill of materials, ready to be written as JSON. */
export async function billOfMaterials(root: string): Promise<Record<string, unknown>> {
  const { npm: locked } = JSON.parse(await Deno.readTextFile(`${root}deno.lock`));
  const { all, imported, reached } = await readPackages(root);
  const packages = [...all].filter(([key]) => reached.has(key));
  const refs = new Map(packages.map(([key, found]) => [key, purl(found)]));
  const refsOf = (keys: Iterable<string>) =>
    [...new Set([...keys].flatMap((key) => refs.get(key) ?? []))].sort();
  const self = `pkg:generic/mitosis@${denoJson.version}`;
  const deno = `pkg:npm/deno@${Deno.version.deno}`;
  const model = `pkg:generic/${encodeURIComponent(manifest.id)}@${manifest.version}`;
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${crypto.randomUUID()}`,
    version: 1,
    metadata: {
      timestamp: new Date().toISOString(),
      component: {
        type: "application",
        "bom-ref": self,
        name: "mitosis",
        version: denoJson.version,
        licenses: [{ expression: denoJson.license }],
        purl: self,
      },
    },
    components: [
      {
        type: "platform",
        "bom-ref": deno,
        name: "deno",
        version: Deno.version.deno,
        licenses: [{ expression: "MIT" }],
        purl: deno,
      },
      {
        type: "machine-learning-model",
        "bom-ref": model,
        name: manifest.name,
        version: manifest.version,
        licenses: [{ expression: manifest.license }],
        hashes: [{ alg: "SHA-256", content: manifest.network.sha256 }],
        purl: model,
      },
      ...await Promise.all(packages.map(([key, found]) => library(found, locked[key]?.integrity))),
    ],
    dependencies: [
      { ref: self, dependsOn: [deno, model, ...refsOf(imported)] },
      ...packages.map(([, found]) => ({
        ref: purl(found),
        dependsOn: refsOf(found.dependencies),
      })),
    ],
  };
}

/** Describes an npm package. */
async function library(
  found: CachedPackage,
  integrity: string | undefined,
): Promise<Record<string, unknown>> {
  const { license } = JSON.parse(await Deno.readTextFile(`${found.localPath}/package.json`));
  const [group, name] = found.name.startsWith("@") ? found.name.split("/") : [, found.name];
  const [, digest] = /^sha512-(.*)$/.exec(integrity ?? "") ?? [];
  if (digest === undefined) throw new Error(`deno.lock has no SHA-512 of ${found.name}.`);
  return {
    type: "library",
    "bom-ref": purl(found),
    ...(group === undefined ? {} : { group }),
    name,
    version: found.version,
    ...(typeof license === "string" ? { licenses: [{ expression: license }] } : {}),
    hashes: [{ alg: "SHA-512", content: Buffer.from(digest, "base64").toString("hex") }],
    purl: purl(found),
  };
}

/** Returns the package URL of an npm package. */
function purl({ name, version }: CachedPackage): string {
  return `pkg:npm/${name.replace("@", "%40")}@${version}`;
}

if (import.meta.main) {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  console.log(JSON.stringify(await billOfMaterials(root), undefined, 2));
}
