import { deepEqual, equal } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { findCycle, forbiddenImports, type Import } from "./layers.ts";

const root = new URL("../", import.meta.url);
const source = new URL("src/", root);

/** What of `deno info --json` is read. */
interface ModuleGraph {
  readonly modules: readonly {
    readonly specifier: string;
    readonly dependencies?: readonly {
      readonly code?: { readonly specifier?: string };
      readonly type?: { readonly specifier?: string };
    }[];
  }[];
}

/** Lists every import between two files of `src/`, imports of types too, from Deno's module graph. */
async function listImports(): Promise<Import[]> {
  const folder = await Deno.makeTempDir();
  try {
    const entry = `${folder}/all.ts`;
    const files = await filesBelow(source);
    await Deno.writeTextFile(entry, files.map((file) => `import "${file}";\n`).join(""));
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", `--config=${fileURLToPath(new URL("deno.json", root))}`, entry],
    }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    const { modules }: ModuleGraph = JSON.parse(new TextDecoder().decode(stdout));
    return modules.flatMap(({ specifier, dependencies = [] }) =>
      dependencies.flatMap(({ code, type }) =>
        [code?.specifier, type?.specifier]
          .filter((to) => to !== undefined)
          .map((to) => ({ from: belowSource(specifier), to: belowSource(to) }))
      )
    ).filter(({ from, to }) => from.endsWith(".ts") && to.endsWith(".ts"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Returns the path below `src/`, or nothing for what lies elsewhere. */
function belowSource(specifier: string): string {
  return specifier.startsWith(source.href) ? specifier.slice(source.href.length) : "";
}

async function filesBelow(folder: URL): Promise<string[]> {
  const files: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) files.push(...await filesBelow(new URL(`${name}/`, folder)));
    else if (name.endsWith(".ts")) files.push(new URL(name, folder).href);
  }
  return files;
}

Deno.test("every import in src/ goes down the table of layers, and none goes in a circle", async () => {
  const imports = await listImports();
  equal(imports.some(({ from, to }) => from === "cli/serve.ts" && to === "config.ts"), true);
  deepEqual(forbiddenImports(imports), []);
  equal(findCycle(imports), undefined);
});

Deno.test("an import up the table, between two folders of a layer, or in a circle is found", () => {
  deepEqual(
    forbiddenImports([
      { from: "image/tiles.ts", to: "search/search.ts" },
      { from: "patch/load.ts", to: "result/result.ts" },
      { from: "model/bundle.ts", to: "model/import/ibm.ts" },
      { from: "somewhere/else.ts", to: "errors.ts" },
      { from: "search/candidates/candidates.ts", to: "search/score.ts" },
    ]),
    [
      "image/tiles.ts imports search/search.ts",
      "patch/load.ts imports result/result.ts",
      "model/bundle.ts imports model/import/ibm.ts",
      "somewhere/else.ts is in no layer",
    ],
  );
  const circle = [{ from: "a", to: "b" }, { from: "b", to: "c" }, { from: "c", to: "b" }];
  deepEqual(findCycle(circle), ["b", "c", "b"]);
});
