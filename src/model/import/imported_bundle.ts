import { OPSET } from "./onnx/write.ts";
import { researchUseOnly } from "../../research_use.ts";
import { version } from "../../version.ts";
import { sha256Of } from "../bundle.ts";
import type { ConvertedNetwork } from "./conversion.ts";
import type { ModelMetadata } from "./ibm.ts";
import type { Manifest } from "../manifest.ts";
import type { SelfTestPatch } from "./self_test_patch.ts";

/** The facts about an imported network that its manifest and model card state. */
export interface ImportRecord {
  readonly metadata: ModelMetadata;
  readonly network: ConvertedNetwork;
  /** The patch of the self-test, and its probability by the direct conversion. */
  readonly selfTest: SelfTestPatch & { readonly probability: number };
  /** Name and SHA-512 of the Keras file. */
  readonly file: { readonly name: string; readonly sha512: string };
  readonly kerasVersion: string;
  /** Number of parameters in the Keras file. */
  readonly parameters: number;
  /** Titles of the graph optimization passes that were applied, in order. */
  readonly passes: readonly string[];
  /** The result of the comparison with the direct conversion, in words. */
  readonly comparison: string;
}

const NETWORK_FILE = "model.onnx";
const SELF_TEST_FILE = "samples/metaphase.png";

/** Creates the files of a bundle with an imported network, by their path in the bundle. */
export async function createImportedBundle(
  record: ImportRecord,
): Promise<Map<string, Uint8Array | string>> {
  const { metadata, network, selfTest } = record;
  const manifest: Manifest = {
    schemaVersion: 1,
    ...metadata,
    network: { file: NETWORK_FILE, sha256: await sha256Of(network.bytes), opset: OPSET },
    input: network.input,
    output: network.output,
    threshold: 0.5,
    mpp: 0.25,
    selfTest: { image: SELF_TEST_FILE, probability: selfTest.probability, tolerance: 1e-5 },
  };
  return new Map<string, Uint8Array | string>([
    ["manifest.json", `${JSON.stringify(manifest, null, 2)}\n`],
    [NETWORK_FILE, network.bytes],
    [SELF_TEST_FILE, selfTest.png],
    ["README.md", modelCard(record)],
  ]);
}

/** Returns the model card in Markdown. */
function modelCard(record: ImportRecord): string {
  const { metadata, network, file, kerasVersion, parameters, passes, comparison } = record;
  const { width, height, channelOrder, layout } = network.input;
  const passTitles = passes.length === 0 ? "none" : passes.join("; ");
  return `# Model card: ${metadata.name}

${metadata.description}. Imported from Keras by Mitosis Detector ${version}.

**${researchUseOnly}**

|         |     |
| ------- | --- |
| Source  | ${metadata.source} |
| License | ${metadata.license}, according to its publisher |
| Keras file | \`${file.name}\`, Keras ${kerasVersion}, ${
    parameters.toLocaleString("en")
  } parameters |
| SHA-512 of the Keras file | \`${file.sha512}\` |
| Trained on | ${metadata.trainedOn.join(", ")} |
| Input   | \`${network.input.name}\`, float32, ${layout}, ${width} x ${height} px, ${channelOrder}; about 0.25 µm per pixel |
| Output  | \`${network.output.name}\`, the probability of a mitosis, 0 to 1; not calibrated; threshold 0.5 |
| Graph optimization passes | ${passTitles} |
| Difference from the direct conversion | ${comparison} |
${metadata.quality.length === 0 ? "" : `\n${qualityTable(metadata)}`}`;
}

function qualityTable({ quality }: ModelMetadata): string {
  const rows = quality.map((row) =>
    `| ${row.data} | ${row.sensitivity} | ${row.falsePositiveRate} | ${row.averagePrecision} |`
  );
  return `## Measured quality, at threshold 0.5

| data | sensitivity | false-positive rate | average precision |
| ---- | ----------- | ------------------- | ----------------- |
${rows.join("\n")}
`;
}
