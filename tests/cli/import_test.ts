import { deepEqual, equal, match } from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { createTar } from "nanotar";
import { dispatch } from "../../src/cli/dispatch.ts";
import { modelImport } from "../../src/cli/import.ts";
import { fetchWeightsFile, readWeightsFile } from "../../src/model/import/weights_file.ts";
import { hdf5File, kerasHdf5 } from "../model/import/keras/keras_hdf5.ts";
import { TestNetwork } from "../model/import/keras/test_network.ts";

/** A network that is read in no time. */
function small(change: (network: TestNetwork, x: string) => void = () => {}): TestNetwork {
  const network = new TestNetwork();
  const x = network.conv(network.input(16), 4, 3);
  change(network, x);
  network.dense(network.globalAverage(x), 1);
  return network;
}

/** Runs `model import` on a file of these bytes; what it printed, its exit code, and what it left. */
async function importing(bytes: Uint8Array, ...options: string[]) {
  const folder = await Deno.makeTempDir();
  const said: string[] = [];
  const [log, error] = [console.log, console.error];
  console.log = console.error = (text: unknown) => said.push(String(text));
  try {
    await Deno.writeFile(`${folder}/own.h5`, bytes);
    const args = ["model", "import", `${folder}/own.h5`, "--output", `${folder}/out`, ...options];
    const code = await dispatch([modelImport], args);
    const left = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    return { code, said: said.join("\n"), left, isWritten: left.includes("out") };
  } finally {
    [console.log, console.error] = [log, error];
    await Deno.remove(folder, { recursive: true });
  }
}

/** What each damaged or foreign file must say. */
const refused: Record<string, { bytes: () => Promise<Uint8Array> | Uint8Array; says: RegExp }> = {
  "text": { bytes: () => new TextEncoder().encode("hello"), says: /not an HDF5 file: its 5 bytes/ },
  "an empty file": { bytes: () => new Uint8Array(), says: /not an HDF5 file: its 0 bytes/ },
  "a Keras 3 archive": {
    bytes: () => new Uint8Array([0x50, 0x4b, 3, 4, 0, 0]),
    says: /zip archive, probably a '.keras' file of Keras 3.*model\.save\("name\.h5"\)/,
  },
  "a truncated file": {
    bytes: async () => (await kerasHdf5(small(), "keras 2")).slice(0, 4000),
    says: /truncated: it has 4000 bytes of the \d+/,
  },
  "a damaged file": {
    bytes: async () => (await kerasHdf5(small(), "keras 2")).fill(0xaa, 100, 3000),
    says: /damaged/,
  },
  "HDF5 that is not Keras": {
    bytes: () => hdf5File((file) => void file.create_group("measurements")),
    says: /that Keras did not write: the attribute 'model_config' is missing/,
  },
  "weights without an architecture": {
    bytes: () => hdf5File((file) => void file.create_attribute("layer_names", ["conv"])),
    says: /has weights, but not the network's architecture/,
  },
  "a layer that is not supported": {
    bytes: () => kerasHdf5(small((n, x) => n.other("LSTM", x, { units: 3 })), "keras 2"),
    says: /Layer 'lstm_1' \(LSTM\): this layer class is not supported/,
  },
  "an option that is not supported": {
    bytes: () => kerasHdf5(small((n, x) => n.other("ReLU", x, { max_value: 6 })), "keras 3"),
    says: /Layer 'relu_1' \(ReLU\): the option max_value = 6 is not supported/,
  },
  "an option that is not known": {
    bytes: () => kerasHdf5(small((n, x) => n.other("Flatten", x, { shuffle: 2 })), "keras 2"),
    says: /Layer 'flatten_1' \(Flatten\): the option shuffle = 2 is not supported/,
  },
  "an open input shape": {
    bytes: () => {
      const network = small();
      const options = network.layers[0]?.options as Record<string, unknown>;
      options["batch_input_shape"] = [null, null, null, 3];
      return kerasHdf5(network, "keras 2");
    },
    says: /input_1' \(InputLayer\): the option batch_input_shape = \[null,null,null,3\]/,
  },
  "a network of several answers": {
    bytes: () => {
      const network = small();
      network.dense(network.output, 2);
      return kerasHdf5(network, "keras 2");
    },
    says: /output is \[N, 2\]; it must be one number per patch/,
  },
  "a sequential model": {
    bytes: () =>
      hdf5File((file) => {
        file.create_attribute("model_config", JSON.stringify({ class_name: "Sequential" }));
        file.create_group("model_weights");
      }),
    says: /model of class 'Sequential'/,
  },
};

for (const [name, { bytes, says }] of Object.entries(refused)) {
  Deno.test(`model import refuses ${name} in its own words and writes nothing`, async () => {
    const { code, said, left } = await importing(await bytes(), "--allow-unverified");
    match(said, says);
    equal(code, 1);
    deepEqual(left, ["own.h5"]);
  });
}

Deno.test("model import refuses a file that IBM did not publish", async () => {
  const bytes = await kerasHdf5(small(), "keras 2");
  const { code, said, isWritten } = await importing(bytes);
  match(
    said,
    /SHA-512 [0-9a-f]{16}…, but IBM's published model has 3c18a2622e3c9277….*--allow-unver/,
  );
  deepEqual([code, isWritten], [1, false]);
});

Deno.test("model import takes one's own network with --allow-unverified", async () => {
  const bytes = await kerasHdf5(small(), "keras 3");
  const { code, said, left } = await importing(bytes, "--allow-unverified");
  match(said, /read .*4 layers.*\n.*verify .*not IBM's.*\n.*input .*RGB from -1 to 1/);
  match(said, /check .*on 1,000 synthetic patches: \de[-+]\d/);
  deepEqual([code, left], [0, ["out", "own.h5"]]);
});

Deno.test("a wrong call of model import has exit code 2", async () => {
  const { code } = await importing(new Uint8Array(), "--preprocessing", "bgr");
  equal(code, 2);
});

Deno.test("without a network, every address is named and the way to pass a file", async () => {
  const said: string[] = [];
  const [{ fetch }, { error }] = [globalThis, console];
  globalThis.fetch = () => Promise.reject(new TypeError("no route to host"));
  console.error = (text: unknown) => said.push(String(text));
  try {
    equal(await dispatch([modelImport], ["model", "import"]), 1);
  } finally {
    globalThis.fetch = fetch;
    console.error = error;
  }
  match(said.join("\n"), /raw\.githubusercontent\.com\S+ \(no route to host\)/);
  match(said.join("\n"), /codait-cos-max\S+ \(no route to host\)/);
  match(said.join("\n"), /deno task model:import FILE/);
});

Deno.test("the second address is asked when the first does not answer, and its archive opened", async () => {
  const bytes = await kerasHdf5(small(), "keras 2");
  const archive = gzipSync(createTar([{ name: "assets/own.hdf5", data: bytes }]));
  const asked: string[] = [];
  const file = await fetchWeightsFile((url) => {
    asked.push(String(url));
    const isArchive = String(url).endsWith(".tar.gz");
    return Promise.resolve(
      isArchive ? new Response(new Uint8Array(archive)) : new Response("gone", { status: 404 }),
    );
  });
  equal(asked.length, 2);
  deepEqual([file.name, file.bytes], ["own.hdf5", new Uint8Array(bytes)]);
});

Deno.test("an archive cut off, or without weights, is refused", async () => {
  const path = await Deno.makeTempFile({ suffix: ".tar.gz" });
  const archive = gzipSync(createTar([{ name: "readme.txt", data: "none" }]));
  await Deno.writeFile(path, archive.subarray(0, 40));
  match((await readWeightsFile(path).catch((e) => e)).message, /damaged archive/);
  await Deno.writeFile(path, archive);
  match((await readWeightsFile(path).catch((e) => e)).message, /has no.*it has: readme\.txt/);
  await Deno.remove(path);
});
