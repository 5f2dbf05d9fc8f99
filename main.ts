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

/** The handler that `deno serve` calls. There is none if there are arguments, because these name a command. */
export default Deno.args.length === 0 ? denoServeHandler() : {};

if (import.meta.main) {
  // Waits one turn of the event loop: only then is it known whether `deno serve` runs this module, because
  // it starts to listen after the module has been evaluated.
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
