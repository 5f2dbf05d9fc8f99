/**
 * The program. Its commands are `serve` (the default), `predict`, `detect`, `slide`,
 * `slide merge`, `evaluate`, `evaluate fields` and `model import`.
 *
 * `deno serve -P=serve main.ts` uses the default export of this module and runs no command.
 *
 * @module
 */
import { dispatch } from "./src/cli/dispatch.ts";
import { detect } from "./src/cli/detect.ts";
import { evaluate } from "./src/cli/evaluate.ts";
import { evaluateFields } from "./src/cli/evaluate_fields.ts";
import { modelImport } from "./src/cli/model_import.ts";
import { predict } from "./src/cli/predict.ts";
import { serve } from "./src/cli/serve.ts";
import { slide } from "./src/cli/slide.ts";
import { slideMerge } from "./src/cli/slide_merge.ts";
import { denoServeHandler, isRunByDenoServe } from "./src/service/deno_serve.ts";

/** Answers requests under `deno serve`. Empty when there are arguments, which name a command. */
export default Deno.args.length === 0 ? denoServeHandler() : {};

if (import.meta.main) {
  // Waits a moment, because `deno serve` starts to listen only after this module was evaluated.
  setTimeout(async () => {
    if (!isRunByDenoServe()) {
      Deno.exit(
        await dispatch(
          [serve, predict, detect, slide, slideMerge, evaluate, evaluateFields, modelImport],
          Deno.args,
        ),
      );
    }
  });
}
