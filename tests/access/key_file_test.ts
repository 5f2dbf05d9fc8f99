import { deepEqual } from "node:assert/strict";
import { startService } from "../service.ts";

Deno.test("keys are added to the key file and revoked while the service runs", async () => {
  const file = await Deno.makeTempFile();
  await Deno.writeTextFile(file, "# ours\nold\n");
  await using service = await startService({ API_KEYS_FILE: file });
  const allowed = async (key: string) => {
    const response = await service.request("/model/metadata", { headers: { "x-api-key": key } });
    await response.body?.cancel();
    return response.status === 200;
  };
  deepEqual([await allowed("old"), await allowed("new")], [true, false]);
  await Deno.writeTextFile(file, "new\n");
  for (let waited = 0; !await allowed("new") && waited < 50; waited++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  deepEqual([await allowed("old"), await allowed("new")], [false, true]);
  await Deno.remove(file);
});
