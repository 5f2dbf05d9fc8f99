import { deepEqual, equal, match, ok } from "node:assert/strict";
import { decodePng } from "../../src/image/png/decode.ts";
import { formWith, post, sample, startService } from "../service.ts";

Deno.test("the Open Inference Protocol", async (t) => {
  await using service = await startService();
  const { manifest } = service.classifier.bundle;
  const base = `/v2/models/${manifest.id}`;
  const pngs = await Promise.all(["metaphase", "stroma"].map(sample));
  const pixels = pngs.flatMap((png) => [...decodePng(png).data]);
  const answer = await service.request("/model/predict", post(formWith(...pngs)));
  const { predictions } = await answer.json();
  const expected: number[] = predictions.map((p: { probability: number }) => p.probability);
  const input = { name: "image", datatype: "UINT8", shape: [2, 64, 64, 3] };
  const infer = (body: BodyInit, headers: Record<string, string> = {}, path = `${base}/infer`) =>
    service.request(path, { method: "POST", headers, body });
  const json = { "content-type": "application/json" };

  await t.step("describes the server and the model", async () => {
    const server = await (await service.request("/v2")).json();
    deepEqual(server.extensions, ["binary_tensor_data"]);
    const model = await (await service.request(base)).json();
    deepEqual(model.inputs, [{ name: "image", datatype: "UINT8", shape: [-1, 64, 64, 3] }]);
    deepEqual(model.versions, [manifest.version]);
    equal((await service.request(`${base}/versions/${manifest.version}/ready`)).status, 200);
  });

  await t.step("scores pixels as flat or nested JSON, and returns the request id", async () => {
    const rows = Array.from(
      { length: 2 },
      (_, n) =>
        Array.from({ length: 64 }, (_, y) =>
          Array.from({ length: 64 }, (_, x) => {
            const at = ((n * 64 + y) * 64 + x) * 3;
            return pixels.slice(at, at + 3);
          })),
    );
    for (const data of [pixels, rows]) {
      const response = await infer(
        JSON.stringify({ id: "a1", inputs: [{ ...input, data }] }),
        json,
      );
      const { id, model_name, outputs: [output] } = await response.json();
      deepEqual([id, model_name], ["a1", manifest.id]);
      deepEqual([output.name, output.datatype, output.shape], ["probability", "FP32", [2]]);
      deepEqual(output.data, expected);
    }
  });

  await t.step("accepts and returns tensors as bytes", async () => {
    const head = new TextEncoder().encode(JSON.stringify({
      inputs: [{ ...input, parameters: { binary_data_size: pixels.length } }],
      outputs: [{ name: "probability", parameters: { binary_data: true } }],
    }));
    const body = new Uint8Array([...head, ...pixels]);
    const response = await infer(body, { "inference-header-content-length": String(head.length) });
    const length = Number(response.headers.get("inference-header-content-length"));
    const bytes = await response.arrayBuffer();
    const { outputs } = JSON.parse(new TextDecoder().decode(bytes.slice(0, length)));
    deepEqual(outputs[0].parameters, { binary_data_size: 8 });
    const view = new DataView(bytes, length);
    deepEqual([view.getFloat32(0, true), view.getFloat32(4, true)], expected);
  });

  await t.step("refuses invalid requests in the format of the protocol", async () => {
    const refused = async (status: number, body: unknown, path?: string) => {
      const response = await infer(JSON.stringify(body), json, path);
      equal(response.status, status);
      const answer = await response.json();
      deepEqual(Object.keys(answer), ["error"]);
      return answer.error;
    };
    const data = pixels;
    match(await refused(400, { inputs: [{ ...input, name: "x", data }] }), /no 'x', only 'image'/);
    match(await refused(400, { inputs: [{ ...input, datatype: "FP32", data }] }), /FP32.*UINT8/);
    match(await refused(400, { inputs: [{ ...input, data: [1, 2] }] }), /has 2 numbers/);
    match(await refused(400, { inputs: [{ ...input, data: [-1] }] }), /0 to 255/);
    const planes = Array.from(
      { length: 2 },
      (_, n) =>
        Array.from({ length: 3 }, (_, channel) =>
          Array.from(
            { length: 64 },
            (_, y) =>
              Array.from({ length: 64 }, (_, x) => pixels[((n * 64 + y) * 64 + x) * 3 + channel]),
          )),
    );
    match(await refused(400, { inputs: [{ ...input, data: planes }] }), /not like the shape/);
    match(await refused(400, { inputs: [] }), /inputs/);
    match(await refused(404, {}, "/v2/models/other/infer"), /no model 'other'/);
    match(await refused(404, {}, `${base}/versions/9/infer`), /version '9'/);
    const huge = { inputs: [{ ...input, shape: [300, 64, 64, 3], data: [] }] };
    match(await refused(400, huge), /300 images; send at most 256/);
    ok(service.reported.length === 0);
  });
});
