import type { FieldImage, Mark } from "../result.ts";
import { describeScale } from "../scale.ts";

const MICROMETERS_PER_MM = 1000;

/** The parts of a result that {@linkcode toMidog} converts. */
interface MidogContent {
  readonly image: Pick<FieldImage, "mpp" | "mppOrigin" | "fileMpp">;
  readonly detections: readonly Mark[];
}

/**
 * Converts detections to the JSON format of the MIDOG challenges ("Multiple points" of
 * grand-challenge.org): points in millimeters from the upper left corner, with 0 as third
 * coordinate. The scale is part of `name`, because the format has no other place for it.
 */
export function toMidog({ image, detections }: MidogContent) {
  const toMillimeters = (pixels: number) => pixels * image.mpp / MICROMETERS_PER_MM;
  return {
    name: `Points of interest at ${describeScale(image)}`,
    type: "Multiple points" as const,
    points: detections.map(({ x, y, probability, mitosis }) => ({
      name: mitosis ? "mitotic figure" : "non-mitotic figure",
      point: [toMillimeters(x), toMillimeters(y), 0],
      probability,
    })),
    version: { major: 1, minor: 0 },
  };
}
