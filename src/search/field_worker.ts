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
  openField,
} from "./field.ts";

/** The field that this Worker holds while it is searched. */
let held: Field | undefined;

function field(): Field {
  if (held === undefined) throw new Problem("internal", "The Worker has no field open.");
  return held;
}

lowerPriority();
answerCalls<FieldMethods>(self, {
  async open(request) {
    held = await openField(request);
    return held.facts;
  },
  release() {
    held = undefined;
  },
  ...forwardMethods<Field, FieldMethod>(FIELD_METHODS, (name, args) => {
    const method: AnyMethod = field()[name];
    return method(...args);
  }),
});
