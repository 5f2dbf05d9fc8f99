import type { Manifest } from "../model/manifest.ts";
import { version } from "../version.ts";

/** The origin of a result: program, model, input and options. With these, the result can be made again. */
export interface Provenance {
  readonly program: "Mitosis Detector";
  /** Version of the program. */
  readonly version: string;
  /** The file that was read. */
  readonly input: InputIdentity;
  readonly model: ModelIdentity;
  /** The options of the run, with the defaults filled in. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The scale of the image in micrometers per pixel, and where it comes from; absent for patches. */
  readonly scale?: {
    readonly mpp: number;
    readonly origin: string;
    readonly fileMpp?: number;
  };
  /** When it was made, as ISO 8601 in UTC. */
  readonly created: string;
}

/** A file, or the files of a data set. */
export interface InputIdentity {
  /** Name without folders. */
  readonly name: string;
  /** 64 hexadecimal digits. For a data set, the checksum of the list of checksums and labels of its files. */
  readonly sha256: string;
  readonly bytes: number;
}

/** A model, as its manifest names it. */
export interface ModelIdentity {
  readonly name: string;
  readonly version: string;
  /** SHA-256 of the network's file. */
  readonly sha256: string;
}

/** Returns the identity of a file by its bytes. */
export async function identifyInput(
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<InputIdentity> {
  return { name, sha256: await sha256Of(bytes), bytes: bytes.length };
}

/** Returns the SHA-256 of bytes, as 64 hexadecimal digits. */
export async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

/** Returns the identity of a model. */
export function identifyModel(
  { name, version, network }: Pick<Manifest, "name" | "version" | "network">,
): ModelIdentity {
  return { name, version, sha256: network.sha256 };
}

/**
 * Creates the provenance of a result, with the current time.
 *
 * @param options The options that change the result; those that are undefined are left out.
 */
export function createProvenance(
  input: InputIdentity,
  model: ModelIdentity,
  options: object,
  scale?: NonNullable<Provenance["scale"]>,
): Provenance {
  return {
    program: "Mitosis Detector",
    version,
    input,
    model,
    options: Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)),
    ...(scale === undefined ? {} : { scale }),
    created: new Date().toISOString(),
  };
}

/**
 * Lists the differences between the provenance of an existing result and the wanted one, for messages.
 * Ignores the time, and the scale, which follows from the image and the options.
 *
 * @param found The content that was read as provenance; it may be anything.
 * @returns An empty list if there are no differences.
 *
 * @example
 * ```ts
 * import { createProvenance, differences } from "./provenance.ts";
 * import { deepEqual } from "node:assert/strict";
 *
 * const input = { name: "a.png", sha256: "0".repeat(64), bytes: 1 };
 * const model = { name: "model", version: "1.0.0", sha256: "1".repeat(64) };
 * const wanted = createProvenance(input, model, { threshold: 0.5, keep: false });
 * const found = createProvenance(input, model, { threshold: 0.7, keep: false });
 * deepEqual(differences(found, wanted), ["the option threshold"]);
 * deepEqual(differences({}, wanted), ["its provenance is missing"]);
 * ```
 */
export function differences(found: unknown, wanted: Provenance): string[] {
  if (!isRecord(found) || !isRecord(found["options"])) return ["its provenance is missing"];
  const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
  const foundOptions = found["options"];
  const names = new Set([...Object.keys(wanted.options), ...Object.keys(foundOptions)]);
  return [
    ...(isSame(found["input"], wanted.input) ? [] : ["the image"]),
    ...(isSame(found["model"], wanted.model) ? [] : ["the model"]),
    ...(isSame(found["version"], wanted.version) ? [] : ["the version of the program"]),
    ...[...names].filter((name) => !isSame(foundOptions[name], wanted.options[name]))
      .map((name) => `the option ${name}`),
  ];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
