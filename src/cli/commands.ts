import { type Command } from "./command.ts";
import { completion } from "./completion.ts";
import { detect } from "./detect.ts";
import { evaluate } from "./evaluate.ts";
import { evaluateFields } from "./evaluate_fields.ts";
import { modelImport } from "./model_import.ts";
import { predict } from "./predict.ts";
import { serve } from "./serve.ts";
import { slide } from "./slide.ts";
import { slideMerge } from "./slide_merge.ts";

const working: readonly Command[] = [
  serve,
  predict,
  detect,
  slide,
  slideMerge,
  evaluate,
  evaluateFields,
  modelImport,
];

/** All commands. The first one runs if none is named. */
export const commands: readonly Command[] = [...working, completion(working)];
