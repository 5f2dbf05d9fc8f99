import { fileURLToPath } from "node:url";
import { deepEqual, equal, match, ok, throws } from "node:assert/strict";
import { releaseNotes } from "../../deploy/release/notes.ts";
import { billOfMaterials } from "../../deploy/release/sbom.ts";
import denoJson from "../../deno.json" with { type: "json" };
import { checkerTest } from "../optional.ts";
import { run } from "./container/root.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

Deno.test("the notes of a release are what the changelog says under its version", async () => {
  const changelog =
    "# Changelog\n\n## Unreleased\n\n## [1.1.0] - 2026-11-24\n\n### Added\n\n- A.\n\n" +
    "## 1.0.0 - 2026-01-01\n\n- B.\n";
  equal(releaseNotes(changelog, "1.1.0"), "### Added\n\n- A.\n");
  equal(releaseNotes(changelog, "1.0.0"), "- B.\n");
  throws(
    () => releaseNotes(changelog, "1.1"),
    /no heading for 1\.1; it has Unreleased, \[1\.1\.0\]/,
  );
  throws(() => releaseNotes(changelog, "Unreleased"), /nothing under/);
  match(releaseNotes(await Deno.readTextFile(`${root}CHANGELOG.md`), "Unreleased"), /^### Added/);
});

Deno.test("the bill of materials lists what the program runs, not its tests", async () => {
  const bill = await billOfMaterials(root);
  const components = bill["components"] as { group?: string; name: string; version: string }[];
  const versions = new Map(
    components.map(({ group, name, version }) => [group ? `${group}/${name}` : name, version]),
  );
  const imported = /^npm:\/?((?:@[^/]+\/)?[^@/]+)@([^/]+)/;
  const ofTests = ["autocannon", "playwright-core", "pngjs", "axe-core", "dockerfile-ast"];
  for (const name of ["hono", "onnxruntime-web", "zod", "fast-png", "h5wasm"]) {
    const [, , version] = imported.exec(Object(denoJson.imports)[name]) ?? [];
    equal(versions.get(name), version, name);
  }
  for (const name of ofTests) ok(!versions.has(name), name);
  // Every reference leads to something that is listed.
  const refs = new Set(components.map((one) => Object(one)["bom-ref"]));
  const dependencies = bill["dependencies"] as { dependsOn: string[] }[];
  deepEqual(dependencies.flatMap(({ dependsOn }) => dependsOn).filter((ref) => !refs.has(ref)), []);
});

checkerTest("the bill of materials is CycloneDX 1.6", ["python"], async (python) => {
  const file = await Deno.makeTempFile({ suffix: ".json" });
  try {
    await Deno.writeTextFile(file, JSON.stringify(await billOfMaterials(root)));
    const validate = `
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
print(JsonStrictValidator(SchemaVersion.V1_6).validate_str(open(sys.argv[1]).read()))`;
    equal((await run(python, "-c", validate, file)).trim(), "None");
  } finally {
    await Deno.remove(file);
  }
});
