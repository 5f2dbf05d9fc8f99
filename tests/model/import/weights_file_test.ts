import { deepEqual, equal, match } from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { createTar } from "nanotar";
import { fetchWeightsFile, readWeightsFile } from "../../../src/model/import/weights_file.ts";

Deno.test("when the first download fails, the second is tried, and its archive is unpacked", async () => {
  const bytes = new TextEncoder().encode("any bytes");
  const archive = gzipSync(createTar([{ name: "assets/own.hdf5", data: bytes }]));
  const requested: string[] = [];
  const file = await fetchWeightsFile((url) => {
    requested.push(String(url));
    const isArchive = String(url).endsWith(".tar.gz");
    return Promise.resolve(
      isArchive ? new Response(new Uint8Array(archive)) : new Response("gone", { status: 404 }),
    );
  });
  equal(requested.length, 2);
  deepEqual([file.name, file.bytes], ["own.hdf5", new Uint8Array(bytes)]);
});

Deno.test("an archive that is cut off, or has no weights, is refused", async () => {
  const path = await Deno.makeTempFile({ suffix: ".tar.gz" });
  const archive = gzipSync(createTar([{ name: "readme.txt", data: "none" }]));
  await Deno.writeFile(path, archive.subarray(0, 40));
  match((await readWeightsFile(path).catch((e) => e)).message, /damaged archive/);
  await Deno.writeFile(path, archive);
  match((await readWeightsFile(path).catch((e) => e)).message, /has no.*it has: readme\.txt/);
  await Deno.remove(path);
});
