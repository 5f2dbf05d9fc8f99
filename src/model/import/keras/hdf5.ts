import h5wasm, { type Dataset, type File, type Group } from "h5wasm";
import { messageOf, Problem } from "../../../errors.ts";

/** One stored array, as Keras wrote it. */
export interface StoredTensor {
  /** What the layer calls it: `kernel`, `bias`, `gamma`, … */
  readonly role: string;
  readonly dims: readonly number[];
  readonly data: Float64Array;
}

/** What a Keras HDF5 file holds. */
export interface KerasFile {
  /** As the file says, such as `2.1.2-tf`; `unknown` where it does not. */
  readonly kerasVersion: string;
  /** The parsed attribute `model_config`: not yet validated. */
  readonly modelConfig: unknown;
  /** The arrays of each layer by the layer's name, in the order in which Keras stored them. */
  readonly weights: ReadonlyMap<string, readonly StoredTensor[]>;
}

const signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/**
 * Reads a file that `model.save("….h5")` wrote, with the HDF5 library itself compiled to WebAssembly.
 *
 * @param bytes The whole file.
 * @param label How messages call the file.
 * @throws {Problem} `weights_unreadable`: a Keras 3 `.keras` archive, no HDF5, cut off, damaged, or
 * HDF5 that Keras did not write.
 */
export async function readKerasFile(bytes: Uint8Array, label: string): Promise<KerasFile> {
  refuseOtherFormats(bytes, label);
  const { FS, activate_throwing_error_handler } = await h5wasm.ready;
  activate_throwing_error_handler();
  const path = `${crypto.randomUUID()}.h5`;
  FS.writeFile(path, bytes);
  let file: File | undefined;
  try {
    file = open(path);
    return {
      kerasVersion: textAttribute(file, "keras_version") ?? "unknown",
      modelConfig: modelConfigOf(file, label),
      weights: weightsOf(file, label),
    };
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw unreadable(
      `${label} is HDF5, but damaged: ${reason(error)}. Fetch or save it again.`,
      error,
    );
  } finally {
    file?.close();
    FS.unlink(path);
  }
}

function open(path: string): File {
  const file = new h5wasm.File(path, "r");
  if (file.file_id < 0n) throw new Error("the HDF5 library cannot open it");
  return file;
}

function unreadable(message: string, cause?: unknown): Problem {
  return new Problem("weights_unreadable", message, { cause });
}

/** The first thing that the HDF5 library complained of. */
function reason(error: unknown): string {
  return messageOf(error).replace(/^.*\bin H5\w+\(\):\s*/, "").trim().replace(/\.$/, "");
}

function refuseOtherFormats(bytes: Uint8Array, label: string): void {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) {
    throw unreadable(
      `${label} is a zip archive, as Keras 3 writes '.keras' files. Accepted is HDF5: ` +
        `save the network with model.save("name.h5").`,
    );
  }
  if (signature.some((byte, i) => bytes[i] !== byte)) {
    throw unreadable(
      `${label} is not an HDF5 file: its ${bytes.length} bytes do not begin with HDF5's signature. ` +
        `Accepted are '.hdf5' and '.h5' files saved by Keras, and IBM's 'assets.tar.gz'.`,
    );
  }
  const expected = declaredLength(bytes);
  if (expected === undefined || bytes.length < expected) {
    throw unreadable(
      `${label} is cut off: ${bytes.length} bytes` +
        `${expected === undefined ? "" : ` of the ${expected} that it declares`}. Fetch it again.`,
    );
  }
}

/** The "end of file address" of the superblock (HDF5 File Format Specification 3.0, section II.A). */
function declaredLength(bytes: Uint8Array): number | undefined {
  const version = bytes[8] ?? 0;
  const at = version === 0 ? 40 : version === 1 ? 44 : 28;
  if (bytes.length < at + 8) return undefined;
  return Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(at, true));
}

function modelConfigOf(file: File, label: string): unknown {
  const json = textAttribute(file, "model_config");
  if (json === undefined) {
    throw unreadable(
      file.keys().includes("layer_names") || "layer_names" in file.attrs
        ? `${label} holds weights without the network's architecture. Save it with ` +
          `model.save("name.h5"), not save_weights.`
        : `${label} is HDF5, but Keras did not write it: the attribute 'model_config' is missing.`,
    );
  }
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw unreadable(`${label} is damaged: its 'model_config' is not JSON.`, cause);
  }
}

function weightsOf(file: File, label: string): Map<string, StoredTensor[]> {
  const root = file.get("model_weights");
  if (!isGroup(root)) throw unreadable(`${label} has no group 'model_weights': no weights in it.`);
  const layers = new Map<string, StoredTensor[]>();
  for (const name of nameList(root, "layer_names")) {
    const group = root.get(name);
    if (!isGroup(group)) throw unreadable(`${label} has no group 'model_weights/${name}'.`);
    layers.set(name, nameList(group, "weight_names").map((path) => tensor(group, path, label)));
  }
  return layers;
}

function tensor(group: Group, path: string, label: string): StoredTensor {
  const dataset = group.get(path);
  const value = isDataset(dataset) ? dataset.value : undefined;
  const dims = isDataset(dataset) ? dataset.shape : null;
  if (!(value instanceof Float32Array || value instanceof Float64Array) || dims === null) {
    throw unreadable(
      `${label}: '${group.path}/${path}' is not an array of floating-point numbers.`,
    );
  }
  const data = Float64Array.from(value);
  if (!data.every(Number.isFinite)) {
    throw unreadable(`${label}: '${group.path}/${path}' has values that are not finite.`);
  }
  return { role: roleOf(path), dims, data };
}

/** `stage1/conv2d_1/kernel:0` is a `kernel`. */
function roleOf(path: string): string {
  return (path.split("/").at(-1) ?? path).replace(/:\d+$/, "");
}

/** A list of names; Keras splits what exceeds HDF5's 64 KiB into `name0`, `name1`, … */
function nameList(group: Group, attribute: string): string[] {
  const { attrs } = group;
  if (attrs[attribute] !== undefined) return strings(attrs[attribute].value);
  const parts: string[] = [];
  for (let i = 0; attrs[`${attribute}${i}`] !== undefined; i++) {
    parts.push(...strings(attrs[`${attribute}${i}`]?.value));
  }
  return parts;
}

/** Strings of any HDF5 kind; an empty list is stored as an empty array of numbers. */
function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

function textAttribute(file: File, name: string): string | undefined {
  const value = file.attrs[name]?.value;
  return typeof value === "string" ? value : undefined;
}

function isGroup(entity: unknown): entity is Group {
  return entity instanceof h5wasm.Group;
}

function isDataset(entity: unknown): entity is Dataset {
  return entity instanceof h5wasm.Dataset;
}
