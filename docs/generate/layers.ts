import { layers } from "../../tests/layers.ts";
import { code, table } from "./markdown.ts";

/** What is in each folder and file of the table of layers. */
const contents: Readonly<Record<string, string>> = {
  "access": "API keys: the settings' and those of a file",
  "cli":
    "the commands: `serve`, `predict`, `detect`, `slide`, `slide merge`, `evaluate`, `evaluate fields`, `model import`, `completion`",
  "config.ts": "the table of settings",
  "errors.ts": "the table of problems",
  "evaluation": "measuring a model on labeled patches and on annotated fields",
  "files": "folders and text files of the user's disk",
  "http": "what routes share: keys, admission, deadlines, uploads, error answers",
  "image": "files to pixels: PNG, JPEG, TIFF; scale, resampling, tiles, windows",
  "inference": "pixels to probabilities: ONNX Runtime, its Workers, their pool, the queue",
  "library": "the library: classifier, fields and slides for other programs, without HTTP",
  "model": "the bundle: manifest, checksum, network, self-test",
  "model/import": "Keras weights to a bundle: HDF5 reader, ONNX writer, graph passes",
  "observability": "metrics, traces, the request log",
  "oip": "tensors and messages of the Open Inference Protocol",
  "page": "the page `/app`, which runs in the browser",
  "patch": "the answer for a patch: checks, scores, occlusion map",
  "random.ts": "a seeded generator of random numbers",
  "research_use.ts": "the research-use sentence",
  "result":
    "results and their files: JSON, CSV, GeoJSON, MIDOG, pictures; hotspots and scores of slides",
  "retry_after.ts": "the seconds of the header `Retry-After`",
  "routes": "one file for each route or page",
  "slide_folder": "the slides of a folder by their ids: facts and pictures",
  "slide_jobs": "searches of slides that survive a restart: queue, results, retention",
  "slide_search": "mitoses on a whole slide: tissue, tiles, journal, shards",
  "search": "mitoses in a field: candidates, scores, suppression",
  "service": "the app, its start and stop, the listening socket",
  "slide": "whole slides",
  "version.ts": "the version",
  "worker": "Workers, calls between threads, concurrency",
};

/**
 * Makes the table of the layers of `src/`, from top to bottom, as far as their folders exist.
 *
 * @throws {Error} when a folder of the table of layers is not described here.
 */
export function layersTable(): string {
  return table(
    ["layer", "in `src/`", "what is there"],
    layers.flatMap((folders, i) =>
      folders.filter(exists).map((folder) => {
        const described = contents[folder];
        if (described === undefined) throw new Error(`docs/generate/layers.ts lacks ${folder}`);
        return [String(i + 1), code(folder.endsWith(".ts") ? folder : `${folder}/`), described];
      })
    ),
  );
}

function exists(path: string): boolean {
  try {
    Deno.statSync(new URL(`../../src/${path}`, import.meta.url));
    return true;
  } catch {
    return false;
  }
}
