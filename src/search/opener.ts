import type { Config } from "../config.ts";
import { type FieldOpener, openFieldHere } from "./field_access.ts";
import { fieldWorkers } from "./field_worker.ts";

/** Opens fields in Workers, or on this thread where the settings say that there are no Workers. */
export function fieldOpener(
  { inferenceWorkers, maxFields }: Pick<Config, "inferenceWorkers" | "maxFields">,
): FieldOpener {
  return inferenceWorkers === 0 ? openFieldHere : fieldWorkers(maxFields);
}
