/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import { Problem } from "../errors.ts";
import { lowerPriority } from "../worker/priority.ts";
import { answerCalls, type AnyMethod, forwardMethods } from "../worker/worker_proxy.ts";
import {
  type Field,
  FIELD_METHODS,
  type FieldHeader,
  type FieldMethod,
  type FieldMethods,
  readFieldHeader,
} from "./field.ts";

/** The file whose header was read, until it is decoded. */
let header: FieldHeader | undefined;
/** The field that this Worker holds while it is searched. */
let held: Field | undefined;

function field(): Field {
  if (held === undefined) throw new Problem("internal", "The Worker has no field open.");
  return held;
}

lowerPriority();
answerCalls<FieldMethods>(self, {
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
  ...forwardMethods<Field, FieldMethod>(FIELD_METHODS, (name, args) => {
    const method: AnyMethod = field()[name];
    return method(...args);
  }),
});
