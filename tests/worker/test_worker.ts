/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import { Problem } from "../../src/errors.ts";
import { answerCalls, transfer } from "../../src/worker/worker_proxy.ts";

/** The bytes that were returned last. */
let returned = new Uint8Array();

/** The methods that the tests of the proxy call. */
const methods = {
  add: (a: number, b: number) => a + b,
  /** Answers `value` after so many milliseconds. */
  delayed: (milliseconds: number, value: string) =>
    new Promise<string>((resolve) => setTimeout(() => resolve(value), milliseconds)),
  refuse(): never {
    throw new Problem("image_empty", "The image has 0 bytes; send a PNG file.");
  },
  fail(): never {
    throw new RangeError("out of range\nand a second line");
  },
  sum: (bytes: Uint8Array) => bytes.reduce((sum, byte) => sum + byte, 0),
  /** Returns bytes, moved or copied. */
  bytes(isMoved: boolean): Uint8Array {
    returned = new Uint8Array([1, 2, 3]);
    return isMoved ? transfer(returned, returned.buffer) : returned;
  },
  lengthOfReturned: () => returned.length,
  /** Returns what cannot be sent to another thread. */
  unsendable: () => () => 0,
  never: () => new Promise<never>(() => {}),
  /** Fails outside of a call. */
  crash(): void {
    setTimeout(() => {
      throw new Error("told to crash");
    });
  },
};

export type TestMethods = typeof methods;

answerCalls<TestMethods>(self, methods);
