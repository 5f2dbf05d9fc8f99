import { z } from "zod";
import { Problem } from "../../errors.ts";
import { type CountedArea, scoreConventions, scoreRule } from "./mitotic_score.ts";
import type { CountOptions } from "./slide_result.ts";

/**
 * The schema of the counting options of a slide, as a user types them. An option that is left out stays
 * undefined until {@linkcode resolveCountOptions}.
 */
export const countQuery = z.strictObject({
  hotspotMm2: bounded(0.1, 20).optional(),
  hpfDiameter: bounded(0.2, 1).optional(),
  hpf: bounded(1, 100).int("it must be a whole number").optional(),
  score: z.enum(scoreConventions, "it must be cap, tupac or hpf").optional(),
});

function bounded(min: number, max: number) {
  const accepted = `it must be a number from ${min} to ${max}`;
  return z.coerce.number(accepted).min(min, accepted).max(max, accepted);
}

/** The counting options that a user typed; undefined if left out. */
export type CountQuery = z.infer<typeof countQuery>;

const DEFAULT_HOTSPOT_MM2 = 2;

const DEFAULT_HPF_COUNT = 10;

/**
 * Fills in the defaults of the counting options, and checks that they fit together.
 *
 * @param nameOf Returns the name of an option in messages.
 * @throws {Problem} `request_invalid`, naming the options.
 */
export function resolveCountOptions(
  { hotspotMm2, hpfDiameter, hpf, score }: CountQuery,
  nameOf: (option: keyof CountQuery) => string = (option) => option,
): CountOptions {
  const diameter = nameOf("hpfDiameter");
  if (hpf !== undefined && hpfDiameter === undefined) {
    throw invalid(
      `${nameOf("hpf")} needs ${diameter}, the diameter of a field in millimeters.`,
    );
  }
  if (hotspotMm2 !== undefined && hpfDiameter !== undefined) {
    throw invalid(`${nameOf("hotspotMm2")} and ${diameter} both give the area; use one of them.`);
  }
  const area = hpfDiameter === undefined
    ? { areaMm2: hotspotMm2 ?? DEFAULT_HOTSPOT_MM2 }
    : areaOfFields(hpfDiameter, hpf ?? DEFAULT_HPF_COUNT);
  const convention = score ?? (hpfDiameter === undefined ? "cap" : "hpf");
  if (scoreRule(convention, area) === undefined) {
    throw invalid(
      convention === "tupac"
        ? `${nameOf("score")} tupac counts in 2 mm²; leave out ${
          nameOf("hotspotMm2")
        } and ${diameter}.`
        : `${nameOf("score")} hpf needs ${diameter}, the diameter of a field in millimeters.`,
    );
  }
  return { area, convention };
}

function areaOfFields(diameterMm: number, count: number): CountedArea {
  return { areaMm2: count * Math.PI * (diameterMm / 2) ** 2, fields: { diameterMm, count } };
}

function invalid(message: string): Problem {
  return new Problem("request_invalid", message);
}
