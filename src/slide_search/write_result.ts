import { toCsv } from "../result/output/csv.ts";
import { toMidog } from "../result/output/midog.ts";
import { toDicomAnnotations } from "../result/slide/dicom_annotations.ts";
import { toSlideGeoJson } from "../result/slide/slide_geojson.ts";
import { toSlideJson } from "../result/slide/slide_json.ts";
import type { SlideResult } from "../result/slide/slide_result.ts";
import { writeFile } from "../files/write_file.ts";
import type { SearchableSlide } from "./open_slide.ts";

/**
 * Writes the result of a slide in all formats, each file completely or not at all. Writes the JSON last, so
 * that it exists only if the others do.
 *
 * @param base The path of the files, without their endings.
 * @returns Their paths, the JSON first.
 * @throws {Problem} `file_unwritable`.
 */
export async function writeSlideResult(
  base: string,
  result: SlideResult,
  slide: Pick<SearchableSlide, "overview">,
): Promise<string[]> {
  const { image, detections, hotspots, summary, tissue, score, dicom } = result;
  const annotations = dicom && await toDicomAnnotations(result, dicom, new Date());
  const files: Record<string, Uint8Array | string> = {
    ".geojson": json(toSlideGeoJson(result)),
    ".csv": toCsv(result),
    ".midog.json": json(toMidog(result)),
    ".png": await slide.overview({ image, detections, hotspots, summary, tissue, score }),
    ...(annotations && { ".ann.dcm": annotations }),
    ".json": json(toSlideJson(result)),
  };
  for (const [ending, content] of Object.entries(files)) await writeFile(base + ending, content);
  return Object.keys(files).toReversed().map((ending) => base + ending);
}

function json(value: unknown): string {
  return JSON.stringify(value, null, 1) + "\n";
}
