import type { MiddlewareHandler } from "hono";
import { Problem } from "../errors.ts";
import type { StageTime } from "../inference/engine.ts";
import { readBody } from "./body.ts";
import { DEADLINE_HEADER, startDeadline, timeAllowed } from "./deadline.ts";
import { type AppDeps, type AppEnv, readyClassifier } from "./deps.ts";

/** A body of this many bytes counts as one image until it is known how many it has. */
const BYTES_PER_PLACE = 64 * 1024;

/**
 * The door of every route that runs the network. A request gets through when the service is up and
 * has room for it; only then its body is read. It leaves `work` for the route: the body, and a signal
 * that fires at the deadline or when the client leaves.
 */
export function admit(deps: AppDeps): MiddlewareHandler<AppEnv> {
  const { config, clock, admission } = deps;
  const placesOf = (bytes: number) =>
    Math.min(Math.ceil(config.queueSize / 4), Math.max(1, Math.ceil(bytes / BYTES_PER_PLACE)));
  return async function admit(c, next) {
    readyClassifier(deps);
    const allowed = timeAllowed(c.req.header(DEADLINE_HEADER), config.requestTimeoutMs);
    const permit = admission.acquire(1, allowed);
    const deadline = startDeadline(allowed, c.req.raw.signal, clock);
    const [record, trace] = [c.get("record"), c.get("trace")];
    let held: Promise<void> | undefined;
    const end = () => {
      deadline.clear();
      permit.release();
    };
    try {
      const cut = clock.after(config.clientTimeoutMs, () => {
        deadline.end(
          new Problem(
            "request_too_slow",
            `The request had not arrived after ${config.clientTimeoutMs} ms; send it again over a ` +
              "faster line.",
          ),
        );
      });
      let places = 1;
      const body = await readBody(c.req.raw, {
        most: config.maxBodyBytes,
        signal: deadline.signal,
        onBytes(soFar) {
          if (placesOf(soFar) > places) permit.resize(places = placesOf(soFar));
        },
      }).finally(cut);
      c.set("work", {
        body,
        signal: deadline.signal,
        owner: record,
        onStage(time: StageTime) {
          record.stages.push(time);
          trace.stage(time);
        },
        until(done) {
          held = done;
        },
        expect(images) {
          record.images = images;
          permit.resize(images);
        },
      });
      await next();
    } finally {
      if (held === undefined) end();
      else held.finally(end);
    }
  };
}
