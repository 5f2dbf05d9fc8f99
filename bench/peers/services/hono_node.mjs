// Hono on Node: two processes of a cluster; sharp decodes, onnxruntime-node runs one thread a session.
import cluster from "node:cluster";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import ort from "onnxruntime-node";
import sharp from "sharp";

const PATCH = 64;
const port = Number(process.argv[2]);
const folder = process.env.MODEL_DIR;

async function openClassifier() {
  const { input, output, network } = JSON.parse(readFileSync(join(folder, "manifest.json")));
  const session = await ort.InferenceSession.create(join(folder, network.file), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  });
  const { scale, offset } = input.normalization;
  const isPlanar = input.layout === "NCHW";
  return async function score(files) {
    const size = PATCH * PATCH * 3;
    const tensor = new Float32Array(files.length * size);
    for (const [n, file] of files.entries()) {
      const { data, info } = await sharp(file).toColorspace("srgb").removeAlpha().raw()
        .toBuffer({ resolveWithObject: true });
      if (info.width !== PATCH || info.height !== PATCH) throw new Error("wrong size");
      for (let i = 0; i < size; i++) {
        const channel = i % 3;
        const at = isPlanar ? channel * PATCH * PATCH + (i - channel) / 3 : i;
        tensor[n * size + at] = data[i] * scale[channel] + offset[channel];
      }
    }
    const dims = isPlanar ? [files.length, 3, PATCH, PATCH] : [files.length, PATCH, PATCH, 3];
    const results = await session.run({ [input.name]: new ort.Tensor("float32", tensor, dims) });
    const scores = [...results[output.name].data];
    return output.kind === "logit" ? scores.map((x) => 1 / (1 + Math.exp(-x))) : scores;
  };
}

if (cluster.isPrimary) {
  cluster.fork();
  cluster.fork();
} else {
  sharp.concurrency(1);
  const score = await openClassifier();
  const app = new Hono();
  app.post("/model/predict", async (c) => {
    const { image } = await c.req.parseBody({ all: true });
    const files = await Promise.all([image].flat().map((file) => file.arrayBuffer()));
    const scores = await score(files);
    return c.json({ status: "ok", predictions: scores.map((probability) => ({ probability })) });
  });
  serve({ fetch: app.fetch, port, hostname: "127.0.0.1" });
}
