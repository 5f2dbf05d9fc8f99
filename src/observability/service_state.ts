/**
 * The states of the service, in their order.
 *
 * - `starting`: loads the model. Routes that need the model answer 503.
 * - `ready`: accepts requests.
 * - `stopping`: has received a stop signal. Readiness answers 503 but requests are still accepted, because
 *   a load balancer needs a moment to notice.
 * - `draining`: refuses new requests and finishes those in progress.
 */
export const serviceStates = ["starting", "ready", "stopping", "draining"] as const;

/** One of {@linkcode serviceStates}. */
export type ServiceState = (typeof serviceStates)[number];
