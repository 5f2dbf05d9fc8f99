import type { Classifier } from "../patch/classifier.ts";
import { writeResult } from "../result/output/writers.ts";
import { createProvenance, identifyInput, identifyModel } from "../result/provenance.ts";
import type { DetectOptions, FieldResult } from "../result/result.ts";
import { describeScale, scaleWarnings } from "../result/scale.ts";
import { type FieldOpener, fieldRequest } from "../search/field_opener.ts";
import { detectMitoses } from "../search/search.ts";
import type { Input } from "./inputs.ts";
import type { Io } from "./io.ts";
import type { JsonRecord } from "./output.ts";
import type { ResultFiles } from "./result_files.ts";
import { compareResult, overwriteRefused, writeResultFile } from "./written_result.ts";

/** The arguments that the searches of all images have in common. */
export interface Search {
  readonly classifier: Classifier;
  readonly opener: FieldOpener;
  readonly options: DetectOptions;
  /** Maximum number of pixels of a field. */
  readonly maxPixels: number;
  readonly files: ResultFiles | undefined;
  /**
   * What to do with a result that is there: replace it, keep it if it is the same and replace it if not, or
   * keep it if it is the same and fail if not.
   */
  readonly existing: "replace" | "compare" | "keep";
  readonly io: Io;
}

/** What happened with one image. */
export interface Outcome {
  readonly text: string;
  readonly record: JsonRecord;
  /** Whether the line itself is the result, since no file has it. */
  readonly isResult: boolean;
}

/**
 * Searches one image and writes its result, unless that is already there.
 *
 * @param onProgress Called with the share of the search that is done, 0 to 1.
 */
export async function searchInput(
  { classifier, opener, options, maxPixels, files, existing, io }: Search,
  input: Input,
  onProgress: (share: number) => void,
): Promise<Outcome> {
  const started = performance.now();
  const bytes = await input.read();
  const identity = await identifyInput(input.relative.split("/").at(-1) ?? "", bytes);
  const model = identifyModel(classifier.bundle.manifest);
  const path = files?.paths.get(input.label);
  let why = "";
  if (files !== undefined && path !== undefined && path !== "-") {
    const wanted = createProvenance(identity, model, options);
    const changes = existing === "replace"
      ? undefined
      : await compareResult(path, files.format, wanted);
    if (changes?.length === 0) {
      return {
        text: `already there: ${path}`,
        record: { status: "already there", outputs: [path] },
        isResult: false,
      };
    }
    if (changes !== undefined && existing === "keep") throw overwriteRefused(path, changes);
    if (changes !== undefined) why = `, replaced: ${changes.join(", ")}`;
  }
  const field = await opener.open(fieldRequest(classifier, bytes, maxPixels, options.mpp));
  try {
    const result = await detectMitoses(classifier, field, options, {
      onProgress: ({ done }) => onProgress(done),
    });
    const { mpp, mppOrigin, fileMpp } = result.image;
    const provenance = createProvenance(identity, model, options, {
      mpp,
      origin: mppOrigin,
      ...(fileMpp === undefined ? {} : { fileMpp }),
    });
    let outputs: string[] = [];
    if (files !== undefined && path !== undefined) {
      const written = await writeResult(files.format, result, field, provenance);
      if (path === "-") await io.write(written);
      else outputs = await writeResultFile(path, files.format, written, provenance);
    }
    const seconds = (performance.now() - started) / 1000;
    const line = formatResult(result, seconds);
    return {
      text: path === undefined || path === "-" ? line : `${line}   wrote ${path}${why}`,
      record: {
        status: path === undefined ? "searched" : "written",
        outputs,
        image: result.image,
        threshold: result.threshold,
        summary: result.summary,
        warnings: scaleWarnings(result.image),
        seconds: Number(seconds.toFixed(2)),
        provenance,
      },
      isResult: path === undefined,
    };
  } finally {
    field.close();
  }
}

function formatResult(
  { image, summary: { count, areaMm2, perMm2 } }: FieldResult,
  seconds: number,
): string {
  return [
    `${image.width} x ${image.height} px, ${describeScale(image)}, ${areaMm2.toPrecision(2)} mm²`,
    `${count} ${count === 1 ? "mitosis" : "mitoses"}`,
    `${perMm2.toFixed(1)} / mm²`,
    `${seconds.toFixed(1)} s`,
  ].join("   ");
}
