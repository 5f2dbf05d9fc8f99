import { opset } from "./onnx/write.ts";
import { researchUseOnly } from "../../research_use.ts";
import { version } from "../../version.ts";
import { sha256Of } from "../bundle.ts";
import type { ConvertedNetwork } from "./conversion.ts";
import type { ModelFacts } from "./ibm.ts";
import type { Manifest } from "../manifest.ts";
import type { SelfTestPatch } from "./self_test_patch.ts";

/** What the model card of an imported network tells. */
export interface ImportRecord {
  readonly facts: ModelFacts;
  readonly network: ConvertedNetwork;
  readonly selfTest: SelfTestPatch & { readonly probability: number };
  /** Name and SHA-512 of the Keras file. */
  readonly file: { readonly name: string; readonly sha512: string };
  readonly kerasVersion: string;
  readonly parameters: number;
  /** What was done to the straight conversion, in order. */
  readonly passes: readonly string[];
  /** The agreement with the straight conversion, in words. */
  readonly agreement: string;
}

const networkFile = "model.onnx";
const selfTestFile = "samples/metaphase.png";

/** The files of a bundle with an imported network. */
export async function importedBundle(
  record: ImportRecord,
): Promise<Map<string, Uint8Array | string>> {
  const { facts, network, selfTest } = record;
  const manifest: Manifest = {
    schemaVersion: 1,
    ...facts,
    network: { file: networkFile, sha256: await sha256Of(network.bytes), opset },
    input: network.input,
    output: network.output,
    threshold: 0.5,
    mpp: 0.25,
    selfTest: { image: selfTestFile, probability: selfTest.probability, tolerance: 1e-5 },
  };
  return new Map<string, Uint8Array | string>([
    ["manifest.json", `${JSON.stringify(manifest, null, 2)}\n`],
    [networkFile, network.bytes],
    [selfTestFile, selfTest.png],
    ["README.md", card(record)],
  ]);
}

function card(record: ImportRecord): string {
  const { facts, network, file, kerasVersion, parameters, passes, agreement } = record;
  const { width, height, channelOrder, layout } = network.input;
  const passed = passes.length === 0 ? "none" : passes.join("; ");
  return `# Model card: ${facts.name}

${facts.description}. Imported from Keras by Mitosis Detector ${version}.

**${researchUseOnly}**

|         |     |
| ------- | --- |
| Source  | ${facts.source} |
| License | ${facts.license}, as its publisher says it |
| Keras file | \`${file.name}\`, Keras ${kerasVersion}, ${
    parameters.toLocaleString("en")
  } parameters |
| SHA-512 of it | \`${file.sha512}\` |
| Trained on | ${facts.trainedOn.join(", ")} |
| Input   | \`${network.input.name}\`, float32, ${layout}, ${width} x ${height} px, ${channelOrder}; about 0.25 µm a pixel |
| Output  | \`${network.output.name}\`, the probability of a mitosis, 0 to 1; not calibrated; threshold 0.5 |
| Graph passes | ${passed} |
| Agreement with the straight conversion | ${agreement} |
${facts.quality.length === 0 ? "" : `\n${qualityTable(facts)}`}`;
}

function qualityTable({ quality }: ModelFacts): string {
  const rows = quality.map((row) =>
    `| ${row.data} | ${row.sensitivity} | ${row.falsePositiveRate} | ${row.averagePrecision} |`
  );
  return `## Measured quality, at threshold 0.5

| data | sensitivity | false-positive rate | average precision |
| ---- | ----------- | ------------------- | ----------------- |
${rows.join("\n")}
`;
}
