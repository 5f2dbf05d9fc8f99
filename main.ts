/**
 * The program. Its commands are `serve` (the default), `predict`, `detect`, `slide`,
 * `slide merge`, `evaluate`, `evaluate fields`, `model import` and `completion`.
 *
 * `deno serve -P=serve main.ts` uses the default export of this module and runs no command.
 *
 * @module
 */
import { commands } from "./src/cli/commands.ts";
import { dispatch } from "./src/cli/dispatch.ts";
import { denoServeHandler, isRunByDenoServe } from "./src/service/deno_serve.ts";

/** The handler that `deno serve` calls. There is none if there are arguments, because these name a command. */
export default Deno.args.length === 0 ? denoServeHandler() : {};

if (import.meta.main) {
  // Waits one turn of the event loop: only then is it known whether `deno serve` runs this module, because
  // it starts to listen after the module has been evaluated.
  setTimeout(async () => {
    if (!isRunByDenoServe()) {
      Deno.exit(await dispatch(commands, Deno.args));
    }
  });
}
