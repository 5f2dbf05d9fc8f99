/**
 * The layers of `src/`, from top to bottom. A file may import files of its own folder and of the layers
 * below its own. Folders of one layer do not import each other.
 */
export const layers: readonly (readonly string[])[] = [
  ["cli", "library"],
  ["service"],
  ["routes"],
  ["http"],
  ["access", "observability", "oip"],
  ["slide_jobs"],
  ["evaluation", "model/import", "slide_folder", "slide_search"],
  ["page", "search"],
  ["patch", "result", "slide"],
  ["inference"],
  ["model"],
  ["image"],
  ["files", "worker"],
  ["config.ts"],
  ["errors.ts", "random.ts", "research_use.ts", "retry_after.ts", "version.ts"],
];

/** One import between two files of `src/`, as paths below it. */
export interface Import {
  readonly from: string;
  readonly to: string;
}

/** Returns the imports that {@linkcode layers} does not allow, and files that no layer names. */
export function forbiddenImports(imports: readonly Import[]): string[] {
  return imports.flatMap(({ from, to }) => {
    const [upper, lower] = [placeOf(from), placeOf(to)];
    if (upper === undefined) return [`${from} is in no layer`];
    if (lower === undefined) return [`${to} is in no layer`];
    const isAllowed = upper.folder === lower.folder || upper.layer < lower.layer;
    return isAllowed ? [] : [`${from} imports ${to}`];
  });
}

/** Returns one cycle of imports as a list of files, or undefined where there is none. */
export function findCycle(imports: readonly Import[]): string[] | undefined {
  const next = Map.groupBy(imports, ({ from }) => from);
  const finished = new Set<string>();
  function visit(file: string, path: readonly string[]): string[] | undefined {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (finished.has(file)) return undefined;
    for (const { to } of next.get(file) ?? []) {
      const cycle = visit(to, [...path, file]);
      if (cycle !== undefined) return cycle;
    }
    finished.add(file);
    return undefined;
  }
  for (const file of next.keys()) {
    const cycle = visit(file, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

/** Finds the layer and the folder of a file; the longest name wins, so `model/import` before `model`. */
function placeOf(file: string): { layer: number; folder: string } | undefined {
  const places = layers.flatMap((folders, layer) => folders.map((folder) => ({ layer, folder })));
  return places
    .filter(({ folder }) => file === folder || file.startsWith(`${folder}/`))
    .toSorted((a, b) => b.folder.length - a.folder.length)[0];
}
