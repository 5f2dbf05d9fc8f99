import { messageOf, Problem, type ProblemCode } from "../errors.ts";

/** A function with any parameters and result, as a constraint of type parameters. */
// deno-lint-ignore no-explicit-any -- TypeScript has no other type that every function is assignable to.
export type AnyMethod = (...args: any[]) => unknown;

/** The methods of `T` as a caller in another thread sees them: every answer is a promise. */
export type Remote<T> = {
  readonly [Name in keyof T as T[Name] extends AnyMethod ? Name : never]: T[Name] extends (
    ...args: infer Args
  ) => infer Result ? (...args: Args) => Promise<Awaited<Result>>
    : never;
};

/** A Worker whose methods can be called. */
export interface WorkerProxy<T> {
  readonly call: Remote<T>;
  /** Returns whether the Worker is alive and has answered every call. */
  isIdle(): boolean;
  /** Terminates the Worker. Calls without an answer, and all later ones, reject with `reason`. */
  terminate(reason: unknown): void;
}

/** A message to the Worker: one call. */
interface CallMessage {
  readonly id: number;
  readonly method: string;
  readonly args: readonly unknown[];
}

/** A message from the Worker: the result of one call, or the problem with which it failed. */
type AnswerMessage =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly code: ProblemCode; readonly message: string };

/** The buffers that {@linkcode transfer} has marked, by their value. */
const transfers = new WeakMap<object, readonly ArrayBuffer[]>();

/**
 * Marks a value so that its buffers move to the other thread instead of being copied, when it is an
 * argument of a call or its result. The sender can no longer use them.
 *
 * @returns The same value.
 */
export function transfer<T extends object>(value: T, ...buffers: readonly ArrayBuffer[]): T {
  transfers.set(value, buffers);
  return value;
}

/**
 * Creates a proxy that calls the methods of a Worker. The Worker must run {@linkcode answerCalls}. Unlike
 * a library such as Comlink, the proxy rejects calls in progress when it is terminated, and keeps the
 * codes of problems.
 *
 * @param onCrash Called with the error's message when the Worker throws an error outside of a call, for
 *   example because its module cannot be loaded. It must {@linkcode WorkerProxy.terminate} the proxy.
 */
export function workerProxy<T>(
  worker: Worker,
  onCrash: (message: string) => void,
): WorkerProxy<T> {
  const pending = new Map<number, PromiseWithResolvers<unknown>>();
  let lastId = 0;
  let terminated: { readonly reason: unknown } | undefined;

  async function call(method: string, args: readonly unknown[]): Promise<unknown> {
    if (terminated !== undefined) throw terminated.reason;
    const answer = Promise.withResolvers<unknown>();
    const message: CallMessage = { id: ++lastId, method, args };
    // Throws if an argument cannot be cloned, before the call counts as pending.
    worker.postMessage(message, buffersOf(args));
    pending.set(message.id, answer);
    return await answer.promise;
  }

  worker.onerror = (event) => {
    event.preventDefault();
    onCrash(event.message);
  };
  worker.onmessage = ({ data }: MessageEvent<AnswerMessage>) => {
    const answer = pending.get(data.id);
    pending.delete(data.id);
    if ("code" in data) answer?.reject(new Problem(data.code, data.message));
    else answer?.resolve(data.value);
  };
  return {
    call: new Proxy({} as Remote<T>, {
      get: (_target, method) => (...args: unknown[]) => call(String(method), args),
    }),
    isIdle: () => terminated === undefined && pending.size === 0,
    terminate(reason) {
      if (terminated !== undefined) return;
      terminated = { reason };
      worker.terminate();
      for (const { reject } of pending.values()) reject(reason);
      pending.clear();
    },
  };
}

/**
 * Answers the calls of {@linkcode workerProxy} inside a Worker. A `Problem` keeps its code and message.
 * Any other error, also one for a result that cannot be cloned, arrives as a `Problem` with the code
 * `internal`.
 *
 * @param scope The Worker's `self`.
 */
export function answerCalls<T extends { readonly [Name in keyof T]: AnyMethod }>(
  scope: {
    onmessage: ((event: MessageEvent) => void) | null;
    postMessage(message: unknown, transfer: Transferable[]): void;
  },
  methods: T,
): void {
  scope.onmessage = async ({ data }: MessageEvent<CallMessage>) => {
    const { id, method, args } = data;
    const send = (answer: AnswerMessage, buffers: ArrayBuffer[]) =>
      scope.postMessage(answer, buffers);
    try {
      if (!Object.hasOwn(methods, method)) throw new Error(`There is no method '${method}'.`);
      const value: unknown = await methods[method as keyof T](...args);
      send({ id, value }, buffersOf([value]));
    } catch (thrown) {
      const code = thrown instanceof Problem ? thrown.code : "internal";
      send({ id, code, message: messageOf(thrown) }, []);
    }
  };
}

/**
 * Creates an object with the named methods of `T`. Each method passes its name and its arguments to
 * `call`, and returns the result of `call`.
 *
 * @example
 * ```ts
 * import { forwardMethods } from "./worker_proxy.ts";
 * import { equal } from "node:assert/strict";
 *
 * const { sin } = forwardMethods<Math, "sin" | "cos">(["sin", "cos"], (name, args) => `${name} ${args}`);
 * equal(String(sin(2)), "sin 2");
 * ```
 */
export function forwardMethods<T, Name extends keyof T>(
  names: readonly Name[],
  call: (name: Name, args: unknown[]) => unknown,
): Pick<T, Name> {
  const methods = names.map((name) => [name, (...args: unknown[]) => call(name, args)]);
  return Object.fromEntries(methods);
}

/** Returns all buffers to transfer with these values. */
function buffersOf(values: readonly unknown[]): ArrayBuffer[] {
  return values.flatMap((value) =>
    typeof value === "object" && value !== null ? transfers.get(value) ?? [] : []
  );
}
