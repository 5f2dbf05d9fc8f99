import type { z } from "zod";
import { messageOf, Problem } from "../errors.ts";
import { decodePng } from "../image/png/decode.ts";
import type { RgbImage } from "../image/rgb_image.ts";
import { type Manifest, parseManifest } from "./manifest.ts";

/** The files of a bundle, wherever they lie. */
export interface BundleFiles {
  /** What to call the place in a message. */
  readonly where: string;
  /** `manifest.json`, parsed but not validated. */
  readonly manifest: unknown;
  /** `README.md`, the model card, as Markdown. */
  readonly card: string;
  /** Bytes of a file that the manifest names. */
  read(file: string): Promise<Uint8Array<ArrayBuffer>>;
}

/** A model that was checked: what it says of itself, and its bytes, which match. */
export interface Bundle {
  readonly manifest: Manifest;
  readonly card: string;
  /** Bytes of the ONNX file; their SHA-256 is that of the manifest. */
  readonly network: Uint8Array<ArrayBuffer>;
  /** The picture of the self-test, and the PNG file that it was decoded from. */
  readonly selfTestImage: RgbImage;
  readonly selfTestPng: Uint8Array;
}

/**
 * Reads a bundle and checks it against its manifest: the schema, the checksum of the network, the
 * size of the self-test's picture.
 *
 * @throws {Problem} `model_invalid`, with one sentence that says what does not fit.
 */
export async function openBundle(files: BundleFiles): Promise<Bundle> {
  const parsed = parseManifest(files.manifest);
  if (!parsed.success) {
    throw invalid(files, `manifest.json does not fit its schema: ${firstIssue(parsed.error)}`);
  }
  const manifest = parsed.data;
  const network = await readFile(files, manifest.network.file);
  const sha256 = await sha256Of(network);
  if (sha256 !== manifest.network.sha256) {
    throw invalid(
      files,
      `${manifest.network.file} has SHA-256 ${sha256.slice(0, 12)}…, its manifest says ` +
        `${manifest.network.sha256.slice(0, 12)}…`,
    );
  }
  const selfTestPng = await readFile(files, manifest.selfTest.image);
  const selfTestImage = decodeSelfTest(files, manifest, selfTestPng);
  return { manifest, card: files.card, network, selfTestImage, selfTestPng };
}

/** SHA-256 in hexadecimal. */
export async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

async function readFile(files: BundleFiles, file: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await files.read(file);
  } catch (thrown) {
    throw invalid(files, `${file} cannot be read: ${messageOf(thrown)}`);
  }
}

function decodeSelfTest(
  files: BundleFiles,
  { input, selfTest }: Manifest,
  bytes: Uint8Array,
): RgbImage {
  try {
    const image = decodePng(bytes);
    if (image.width === input.width && image.height === input.height) return image;
    throw new Error(`it has ${image.width} x ${image.height} px`);
  } catch (thrown) {
    throw invalid(files, `the self-test's ${selfTest.image} is not usable: ${messageOf(thrown)}`);
  }
}

function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  return `${issue?.path.join(".") || "the document"}: ${issue?.message ?? "not valid"}`;
}

function invalid(files: BundleFiles, what: string): Problem {
  return new Problem("model_invalid", `The model of ${files.where} cannot be served: ${what}.`);
}
