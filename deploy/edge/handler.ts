/**
 * The service for what listens itself and starts several isolates, as `deno serve --parallel` does: only
 * the first of them is told that somebody listens, so `main.ts` would listen once more in the others.
 *
 * @module
 */
import { denoServeHandler } from "../../src/service/deno_serve.ts";

export default denoServeHandler();
