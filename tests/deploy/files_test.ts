import { fileURLToPath } from "node:url";
import { deepEqual, ok } from "node:assert/strict";
import { parse } from "yaml";
import { checkerTest } from "../optional.ts";
import { run } from "./container/root.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const workflows = ["ci.yml", "release.yml"].map((name) => `${root}.github/workflows/${name}`);

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
});

Deno.test("the release builds and tries a binary of each target", async () => {
  const { jobs } = parse(await Deno.readTextFile(workflows[1] ?? ""));
  const files = (job: string) =>
    jobs[job].strategy.matrix.include.map(({ file }: { file: string }) => file).sort();
  deepEqual(files("binary"), files("try"));
  deepEqual(files("try").length, 5);
});
