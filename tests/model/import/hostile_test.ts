import { equal, match, ok, rejects } from "node:assert/strict";
import { gzipSync } from "node:zlib";
import h5wasm from "h5wasm";
import { createTar } from "nanotar";
import type { Problem } from "../../../src/errors.ts";
import { readKerasFile } from "../../../src/model/import/keras/hdf5.ts";
import { readWeightsFile } from "../../../src/model/import/weights_file.ts";

/** Reads an archive as `model import FILE` does. */
async function readArchive(tar: Uint8Array) {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeFile(`${folder}/assets.tar.gz`, gzipSync(tar));
    const file = await readWeightsFile(`${folder}/assets.tar.gz`);
    equal([...Deno.readDirSync(folder)].length, 1, "nothing was unpacked to the file system");
    return file;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function refusal(message: RegExp) {
  return (problem: Problem) => {
    equal(problem.code, "weights_unreadable");
    match(problem.message, message);
    return true;
  };
}

/** A tar of one file whose header says another size, with the checksum that fits. */
function tarOfSize(size: string): Uint8Array {
  const tar = createTar([{ name: "own.hdf5", data: new Uint8Array(1024) }]);
  const header = tar.subarray(0, 512);
  header.set(new TextEncoder().encode(size.padEnd(12, "\0")), 124);
  header.set(new TextEncoder().encode("        "), 148);
  const sum = header.reduce((all, byte) => all + byte, 0);
  header.set(new TextEncoder().encode(`${sum.toString(8).padStart(6, "0")}\0 `), 148);
  return tar;
}

Deno.test("a name that leads out of an archive is only a name", async () => {
  const data = new TextEncoder().encode("weights");
  const file = await readArchive(createTar([{ name: "../../../outside.hdf5", data }]));
  equal(file.name, "outside.hdf5");
  equal(new TextDecoder().decode(file.bytes), "weights");
});

for (const size of ["-1000", "77777777777", "not octal"]) {
  Deno.test(`an archive whose entry has the size '${size}' is refused`, async () => {
    const message = /damaged archive: its entry 1 is larger than the archive, or has no size/;
    await rejects(readArchive(tarOfSize(size)), refusal(message));
  });
}

Deno.test("an archive with a changed header, or with too many entries, is refused", async () => {
  const changed = createTar([{ name: "own.hdf5", data: "x" }]);
  changed[3] = 0x41;
  await rejects(readArchive(changed), refusal(/checksum of its header 1 does not match/));
  const many = createTar(Array.from({ length: 10_001 }, () => ({ name: "a", data: "" })));
  await rejects(readArchive(many), refusal(/more than 10000 entries/));
});

Deno.test("a link in an archive is not followed", async () => {
  const tar = createTar([{ name: "own.hdf5", data: "x" }]);
  tar[156] = 0x32; // A symbolic link.
  const header = tar.subarray(0, 512);
  header.set(new TextEncoder().encode("        "), 148);
  const sum = header.reduce((all, byte) => all + byte, 0);
  header.set(new TextEncoder().encode(`${sum.toString(8).padStart(6, "0")}\0 `), 148);
  await rejects(readArchive(tar), refusal(/has no '\.hdf5' or '\.h5' file/));
});

/** Writes an HDF5 file with one layer, whose weights `write` adds, and reads it as a Keras file. */
async function readHdf5(write: (layer: InstanceType<typeof h5wasm.Group>) => void) {
  const { FS } = await h5wasm.ready;
  const path = `${crypto.randomUUID()}.h5`;
  const file = new h5wasm.File(path, "w");
  file.create_attribute("model_config", "{}");
  const root = file.create_group("model_weights");
  root.create_attribute("layer_names", ["layer"]);
  write(root.create_group("layer"));
  file.close();
  const bytes = FS.readFile(path);
  FS.unlink(path);
  return await readKerasFile(bytes, "hostile.h5");
}

Deno.test("a file of a few bytes that declares an array of terabytes is refused before it is read", async () => {
  const start = performance.now();
  const read = readHdf5((layer) => {
    layer.create_attribute("weight_names", ["kernel"]);
    const data = new Float32Array(4);
    const options = { name: "kernel", data, shape: [2, 2], maxshape: [null, null], chunks: [2, 2] };
    layer.create_dataset(options).resize([1_000_000, 1_000_000]);
  });
  await rejects(read, refusal(/declares more than 200 million weights, up to '.*kernel'/));
  ok(performance.now() - start < 5000);
});

Deno.test("a file that names the same array again and again is refused", async () => {
  const read = readHdf5((layer) => {
    layer.create_attribute("weight_names", Array.from({ length: 300 }, () => "kernel"));
    layer.create_dataset({ name: "kernel", data: new Float32Array(1e6), shape: [1000, 1000] });
  });
  await rejects(read, refusal(/more than 200 million weights/));
});

Deno.test("links in a circle, and links to other files, lead nowhere", async () => {
  const circle = readHdf5((layer) => {
    layer.create_attribute("weight_names", ["a"]);
    layer.create_soft_link("/model_weights/layer/b", "a");
    layer.create_soft_link("/model_weights/layer/a", "b");
  });
  await rejects(circle, refusal(/hostile\.h5/));
  const outside = readHdf5((layer) => {
    layer.create_attribute("weight_names", ["kernel"]);
    layer.create_external_link("/etc/passwd", "kernel", "kernel");
  });
  await rejects(outside, refusal(/hostile\.h5/));
});
