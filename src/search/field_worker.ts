/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import { Problem } from "../errors.ts";
import { lowerPriority } from "../worker/priority.ts";
import { answerCalls, type AnyMethod, forwardMethods } from "../worker/worker_proxy.ts";
import {
  type Field,
  FIELD_METHODS,
  type FieldMethod,
  type FieldMethods,
  type InspectedField,
  inspectField,
} from "./field.ts";

/** The file whose header was read and whose pixels are not decoded yet. */
let inspected: InspectedField | undefined;

/** The field that this Worker holds while it is searched. */
let held: Field | undefined;

function field(): Field {
  if (held === undefined) throw new Problem("internal", "The Worker has no field open.");
  return held;
}

lowerPriority();
answerCalls<FieldMethods>(self, {
  async inspect(request) {
    held = undefined;
    inspected = await inspectField(request);
    return inspected.needs;
  },
  async open() {
    const file = inspected;
    inspected = undefined;
    if (file === undefined) throw new Problem("internal", "The Worker has no file to open.");
    held = await file.open();
    return held.facts;
  },
  release() {
    inspected = undefined;
    held = undefined;
  },
  ...forwardMethods<Field, FieldMethod>(FIELD_METHODS, (name, args) => {
    const method: AnyMethod = field()[name];
    return method(...args);
  }),
});
