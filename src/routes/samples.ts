import { OpenAPIHono } from "@hono/zod-openapi";
import anaphase from "../../model/samples/anaphase.png" with { type: "bytes" };
import field from "../../model/samples/field.png" with { type: "bytes" };
import interphase from "../../model/samples/interphase.png" with { type: "bytes" };
import metaphase from "../../model/samples/metaphase.png" with { type: "bytes" };
import stroma from "../../model/samples/stroma.png" with { type: "bytes" };
import type { AppEnv } from "../http/app_context.ts";

const samples: Record<string, Uint8Array<ArrayBuffer>> = {
  "metaphase.png": metaphase,
  "anaphase.png": anaphase,
  "interphase.png": interphase,
  "stroma.png": stroma,
  "field.png": field,
};

/** Creates the routes `GET /samples/…`: drawings of patches and of a field, to try the service with. */
export function sampleRoutes(): OpenAPIHono<AppEnv> {
  const app = new OpenAPIHono<AppEnv>();
  for (const [name, bytes] of Object.entries(samples)) {
    app.get(`/samples/${name}`, (c) => c.body(bytes, 200, { "content-type": "image/png" }));
  }
  return app;
}
