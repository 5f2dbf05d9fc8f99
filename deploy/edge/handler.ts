/**
 * Entry point for platforms that listen themselves and start several isolates, like
 * `deno serve --parallel`. `main.ts` cannot be used there, because it can tell only in the first
 * isolate that the platform listens.
 *
 * @module
 */
import { denoServeHandler } from "../../src/service/deno_serve.ts";

export default denoServeHandler();
