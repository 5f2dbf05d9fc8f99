import type { z } from "zod";
import { messageOf, Problem } from "../errors.ts";
import { decodePng } from "../image/png/decode.ts";
import type { RgbImage } from "../image/rgb_image.ts";
import { type Manifest, parseManifest } from "./manifest.ts";

/** Access to the files of a bundle, in a folder or embedded in the program. */
export interface BundleFiles {
  /** Where the files are, for messages: "folder '/models/ibm'". */
  readonly where: string;
  /** `manifest.json`, parsed but not validated. */
  readonly manifest: unknown;
  /** The model card `README.md`, as Markdown; empty if there is none. */
  readonly card: string;
  /** Reads a file that the manifest names. Rejects if the file cannot be read. */
  read(file: string): Promise<Uint8Array<ArrayBuffer>>;
}

/** A bundle whose files were checked against its manifest. */
export interface Bundle {
  readonly manifest: Manifest;
  /** The model card, as Markdown; empty if there is none. */
  readonly card: string;
  /** Bytes of the ONNX file. Their SHA-256 is the one in the manifest. */
  readonly network: Uint8Array<ArrayBuffer>;
  /** The image of the self-test, decoded. */
  readonly selfTestImage: RgbImage;
  /** The PNG file with the image of the self-test. */
  readonly selfTestPng: Uint8Array;
}

/**
 * Reads a bundle and checks it: the manifest's schema, the network's SHA-256, and the size of the
 * self-test's image. It does not run the network.
 *
 * @throws {Problem} `model_invalid`; the message says what is wrong.
 */
export async function openBundle(files: BundleFiles): Promise<Bundle> {
  const parsed = parseManifest(files.manifest);
  if (!parsed.success) {
    throw invalid(files, `manifest.json is not valid: ${firstIssue(parsed.error)}`);
  }
  const manifest = parsed.data;
  const network = await readFile(files, manifest.network.file);
  const sha256 = await sha256Of(network);
  if (sha256 !== manifest.network.sha256) {
    throw invalid(
      files,
      `${manifest.network.file} has SHA-256 ${sha256.slice(0, 12)}…, but its manifest says ` +
        `${manifest.network.sha256.slice(0, 12)}…`,
    );
  }
  const selfTestPng = await readFile(files, manifest.selfTest.image);
  const selfTestImage = decodeSelfTest(files, manifest, selfTestPng);
  return { manifest, card: files.card, network, selfTestImage, selfTestPng };
}

/** Computes a SHA-256 and returns it in hexadecimal. */
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
    throw new Error(
      `it has ${image.width} x ${image.height} px, but the network takes ${input.width} x ${input.height} px`,
    );
  } catch (thrown) {
    throw invalid(
      files,
      `the self-test's image ${selfTest.image} cannot be used: ${messageOf(thrown)}`,
    );
  }
}

function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  return `${issue?.path.join(".") || "the document"}: ${issue?.message ?? "is not valid"}`;
}

function invalid(files: BundleFiles, what: string): Problem {
  return new Problem("model_invalid", `The model in ${files.where} cannot be served: ${what}.`);
}
