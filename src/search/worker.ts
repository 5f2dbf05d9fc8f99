/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import { messageOf, Problem } from "../errors.ts";
import { lowerPriority } from "../worker/priority.ts";
import type { FieldCall, FromFieldWorker, ToFieldWorker } from "./messages.ts";
import { type HeldField, holdField } from "./field.ts";

/** Holds one field for as long as it is searched, so that the serving thread never sees its pixels. */
let field: HeldField | undefined;
lowerPriority();

self.onmessage = async ({ data }: MessageEvent<ToFieldWorker>) => {
  if (data.call === "close") {
    field = undefined;
    return;
  }
  let answer: FromFieldWorker;
  try {
    answer = { id: data.id, value: await obey(data) };
  } catch (thrown) {
    const code = thrown instanceof Problem ? thrown.code : "internal";
    answer = { id: data.id, code, message: messageOf(thrown) };
  }
  const transfer = "value" in answer && answer.value instanceof Uint8Array
    ? [answer.value.buffer as ArrayBuffer]
    : [];
  self.postMessage(answer, transfer);
};

async function obey(message: FieldCall) {
  if (message.call === "open") {
    field = await holdField(...message.args);
    return field.facts;
  }
  if (field === undefined) throw new Problem("internal", "The field was not opened.");
  switch (message.call) {
    case "candidates":
      return field.candidates(...message.args);
    case "windows":
      return field.windows(...message.args);
    case "part":
      return field.part(...message.args);
    case "overlay":
      return field.overlay(...message.args);
    case "heatMap":
      return field.heatMap(...message.args);
  }
}
