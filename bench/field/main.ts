/**
 * `deno task bench:field MODE FIELD...`: measures the search of fields of view. MODEL_DIR names the
 * model.
 *
 * - `exact`: compares the search at candidates with a window at every 8 px, on the same fields in
 *   turn.
 * - `patches`: compares a field of 2,000 x 2,000 px with 1,000 patches, in this process and over
 *   HTTP.
 * - `area`: searches fields of 1 to 64 million pixels, made of copies of the first field.
 * - `shifts`: checks whether detections change when the field is cropped by 1 to 63 px.
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
  console.error(
    `The arguments are a mode (${Object.keys(MODES).join(", ")}) and the files of fields of view.`,
  );
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
