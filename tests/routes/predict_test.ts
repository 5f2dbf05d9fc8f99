import { deepEqual, equal, match, ok } from "node:assert/strict";
import { deflateSync } from "node:zlib";
import { shared, sharedTest } from "../optional.ts";
import { type Chunk, grayPatch, idat, iend, ihdr, pngOf } from "../png_writer.ts";
import { startingModel } from "../starting_model.ts";
import { formWith, post, sample, startService } from "../service.ts";

Deno.test("POST /model/predict", async (t) => {
  await using service = await startService({ MAX_BODY_BYTES: "100000", MAX_IMAGES: "3" });
  const { threshold } = service.classifier.bundle.manifest;
  const predict = (init: RequestInit) => service.request("/model/predict", init);
  const expectProblem = async (init: RequestInit, status: number, code: string) => {
    const response = await predict(init);
    const body = await response.json();
    equal(response.status, status);
    deepEqual(Object.keys(body), ["status", "code", "message", "requestId"]);
    equal(body.status, "error");
    equal(body.code, code);
    equal(body.requestId, response.headers.get("x-request-id"));
    return body.message as string;
  };

  await t.step("answers one image with the same JSON fields as IBM's service", async () => {
    const response = await predict(post(formWith(await sample("metaphase"))));
    equal(response.status, 200);
    equal(response.headers.get("content-type"), "application/json");
    const body = await response.json();
    deepEqual(Object.keys(body), ["status", "predictions"]);
    equal(body.status, "ok");
    deepEqual(Object.keys(body.predictions[0]), ["probability"]);
    ok(body.predictions[0].probability >= threshold);
  });

  await t.step("answers several images in their order", async () => {
    const names = ["stroma", "anaphase", "interphase"];
    const response = await predict(post(formWith(...await Promise.all(names.map(sample)))));
    const { predictions } = await response.json();
    const isMitosis = predictions.map((p: { probability: number }) => p.probability >= threshold);
    deepEqual(isMitosis, [false, true, false]);
  });

  await t.step("accepts a PNG as the body", async () => {
    const headers = { "content-type": "image/png" };
    const raw = await predict({ method: "POST", headers, body: await sample("anaphase") });
    const form = await predict(post(formWith(await sample("anaphase"))));
    deepEqual(await raw.json(), await form.json());
  });

  await t.step("refuses another size with the message of IBM's service", async () => {
    const png = pngOf(ihdr(128, 96), ["IDAT", deflateSync(new Uint8Array(9))], iend);
    equal(
      await expectProblem(post(formWith(png)), 400, "image_wrong_size"),
      "The input file must be a PNG image of size (64, 64). Got PNG (128, 96).",
    );
  });

  await t.step("names the bad one of several images", async () => {
    const good = await sample("metaphase");
    const message = await expectProblem(
      post(formWith(good, good.slice(0, 99))),
      400,
      "image_truncated",
    );
    match(message, /^Image 2 of 2: /);
  });

  await t.step("refuses bodies that are not a form with images", async () => {
    const text = new FormData();
    text.append("image", "hello");
    const other = new FormData();
    other.append("picture", new File([grayPatch(9)], "a.png"));
    const form = (type: string, body: string) => ({
      method: "POST",
      headers: { "content-type": type },
      body,
    });
    match(await expectProblem(post(text), 400, "image_missing"), /is text/);
    match(await expectProblem(post(new FormData()), 400, "image_missing"), /no field 'image'/);
    match(await expectProblem(post(other), 400, "image_missing"), /'image'.*'picture'/);
    match(await expectProblem(post(formWith(new Uint8Array(0))), 400, "image_empty"), /0 bytes/);
    match(
      await expectProblem(form("multipart/form-data", "x"), 400, "form_malformed"),
      /no boundary/,
    );
    await expectProblem(form("multipart/form-data; boundary=b", "x"), 400, "form_malformed");
    match(
      await expectProblem(form("application/json", "{}"), 415, "media_type_unsupported"),
      /'application\/json'.*multipart\/form-data or image\/png/,
    );
    match(
      await expectProblem({ method: "POST" }, 415, "media_type_unsupported"),
      /no Content-Type/,
    );
  });

  await t.step(
    "refuses too many images, and a body that is too large, with or without Content-Length",
    async () => {
      const patch = grayPatch(200);
      match(
        await expectProblem(post(formWith(patch, patch, patch, patch)), 400, "too_many_images"),
        /has 4 images; send at most 3/,
      );
      await expectProblem(post(formWith(new Uint8Array(100_001))), 413, "body_too_large");
      const chunks = new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(50_000)),
      });
      const headers = { "content-type": "image/png" };
      await expectProblem({ method: "POST", headers, body: chunks }, 413, "body_too_large");
    },
  );

  await t.step("answers problems as RFC 9457 to a client that accepts it", async () => {
    const response = await predict({
      ...post(formWith(new Uint8Array(0))),
      headers: { accept: "application/problem+json" },
    });
    equal(response.headers.get("content-type"), "application/problem+json");
    const { status, title, type } = await response.json();
    deepEqual([status, title, type], [
      400,
      "The image has no bytes",
      "urn:mitosis:problem:image_empty",
    ]);
  });

  await t.step("reported no unexpected error", () => deepEqual(service.reported, []));
});

sharedTest(
  "the starting model scores the labeled patches as PyTorch computed in double precision",
  async () => {
    await using folderOfModel = await startingModel();
    await using service = await startService({ MODEL_DIR: folderOfModel.path });
    const folder = `${shared}/patches/eval64`;
    const [, ...lines] = (await Deno.readTextFile(`${folder}/expected.csv`)).trim().split("\n");
    equal(lines.length, 655);
    for (let from = 0; from < lines.length; from += 131) {
      const rows = lines.slice(from, from + 131).map((line) => line.split(","));
      const files = await Promise.all(rows.map(([file]) => Deno.readFile(`${folder}/${file}`)));
      const response = await service.request("/model/predict", post(formWith(...files)));
      const { predictions } = await response.json();
      rows.forEach(([file, , expected], i) => {
        const difference = Math.abs(predictions[i].probability - Number(expected));
        ok(difference < 3e-6, `${file} is off by ${difference}`);
      });
    }
  },
);

Deno.test("white patches of every PNG color type and bit depth get the same probability", async () => {
  await using service = await startService();
  const depths: Record<number, number[]> = {
    0: [1, 2, 4, 8, 16],
    2: [8, 16],
    3: [1, 2, 4, 8],
    4: [8, 16],
    6: [8, 16],
  };
  const samplesPerPixel: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
  const white = Object.entries(depths).flatMap(([type, list]) =>
    list.map((depth) => {
      const bytes = 64 * depth * (samplesPerPixel[Number(type)] ?? 1) / 8;
      const rows = Array.from({ length: 64 }, () => new Uint8Array(bytes).fill(255));
      const palette: Chunk = ["PLTE", new Uint8Array(3 * 2 ** Math.min(depth, 8)).fill(255)];
      const extra = Number(type) === 3 ? [palette] : [];
      return pngOf(ihdr(64, 64, depth, Number(type)), ...extra, idat(rows), iend);
    })
  );
  equal(white.length, 15);
  const response = await service.request("/model/predict", post(formWith(...white)));
  equal(response.status, 200);
  const { predictions } = await response.json();
  const [first, ...others] = predictions.map((p: { probability: number }) => p.probability);
  for (const probability of others) ok(Math.abs(probability - first) < 1e-6);
});
