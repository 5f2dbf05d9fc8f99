/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import { Problem } from "../errors.ts";
import { lowerPriority } from "../worker/priority.ts";
import { answerCalls, type AnyMethod, forwardMethods } from "../worker/worker_proxy.ts";
import {
  type Field,
  FIELD_METHODS,
  type FieldHeader,
  type FieldMethodName,
  type FieldWorkerMethods,
  readFieldHeader,
} from "./field.ts";

// This module runs in a field Worker. `field_workers.ts` starts the Worker, and terminates it when a request is
// canceled.

/** The file whose header was read, until it is decoded. */
let header: FieldHeader | undefined;
/** The decoded field, until the next file or a release. */
let held: Field | undefined;

/** Returns the decoded field. */
function field(): Field {
  if (held === undefined) throw new Problem("internal", "The Worker has no field open.");
  return held;
}

lowerPriority();
answerCalls<FieldWorkerMethods>(self, {
  async readHeader(request) {
    held = undefined;
    header = await readFieldHeader(request);
    return header.needs;
  },
  async decode() {
    const file = header;
    header = undefined;
    if (file === undefined) throw new Problem("internal", "The Worker has read no header.");
    held = await file.decode();
    return held.facts;
  },
  release() {
    [header, held] = [undefined, undefined];
  },
  ...forwardMethods<Field, FieldMethodName>(FIELD_METHODS, (name, args) => {
    const method: AnyMethod = field()[name];
    return method(...args);
  }),
});
