/**
 * Where the service stands. `leaving`: it was told to stop and is not ready any more, but still takes
 * requests, since a load balancer may not have noticed yet. `draining`: it takes no request and answers
 * those that it has.
 */
export type ServiceState = "starting" | "ready" | "leaving" | "draining";
