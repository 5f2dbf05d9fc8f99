/** The last turn that was reserved. */
let last: Promise<void> = Promise.resolve();

/**
 * Waits until the events that are due now are handled. Of the callers that wait, one goes on at a time, each in
 * a turn of the event loop of its own. Large bodies that arrive together then delay other requests by one
 * step of one body, not by a step of each.
 */
export function nextTurn(): Promise<void> {
  last = last.then(() => new Promise((resolve) => setTimeout(resolve)));
  return last;
}
