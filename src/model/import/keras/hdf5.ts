import h5wasm, { type Dataset, type File, type Group } from "h5wasm";
import { messageOf, Problem } from "../../../errors.ts";

/** An array as stored by Keras. */
export interface StoredTensor {
  /** The array's name in its layer: `kernel`, `bias`, `gamma`, … */
  readonly role: string;
  readonly dims: readonly number[];
  readonly data: Float64Array;
}

/** The contents of a Keras HDF5 file. */
export interface KerasFile {
  /** Keras' version as stored in the file, such as `2.1.2-tf`; `unknown` if it is missing. */
  readonly kerasVersion: string;
  /** The attribute `model_config`, parsed as JSON but not validated. */
  readonly modelConfig: unknown;
  /** The arrays of each layer, by the layer's name, in the order of the file. */
  readonly weights: ReadonlyMap<string, readonly StoredTensor[]>;
}

/** Maximum number of weights of all layers; VGG-16, the largest of the family, has 138 million. */
const MAX_NUMBERS = 200e6;

/** The first eight bytes of every HDF5 file. */
const HDF5_SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/**
 * Reads a file that `model.save("name.h5")` wrote. Uses the HDF5 library, compiled to WebAssembly.
 *
 * @param bytes The whole file.
 * @param label The file's name, for messages.
 * @throws {Problem} `weights_unreadable` when the file is a zip archive (such as a `.keras` file of Keras
 * 3), is not HDF5, is truncated or damaged, was not written by Keras, or has no architecture.
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
      `${label} is a damaged HDF5 file: ${reason(error)}. Download or save it again.`,
      error,
    );
  } finally {
    file?.close();
    FS.unlink(path);
  }
}

function open(path: string): File {
  const file = new h5wasm.File(path, "r");
  if (file.file_id < 0n) throw new Error("the HDF5 library cannot open the file");
  return file;
}

function unreadable(message: string, cause?: unknown): Problem {
  return new Problem("weights_unreadable", message, { cause });
}

/** Returns the first line of an error of the HDF5 library, without the name of the C function. */
function reason(error: unknown): string {
  return messageOf(error).replace(/^.*\bin H5\w+\(\):\s*/, "").trim().replace(/\.$/, "");
}

function refuseOtherFormats(bytes: Uint8Array, label: string): void {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) {
    throw unreadable(
      `${label} is a zip archive, probably a '.keras' file of Keras 3. Only HDF5 is accepted: ` +
        `save the network with model.save("name.h5").`,
    );
  }
  if (HDF5_SIGNATURE.some((byte, i) => bytes[i] !== byte)) {
    throw unreadable(
      `${label} is not an HDF5 file: its ${bytes.length} bytes do not begin with the HDF5 signature. ` +
        `Accepted are '.hdf5' and '.h5' files saved by Keras, and IBM's 'assets.tar.gz'.`,
    );
  }
  const expected = declaredLength(bytes);
  if (expected === undefined || bytes.length < expected) {
    throw unreadable(
      `${label} is truncated: it has ${bytes.length} bytes` +
        `${
          expected === undefined ? "" : ` of the ${expected} that its header declares`
        }. Download it again.`,
    );
  }
}

/**
 * Returns the length that an HDF5 file declares, in bytes: the "end of file address" of its superblock
 * (HDF5 File Format Specification 3.0, section II.A). Undefined if the file ends before that number.
 */
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
        ? `${label} has weights, but not the network's architecture. Save the network with ` +
          `model.save("name.h5"), not with save_weights.`
        : `${label} is an HDF5 file that Keras did not write: the attribute 'model_config' is missing.`,
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
  if (!isGroup(root)) {
    throw unreadable(`${label} has no group 'model_weights', so it has no weights.`);
  }
  const layers = new Map<string, StoredTensor[]>();
  let count = 0;
  for (const name of nameList(root, "layer_names")) {
    const group = root.get(name);
    if (!isGroup(group)) throw unreadable(`${label} has no group 'model_weights/${name}'.`);
    const tensors: StoredTensor[] = [];
    for (const path of nameList(group, "weight_names")) {
      const dataset = group.get(path);
      count += isDataset(dataset) ? numbersOf(dataset) : 0;
      // Checked before it is read: a file of a few bytes may declare an array that fills the memory.
      if (count > MAX_NUMBERS) {
        throw unreadable(
          `${label} declares more than ${MAX_NUMBERS / 1e6} million weights, up to ` +
            `'${group.path}/${path}'; at most so many are accepted.`,
        );
      }
      tensors.push(tensor(group, path, label));
    }
    layers.set(name, tensors);
  }
  return layers;
}

function numbersOf({ shape }: Dataset): number {
  return (shape ?? []).reduce((product, side) => product * side, 1);
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

/** Returns the last part of a path without its number: `conv2d_1/kernel:0` becomes `kernel`. */
function roleOf(path: string): string {
  return (path.split("/").at(-1) ?? path).replace(/:\d+$/, "");
}

/**
 * Reads a list of names from an attribute. An HDF5 attribute has at most 64 KiB, so Keras splits
 * longer lists into `name0`, `name1`, …
 */
function nameList(group: Group, attribute: string): string[] {
  const { attrs } = group;
  if (attrs[attribute] !== undefined) return strings(attrs[attribute].value);
  const parts: string[] = [];
  for (let i = 0; attrs[`${attribute}${i}`] !== undefined; i++) {
    parts.push(...strings(attrs[`${attribute}${i}`]?.value));
  }
  return parts;
}

/** Returns the strings of an attribute. Keras stores an empty list as an empty array of numbers. */
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
