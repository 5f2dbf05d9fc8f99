/**
 * The program: `serve` (also without a command), `predict`, `detect`, `evaluate`, `evaluate fields`, `model import`.
 *
 * Under `deno serve main.ts`, or on a platform that brings its own listener, this module's default
 * export answers the requests.
 *
 * @module
 */
import { dispatch } from "./src/cli/dispatch.ts";
import { detect } from "./src/cli/detect.ts";
import { evaluate } from "./src/cli/evaluate.ts";
import { evaluateFields } from "./src/cli/evaluate_fields.ts";
import { modelImport } from "./src/cli/model_import.ts";
import { listenedTo, platformHandler } from "./src/service/deno_serve.ts";
import { predict } from "./src/cli/predict.ts";
import { serve } from "./src/cli/serve.ts";

/** Answers requests where something else listens; empty where the command line says what to do. */
export default Deno.args.length === 0 ? platformHandler() : {};

if (import.meta.main) {
  setTimeout(async () => {
    if (!listenedTo()) {
      Deno.exit(
        await dispatch([serve, predict, detect, evaluate, evaluateFields, modelImport], Deno.args),
      );
    }
  });
}
