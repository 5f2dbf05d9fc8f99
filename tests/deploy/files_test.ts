import { fileURLToPath } from "node:url";
import { deepEqual, equal, match, ok } from "node:assert/strict";
import containerDeno from "../../deploy/container/deno/package.json" with { type: "json" };
import { parse } from "npm:yaml@2.9.1";
import { checkerTest } from "../optional.ts";
import { run } from "./container/root.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = `${root}.github/workflows`;
const workflows = [...Deno.readDirSync(folder)].map(({ name }) => `${folder}/${name}`).sort();

checkerTest("hadolint passes the Dockerfile", ["hadolint"], async (hadolint) => {
  await run(hadolint, `${root}Dockerfile`);
});

checkerTest(
  "actionlint, zizmor and the schemas pass the workflows and Renovate's configuration",
  ["actionlint", "zizmor", "check-jsonschema"],
  async (actionlint, zizmor, check) => {
    await run(actionlint, ...workflows);
    await run(zizmor, "--offline", "--no-progress", `${root}.github`);
    await run(check, "--builtin-schema", "vendor.github-workflows", ...workflows);
    await run(check, "--builtin-schema", "vendor.renovate", `${root}.github/renovate.json`);
  },
);

Deno.test("actions are pinned by commit, and each is used at one version", async () => {
  const used = new Map<string, string>();
  for (const workflow of workflows) {
    const text = await Deno.readTextFile(workflow);
    for (const [, action = "", at = ""] of text.matchAll(/uses: ([^.@\s]+)@(.+)$/gm)) {
      ok(/^[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(at), `${action}@${at}`);
      ok((used.get(action) ?? at) === at, `${action} is used at two versions`);
      used.set(action, at);
    }
  }
  ok(used.size >= 8);
});

Deno.test("one version of Deno is named everywhere", async () => {
  const files = (await run("git", "-C", root, "ls-files")).trim().split("\n");
  const named = new Map<string, string>();
  for (const file of files) {
    if (!/(\.md|\.yml|Dockerfile|\.ci\/run)$/.test(file)) continue;
    const text = await Deno.readTextFile(`${root}${file}`);
    for (
      const [, version = ""] of text.matchAll(
        /(?:\bdeno@|DENO_VERSION=|deno-version: )(\d+\.\d+\.\d+)/g,
      )
    ) named.set(version, file);
  }
  deepEqual([...named.keys()], [Deno.version.deno]);
  equal(containerDeno.dependencies.deno, Deno.version.deno);
});

Deno.test("the Dockerfile installs Deno from a lock file with the integrity of each package", async () => {
  const dockerfile = await Deno.readTextFile(`${root}Dockerfile`);
  match(dockerfile, /npm ci --ignore-scripts/);
  ok(!/npm (install|i|exec) |npx /.test(dockerfile), "only npm ci checks the lock file");
  const { packages } = JSON.parse(
    await Deno.readTextFile(`${root}deploy/container/deno/package-lock.json`),
  );
  const locked = Object.entries<{ version: string; integrity?: string }>(packages)
    .filter(([path]) => path !== "");
  for (const [path, { version, integrity }] of locked) {
    match(integrity ?? "", /^sha512-/, path);
    equal(version, Deno.version.deno, path);
  }
  for (const system of ["linux-x64-glibc", "linux-arm64-glibc"]) {
    ok(locked.some(([path]) => path === `node_modules/@deno/${system}`), system);
  }
});

Deno.test("Renovate pins base images by digest, and the workflows look for known vulnerabilities", async () => {
  const renovate = JSON.parse(await Deno.readTextFile(`${root}.github/renovate.json`));
  // The preset holds docker:pinDigests; no rule of ours takes it back.
  ok(renovate.extends.includes("config:best-practices"));
  ok(!JSON.stringify(renovate).includes('"pinDigests":false'));
  const { jobs } = parse(await Deno.readTextFile(`${folder}/security.yml`));
  deepEqual(Object.keys(jobs), ["advisories", "osv", "codeql"]);
  match(
    await Deno.readTextFile(`${folder}/security.yml`),
    /deno audit --level=high --ignore-registry-errors/,
  );
});

Deno.test("the release builds and tries a binary of each target", async () => {
  const { jobs } = parse(await Deno.readTextFile(`${folder}/release.yml`));
  const files = (job: string) =>
    jobs[job].strategy.matrix.include.map(({ file }: { file: string }) => file).sort();
  deepEqual(files("binary"), files("try"));
  deepEqual(files("try").length, 5);
});
