import h5wasm from "h5wasm";
import type { KerasFile } from "../../../../src/model/import/keras/hdf5.ts";
import type { TestLayer, TestNetwork } from "./test_network.ts";

/** A Keras version, which determines how a file describes a model. */
export type KerasVersion = "keras 2" | "keras 3";

/** Returns the network's `model_config`, as Keras writes it. */
export function modelConfig({ layers, output }: TestNetwork, version: KerasVersion): unknown {
  const isKeras2 = version === "keras 2";
  const [input] = layers;
  const reference = (name: string | undefined) => isKeras2 ? [[name, 0, 0]] : [name, 0, 0];
  return {
    class_name: isKeras2 ? "Model" : "Functional",
    config: {
      name: "model",
      layers: layers.map((layer) => isKeras2 ? keras2Layer(layer) : keras3Layer(layer)),
      input_layers: reference(input?.name),
      output_layers: reference(output),
    },
  };
}

function keras2Layer({ className, name, options, inputs }: TestLayer) {
  const nodes = inputs.length === 0 ? [] : [inputs.map((input) => [input, 0, 0, {}])];
  return { class_name: className, name, config: options, inbound_nodes: nodes };
}

function keras3Layer({ className, name, options, inputs }: TestLayer) {
  const { batch_input_shape, axis, ...others } = options;
  const tensors = inputs.map((input) => ({
    class_name: "__keras_tensor__",
    config: { shape: [null, 1, 1, 1], dtype: "float32", keras_history: [input, 0, 0] },
  }));
  return {
    module: "keras.layers",
    class_name: className,
    registered_name: null,
    build_config: { input_shape: [null, 1, 1, 1] },
    name,
    config: {
      ...others,
      trainable: true,
      dtype: { module: "keras", class_name: "DTypePolicy", config: { name: "float32" } },
      ...(batch_input_shape ? { batch_shape: batch_input_shape, ragged: false } : {}),
      ...(Array.isArray(axis) ? { axis: axis[0] } : {}),
    },
    inbound_nodes: tensors.length === 0
      ? []
      : [{ args: tensors.length > 1 ? [tensors] : tensors, kwargs: {} }],
  };
}

/** Writes the network as an HDF5 file, in the layout of `model.save`. */
export async function kerasHdf5(network: TestNetwork, version: KerasVersion): Promise<Uint8Array> {
  return await hdf5File((file) => {
    const isKeras2 = version === "keras 2";
    file.create_attribute("keras_version", isKeras2 ? "2.1.2-tf" : "3.9.0");
    file.create_attribute("backend", "tensorflow");
    file.create_attribute("model_config", JSON.stringify(modelConfig(network, version)));
    const root = file.create_group("model_weights");
    const names = network.layers.map(({ name }) => name);
    root.create_attribute("layer_names", names);
    for (const { name, weights } of network.layers) {
      const group = root.create_group(name);
      const scope = isKeras2 ? `stage1/${name}` : name;
      const suffix = isKeras2 ? ":0" : "";
      const paths = Object.keys(weights).map((role) => `${scope}/${role}${suffix}`);
      group.create_attribute("weight_names", paths.length > 0 ? paths : new Float64Array());
      if (paths.length > 0) createGroups(group, scope.split("/"));
      for (const [role, { dims, data }] of Object.entries(weights)) {
        group.create_dataset({ name: `${scope}/${role}${suffix}`, data, shape: [...dims] });
      }
    }
  });
}

function createGroups(
  group: InstanceType<typeof h5wasm.Group>,
  [first, ...others]: string[],
): void {
  if (first === undefined) return;
  createGroups(group.create_group(first), others);
}

/** Writes an HDF5 file with the contents that `fill` creates. */
export async function hdf5File(
  fill: (file: InstanceType<typeof h5wasm.File>) => void,
): Promise<Uint8Array> {
  const { FS } = await h5wasm.ready;
  const path = `${crypto.randomUUID()}.h5`;
  const file = new h5wasm.File(path, "w");
  fill(file);
  file.close();
  const bytes = FS.readFile(path).slice();
  FS.unlink(path);
  return bytes;
}

/** Returns what `readKerasFile` returns for the network's file, without writing a file. */
export function kerasFileOf(network: TestNetwork): KerasFile {
  return {
    kerasVersion: "2.1.2-tf",
    modelConfig: modelConfig(network, "keras 2"),
    weights: new Map(network.layers.map(({ name, weights }) => [
      name,
      Object.entries(weights).map(([role, { dims, data }]) => ({
        role,
        dims,
        data: Float64Array.from(data),
      })),
    ])),
  };
}
