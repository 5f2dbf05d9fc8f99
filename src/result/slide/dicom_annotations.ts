import { researchUseOnly } from "../../research_use.ts";
import { version } from "../../version.ts";
import { type DicomElement, dicomFile } from "./dicom_writer.ts";
import type { SlideReference, SlideResult } from "./slide_result.ts";

/** Microscopy Bulk Simple Annotations Storage. */
const ANNOTATIONS_CLASS = "1.2.840.10008.5.1.4.1.1.91.1";

/**
 * Writes the mitoses of a DICOM slide as Microscopy Bulk Simple Annotations (DICOM PS3.3, A.87): points in
 * pixels of level 0, each with its probability. It refers to the slide by UIDs; all attributes of the
 * patient are empty.
 *
 * @param date When the annotations were made. Everything else depends only on the result.
 * @returns A DICOM file. Undefined if there is no mitosis, because DICOM allows no empty group.
 */
export async function toDicomAnnotations(
  result: SlideResult,
  slide: SlideReference,
  date: Date,
): Promise<Uint8Array | undefined> {
  const mitoses = result.detections.filter(({ mitosis }) => mitosis);
  if (mitoses.length === 0) return undefined;
  const seed = JSON.stringify([slide, result.model, result.threshold, mitoses]);
  const [instance, series, group] = await Promise.all(
    ["instance", "series", "group"].map((name) => uidOf(`${name} ${seed}`)),
  ) as [string, string, string];
  const stamp = date.toISOString().replaceAll(/[-:]/g, "");
  const source: DicomElement[] = [
    [0x00081150, "UI", slide.sopClassUid],
    [0x00081155, "UI", slide.sopInstanceUid],
  ];
  return dicomFile(ANNOTATIONS_CLASS, instance, [
    [0x00080005, "CS", "ISO_IR 192"],
    [0x00080016, "UI", ANNOTATIONS_CLASS],
    [0x00080018, "UI", instance],
    [0x00080020, "DA", ""],
    [0x00080023, "DA", stamp.slice(0, 8)],
    [0x00080030, "TM", ""],
    [0x00080033, "TM", stamp.slice(9, 15)],
    [0x00080050, "SH", ""],
    [0x00080060, "CS", "ANN"],
    [0x00080070, "LO", "Mitosis Detector"],
    [0x00080090, "PN", ""],
    [0x00081090, "LO", "Mitosis Detector"],
    [0x00081115, "SQ", [[
      [0x0008114a, "SQ", [source]],
      [0x0020000e, "UI", slide.seriesUid],
    ]]],
    [0x00081140, "SQ", [source]],
    [0x00100010, "PN", ""],
    [0x00100020, "LO", ""],
    [0x00100030, "DA", ""],
    [0x00100040, "CS", ""],
    [0x00181000, "LO", "none"],
    [0x00181020, "LO", version],
    [0x0020000d, "UI", slide.studyUid],
    [0x0020000e, "UI", series],
    [0x00200010, "SH", ""],
    [0x00200011, "IS", "1"],
    [0x00200013, "IS", "1"],
    ...(slide.frameOfReferenceUid === undefined ? [] : frameOf(slide.frameOfReferenceUid)),
    [0x00480301, "CS", "VOLUME"],
    [0x006a0001, "CS", "2D"],
    [0x006a0002, "SQ", [[
      [0x0040a180, "US", [1]],
      [0x00660016, "OF", mitoses.flatMap(({ x, y }) => [x, y])],
      [0x00660121, "SQ", [probabilities(mitoses.map(({ probability }) => probability))]],
      [0x006a0003, "UI", group],
      [0x006a0005, "LO", "Mitosis"],
      [0x006a0006, "UT", researchUseOnly],
      [0x006a0007, "CS", "AUTOMATIC"],
      [0x006a0008, "SQ", [[
        [0x0066002f, "SQ", [code("123110", "DCM", "Artificial Intelligence")]],
        [0x00660031, "LO", result.model.version],
        [0x00660036, "LO", result.model.name.slice(0, 64)],
      ]]],
      [0x006a0009, "SQ", [code("91723000", "SCT", "Anatomical structure")]],
      [0x006a000a, "SQ", [code("75167008", "SCT", "Mitosis")]],
      [0x006a000c, "UL", [mitoses.length]],
      [0x006a000d, "CS", "YES"],
      [0x00700023, "CS", "POINT"],
    ]]],
    [0x00700080, "CS", "MITOSES"],
    [0x00700081, "LO", researchUseOnly],
    [0x00700084, "PN", ""],
  ]);
}

function frameOf(uid: string): DicomElement[] {
  return [[0x00200052, "UI", uid], [0x00201040, "LO", "SLIDE_CORNER"]];
}

function code(value: string, scheme: string, meaning: string): DicomElement[] {
  return [[0x00080100, "SH", value], [0x00080102, "SH", scheme], [0x00080104, "LO", meaning]];
}

/** Writes the probability of each annotation as a measurement. */
function probabilities(values: readonly number[]): DicomElement[] {
  return [
    [0x004008ea, "SQ", [code("1", "UCUM", "no units")]],
    [0x0040a043, "SQ", [code("probability", "99MITOSIS", "Probability of a mitosis")]],
    [0x00660132, "SQ", [[[0x00660125, "OF", values]]]],
  ];
}

/** Returns a UID that depends only on a text: 2.25 and 128 bits of its SHA-256. */
async function uidOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return `2.25.${BigInt(`0x${new Uint8Array(digest).subarray(0, 16).toHex()}`)}`;
}
