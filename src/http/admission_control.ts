import type { MiddlewareHandler } from "hono";
import { Problem } from "../errors.ts";
import type { StageTime } from "../inference/engine.ts";
import type { AppDeps, AppEnv } from "./app_context.ts";
import { effectiveTimeout, startDeadline, TIMEOUT_HEADER } from "./deadline.ts";
import { compressionFormat, inflateBody } from "./content_encoding.ts";
import { declaredBytes, readBody } from "./read_body.ts";
import { requireClassifier } from "./require_classifier.ts";

/**
 * Creates the middleware for routes that run the network. It first refuses the request if the model is
 * not ready or the service has no capacity left. It then reads the body, and sets `work` for the route.
 */
export function admissionControl(deps: AppDeps): MiddlewareHandler<AppEnv> {
  const { config, clock, admission, arriving } = deps;
  return async function admissionControl(c, next) {
    requireClassifier(deps);
    const compression = compressionFormat(c.req.raw.headers.get("content-encoding"));
    const timeout = effectiveTimeout(c.req.header(TIMEOUT_HEADER), config.requestTimeoutMs);
    const permit = admission.acquire(1, timeout);
    const deadline = startDeadline(timeout, c.req.raw.signal, clock, deps.stopped);
    const [record, trace] = [c.get("record"), c.get("trace")];
    let unfinished: Promise<void> | undefined;
    const release = () => {
      deadline.clear();
      permit.release();
    };
    try {
      const arrival = arriving.begin(declaredBytes(c.req.raw) ?? 0, c.env?.address);
      const cancelBodyTimer = clock.after(config.clientTimeoutMs, () => {
        deadline.abort(
          new Problem(
            "request_too_slow",
            `The request body did not arrive within ${config.clientTimeoutMs} ms; send it again ` +
              "over a faster connection.",
          ),
        );
      });
      const limits = {
        maxBytes: config.maxBodyBytes,
        signal: deadline.signal,
        onBytes: (bytes: number) => permit.resize(arrival.received(bytes)),
      };
      const body = await readBody(c.req.raw, limits).then((received) =>
        compression === undefined ? received : inflateBody(received, compression, limits)
      ).finally(() => {
        cancelBodyTimer();
        arrival.end();
      });
      c.set("work", {
        body,
        signal: deadline.signal,
        owner: record,
        onStage(time: StageTime) {
          record.stages.push(time);
          trace.stage(time);
        },
        keepUntil(done) {
          unfinished = done;
        },
        setImageCount(images) {
          record.images = images;
          permit.resize(images);
        },
      });
      await next();
    } finally {
      if (unfinished === undefined) release();
      else unfinished.finally(release);
    }
  };
}
