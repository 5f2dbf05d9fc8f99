/**
 * `deno task docs`: writes `docs/reference.md` and the table of layers in `docs/architecture.md`, so that
 * they say what the program's tables say.
 *
 * @module
 */
import { layersTable } from "./generate/layers.ts";
import { format } from "./generate/markdown.ts";
import { reference } from "./generate/reference.ts";

const folder = new URL("./", import.meta.url);

/** Lines of `docs/architecture.md` between which the table of layers is written. */
const [LAYERS_START, LAYERS_END] = [
  "<!-- layers: start -->",
  "<!-- layers: end -->",
];

/** A page that is generated, in whole or in part. */
export interface GeneratedPage {
  /** Its path below `docs/`. */
  readonly path: string;
  /** What it has to say. */
  readonly text: string;
}

/** Generates the pages, formatted, without writing them. */
export async function generatePages(): Promise<GeneratedPage[]> {
  const architecture = await Deno.readTextFile(new URL("architecture.md", folder));
  return [
    { path: "reference.md", text: await format(await reference()) },
    { path: "architecture.md", text: await format(withLayers(architecture)) },
  ];
}

/** Replaces what is between the two marks. */
function withLayers(page: string): string {
  const [before, rest] = page.split(LAYERS_START);
  const [, after] = rest?.split(LAYERS_END) ?? [];
  if (before === undefined || after === undefined) {
    throw new Error(`docs/architecture.md lacks '${LAYERS_START}' or '${LAYERS_END}'`);
  }
  return `${before}${LAYERS_START}\n\n${layersTable()}\n\n${LAYERS_END}${after}`;
}

if (import.meta.main) {
  for (const { path, text } of await generatePages()) {
    await Deno.writeTextFile(new URL(path, folder), text);
  }
  console.log("wrote docs/reference.md and the table of layers in docs/architecture.md");
}
