import type { FieldImage, Place } from "../result.ts";

const MICRONS_PER_MM = 1000;

/** What is written down. */
interface Places {
  readonly image: Pick<FieldImage, "mpp">;
  readonly detections: readonly Place[];
}

/**
 * Detections in the form of the MIDOG challenges ("Multiple points" of grand-challenge.org): places in
 * millimeters from the upper left corner, the third coordinate 0.
 */
export function toMidog({ image: { mpp }, detections }: Places) {
  return {
    name: "Points of interest",
    type: "Multiple points" as const,
    points: detections.map(({ x, y, probability, mitosis }) => ({
      name: mitosis ? "mitotic figure" : "non-mitotic figure",
      point: [x * mpp / MICRONS_PER_MM, y * mpp / MICRONS_PER_MM, 0],
      probability,
    })),
    version: { major: 1, minor: 0 },
  };
}
