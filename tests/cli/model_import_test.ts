import { deepEqual, equal, match } from "node:assert/strict";
import { dispatch } from "../../src/cli/dispatch.ts";
import { modelImport } from "../../src/cli/model_import.ts";
import { hdf5File, kerasHdf5 } from "../model/import/keras/keras_hdf5.ts";
import { TestNetwork } from "../model/import/keras/test_network.ts";

/** Returns a network of a few weights, which is read quickly. */
function smallNetwork(change: (network: TestNetwork, x: string) => void = () => {}): TestNetwork {
  const network = new TestNetwork();
  const x = network.conv(network.input(16), 4, 3);
  change(network, x);
  network.dense(network.globalAverage(x), 1);
  return network;
}

/** Runs `model import` on a file. Returns the exit code, the output, and the files in its folder. */
async function runImport(bytes: Uint8Array, ...options: string[]) {
  const folder = await Deno.makeTempDir();
  const output: string[] = [];
  const [log, error] = [console.log, console.error];
  console.log = console.error = (text: unknown) => output.push(String(text));
  try {
    await Deno.writeFile(`${folder}/own.h5`, bytes);
    const args = ["model", "import", `${folder}/own.h5`, "--output", `${folder}/out`, ...options];
    const code = await dispatch([modelImport], args);
    const files = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    return { code, text: output.join("\n"), files, isWritten: files.includes("out") };
  } finally {
    [console.log, console.error] = [log, error];
    await Deno.remove(folder, { recursive: true });
  }
}

/** Files that are refused, by description, each with the message that it must get. */
const refused: Record<string, { bytes: () => Promise<Uint8Array> | Uint8Array; message: RegExp }> =
  {
    "text": {
      bytes: () => new TextEncoder().encode("hello"),
      message: /not an HDF5 file: its 5 bytes/,
    },
    "an empty file": { bytes: () => new Uint8Array(), message: /not an HDF5 file: its 0 bytes/ },
    "a Keras 3 archive": {
      bytes: () => new Uint8Array([0x50, 0x4b, 3, 4, 0, 0]),
      message: /zip archive, probably a '.keras' file of Keras 3.*model\.save\("name\.h5"\)/,
    },
    "a truncated file": {
      bytes: async () => (await kerasHdf5(smallNetwork(), "keras 2")).slice(0, 4000),
      message: /truncated: it has 4000 bytes of the \d+/,
    },
    "a damaged file": {
      bytes: async () => (await kerasHdf5(smallNetwork(), "keras 2")).fill(0xaa, 100, 3000),
      message: /damaged/,
    },
    "HDF5 that is not Keras": {
      bytes: () => hdf5File((file) => void file.create_group("measurements")),
      message: /that Keras did not write: the attribute 'model_config' is missing/,
    },
    "weights without an architecture": {
      bytes: () => hdf5File((file) => void file.create_attribute("layer_names", ["conv"])),
      message: /has weights, but not the network's architecture/,
    },
    "a layer that is not supported": {
      bytes: () => kerasHdf5(smallNetwork((n, x) => n.other("LSTM", x, { units: 3 })), "keras 2"),
      message: /Layer 'lstm_1' \(LSTM\): this layer class is not supported/,
    },
    "an option that is not supported": {
      bytes: () =>
        kerasHdf5(smallNetwork((n, x) => n.other("ReLU", x, { max_value: 6 })), "keras 3"),
      message: /Layer 'relu_1' \(ReLU\): the option max_value = 6 is not supported/,
    },
    "an option that is not known": {
      bytes: () =>
        kerasHdf5(smallNetwork((n, x) => n.other("Flatten", x, { shuffle: 2 })), "keras 2"),
      message: /Layer 'flatten_1' \(Flatten\): the option shuffle = 2 is not supported/,
    },
    "an open input shape": {
      bytes: () => {
        const network = smallNetwork();
        const options = network.layers[0]?.options as Record<string, unknown>;
        options["batch_input_shape"] = [null, null, null, 3];
        return kerasHdf5(network, "keras 2");
      },
      message: /input_1' \(InputLayer\): the option batch_input_shape = \[null,null,null,3\]/,
    },
    "a network of several answers": {
      bytes: () => {
        const network = smallNetwork();
        network.dense(network.output, 2);
        return kerasHdf5(network, "keras 2");
      },
      message: /output is \[N, 2\]; it must be one number per patch/,
    },
    "a sequential model": {
      bytes: () =>
        hdf5File((file) => {
          file.create_attribute("model_config", JSON.stringify({ class_name: "Sequential" }));
          file.create_group("model_weights");
        }),
      message: /model of class 'Sequential'/,
    },
  };

for (const [name, { bytes, message }] of Object.entries(refused)) {
  Deno.test(`model import refuses ${name} with a clear message and writes nothing`, async () => {
    const { code, text, files } = await runImport(await bytes(), "--allow-unverified");
    match(text, message);
    equal(code, 1);
    deepEqual(files, ["own.h5"]);
  });
}

Deno.test("model import refuses a file that IBM did not publish", async () => {
  const bytes = await kerasHdf5(smallNetwork(), "keras 2");
  const { code, text, isWritten } = await runImport(bytes);
  match(
    text,
    /SHA-512 [0-9a-f]{16}…, but IBM's published model has 3c18a2622e3c9277….*--allow-unver/,
  );
  deepEqual([code, isWritten], [1, false]);
});

Deno.test("model import accepts any network of the family with --allow-unverified", async () => {
  const bytes = await kerasHdf5(smallNetwork(), "keras 3");
  const { code, text, files } = await runImport(bytes, "--allow-unverified");
  match(text, /read .*4 layers.*\n.*verify .*not IBM's.*\n.*input .*RGB from -1 to 1/);
  match(text, /check .*on 1,000 synthetic patches: \de[-+]\d/);
  deepEqual([code, files], [0, ["out", "own.h5"]]);
});

Deno.test("a wrong option of model import exits with 2", async () => {
  const { code } = await runImport(new Uint8Array(), "--preprocessing", "bgr");
  equal(code, 2);
});

Deno.test("when no download works, the message names every URL, and how to pass a file instead", async () => {
  const output: string[] = [];
  const [{ fetch }, { error }] = [globalThis, console];
  globalThis.fetch = () => Promise.reject(new TypeError("no route to host"));
  console.error = (text: unknown) => output.push(String(text));
  try {
    equal(await dispatch([modelImport], ["model", "import"]), 1);
  } finally {
    globalThis.fetch = fetch;
    console.error = error;
  }
  match(output.join("\n"), /raw\.githubusercontent\.com\S+ \(no route to host\)/);
  match(output.join("\n"), /codait-cos-max\S+ \(no route to host\)/);
  match(output.join("\n"), /deno task model:import FILE/);
});
