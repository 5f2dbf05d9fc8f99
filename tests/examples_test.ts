import { deepEqual, equal, match } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { checkerTest } from "./optional.ts";
import { listen } from "./service.ts";

const examples = fileURLToPath(new URL("../examples/", import.meta.url));

checkerTest(
  "the examples in shell, Python and TypeScript print the same results",
  ["python"],
  async (python) => {
    await using service = await listen();
    const folder = await Deno.makeTempDir();
    try {
      const run = async (program: string, ...args: string[]) => {
        const { code, stdout, stderr } = await new Deno.Command(program, {
          args,
          cwd: folder,
          env: { MITOSIS_URL: service.url.replace(/\/$/, "") },
        }).output();
        equal(code, 0, new TextDecoder().decode(stderr));
        return new TextDecoder().decode(stdout);
      };
      const fromPython = await run(python, `${examples}python.py`);
      match(
        fromPython,
        /^metaphase\.png: \d\.\d{4}\nstroma\.png: \d\.\d{4}\nfield\.png: \d+ mitoses\n$/,
      );
      equal(
        await run(Deno.execPath(), "run", "-A", `${examples}typescript.ts`, service.url),
        fromPython,
      );

      const [first = ""] = (await run("bash", `${examples}curl.sh`)).split("\n");
      const { predictions } = JSON.parse(first);
      const rounded = predictions.map((one: { probability: number }) => one.probability.toFixed(4));
      deepEqual(rounded, [...fromPython.matchAll(/png: (\d\.\d+)/g)].map(([, text]) => text));
      const field = JSON.parse(await Deno.readTextFile(`${folder}/field.geojson`));
      equal(field.type, "FeatureCollection");
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);
