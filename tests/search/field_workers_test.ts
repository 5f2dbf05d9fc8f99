import { equal, rejects } from "node:assert/strict";
import { openFieldsInWorkers } from "../../src/search/field_workers.ts";
import { pngFile } from "./field_picture.ts";

const model = { mpp: 0.25, width: 64, height: 64 };

function request(width: number) {
  const data = new Uint8Array(width * 5 * 3).fill(200);
  return { bytes: pngFile({ width, height: 5, data }), maxPixels: 1e6, mpp: undefined, model };
}

Deno.test("a picture that hangs or crashes its Worker is refused, and the next one is opened", async () => {
  const url = new URL("./hanging_field_worker.ts", import.meta.url);
  const opener = openFieldsInWorkers(1, {
    createWorker: () => new Worker(url, { type: "module" }),
    decodeTimeoutMs: () => 300,
  });
  try {
    await rejects(opener.open(request(7)), {
      code: "image_too_complex",
      message: /^The image has 7 x 5 pixels and was not decoded within 0 s\./,
    });
    await rejects(opener.open(request(9)), {
      code: "image_too_complex",
      message: /^The image crashed the Worker that reads it\./,
    });
    const field = await opener.open(request(8));
    equal(field.facts.width, 8);
    field.close();
  } finally {
    opener.close();
  }
});

Deno.test("a Worker that crashed while it was idle is not used for the next picture", async () => {
  const url = new URL("./hanging_field_worker.ts", import.meta.url);
  const crashed = Promise.withResolvers<void>();
  const opener = openFieldsInWorkers(1, {
    createWorker() {
      const worker = new Worker(url, { type: "module" });
      worker.addEventListener("error", () => crashed.resolve());
      return worker;
    },
  });
  try {
    (await opener.open(request(10))).close();
    await crashed.promise;
    const field = await opener.open(request(8));
    equal(field.facts.width, 8);
    field.close();
  } finally {
    opener.close();
  }
});
