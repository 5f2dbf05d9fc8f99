/**
 * `deno task bench:field MODE FIELD...`: times the search of fields of view, or tries whether it depends
 * on where a field begins. Each mode compares within one run. MODEL_DIR names the model.
 *
 * - `exact`: candidates against a window at every 8 px, on the same fields in turn.
 * - `patches`: a field of 2,000 x 2,000 px against 1,000 patches, in this process and over HTTP.
 * - `area`: fields of 1 to 64 million pixels, made by repeating the first.
 * - `shifts`: whether a detection changes when the field begins 1 to 63 px later.
 *
 * @module
 */
import { readConfig } from "../../src/config.ts";
import { fieldOpener } from "../../src/search/field_opener.ts";
import { decodeField } from "../../src/image/decode_field.ts";
import { loadClassifier } from "../../src/patch/load.ts";
import { compareArea } from "./area.ts";
import { compareExact } from "./exact.ts";
import { comparePatches } from "./patches.ts";
import type { Bench } from "./search.ts";
import { compareShifts } from "./shifts.ts";

const MODES: Record<string, (bench: Bench) => Promise<void>> = {
  exact: compareExact,
  patches: comparePatches,
  area: compareArea,
  shifts: compareShifts,
};

const [name = "", ...paths] = Deno.args;
const mode = MODES[name];
if (mode === undefined || paths.length === 0) {
  console.error(`Say what to measure (${Object.keys(MODES).join(", ")}) and name fields of view.`);
  Deno.exit(2);
}
const config = readConfig((name) => name === "INFERENCE_WORKERS" ? "2" : Deno.env.get(name));
const classifier = await loadClassifier(config);
const opener = fieldOpener(config);
const { manifest } = classifier.bundle;
console.log(`${manifest.name} ${manifest.version}, 2 Workers`);
const fields = await Promise.all(
  paths.map(async (path) => {
    const bytes = await Deno.readFile(path);
    return { path, bytes, image: await decodeField(bytes, 1e8) };
  }),
);
await mode({ classifier, opener, fields });
opener.close();
await classifier.engine.close();
