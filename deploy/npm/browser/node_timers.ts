/**
 * Replaces `node:timers` in browsers. A message comes back sooner than a timer, which browsers delay by
 * 4 ms.
 *
 * @module
 */
export function setImmediate(callback: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    callback();
  };
  port2.postMessage(undefined);
}
