import type { MiddlewareHandler } from "hono";
import { Problem } from "../errors.ts";
import type { StageTime } from "../inference/engine.ts";
import type { AppDeps, AppEnv } from "./app_context.ts";
import { effectiveTimeout, startDeadline, TIMEOUT_HEADER } from "./deadline.ts";
import { readBody } from "./read_body.ts";
import { requireClassifier } from "./require_classifier.ts";

/** Before its images are counted, a request counts as one image per 64 KiB of its body. */
const BODY_BYTES_PER_IMAGE = 64 * 1024;

/** Before its images are counted, a request takes at most a quarter of the capacity. */
const MAX_UNCOUNTED_SHARE = 1 / 4;

/**
 * Creates the middleware for routes that run the network. It refuses a request when the model is not
 * ready or the service has no capacity left, and reads the body only after that. It sets `work` for
 * the route: the body, and a signal that aborts at the deadline or when the client disconnects.
 */
export function admissionControl(deps: AppDeps): MiddlewareHandler<AppEnv> {
  const { config, clock, admission } = deps;
  const maxEstimate = Math.ceil(config.queueSize * MAX_UNCOUNTED_SHARE);
  const estimateImages = (bodyBytes: number) =>
    Math.min(maxEstimate, Math.max(1, Math.ceil(bodyBytes / BODY_BYTES_PER_IMAGE)));
  return async function admissionControl(c, next) {
    requireClassifier(deps);
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
      const cancelBodyTimer = clock.after(config.clientTimeoutMs, () => {
        deadline.abort(
          new Problem(
            "request_too_slow",
            `The request body did not arrive within ${config.clientTimeoutMs} ms; send it again ` +
              "over a faster connection.",
          ),
        );
      });
      let reserved = 1;
      const body = await readBody(c.req.raw, {
        maxBytes: config.maxBodyBytes,
        signal: deadline.signal,
        onBytes(received) {
          const images = estimateImages(received);
          if (images > reserved) permit.resize(reserved = images);
        },
      }).finally(cancelBodyTimer);
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
