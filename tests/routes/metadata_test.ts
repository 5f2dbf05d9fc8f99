import { deepEqual, equal, match } from "node:assert/strict";
import { startService } from "../service.ts";

Deno.test("metadata has the six fields of IBM's service, and further facts", async () => {
  await using service = await startService();
  const metadata = await (await service.request("/model/metadata")).json();
  const ibm = ["id", "name", "description", "type", "license", "source"];
  for (const field of ibm) equal(typeof metadata[field], "string", field);
  match(metadata.sha256, /^[0-9a-f]{64}$/);
  equal(metadata.threshold, service.classifier.bundle.manifest.threshold);
  deepEqual([metadata.input.width, metadata.input.height], [64, 64]);
});
