import type { Output } from "./output.ts";
import { describeScale } from "../result/scale.ts";
import type { SlideResult } from "../result/slide/slide_result.ts";
import { maskMm2 } from "../result/slide/slide_result.ts";
import type { SearchPlan } from "../slide_search/search_plan.ts";
import { toMm } from "../result/slide/slide_json.ts";
import { describeScore } from "../result/slide/mitotic_score.ts";
import type { SlideFacts } from "../slide_search/open_slide.ts";

/** Describes a slide that is about to be searched, in one line. */
export function describeSlide(facts: SlideFacts, { tissue }: Pick<SearchPlan, "tissue">): string {
  const size = [facts.width, facts.height].map(grouped).join(" x ");
  const mm2 = maskMm2(tissue, facts.resolution.mpp).toPrecision(3);
  return `${size} px, ${describeScale(facts.resolution)}, ${facts.format}, tissue ${mm2} mm²`;
}

/** Prints the result of a slide and where it was written. */
export function printResult(
  output: Output,
  location: string,
  result: SlideResult,
  outputs: readonly string[],
): void {
  const [first = "", ...others] = outputs;
  const base = first.replace(/\.json$/, "");
  const endings = [first, ...others.map((path) => path.slice(base.length))];
  const lines = [...describeResult(result), `wrote ${endings.join(" ")}`];
  const { summary, score, hotspots, warnings } = result;
  output.status(lines.map((line) => `  ${line}`).join("\n"), {
    file: location,
    status: "written",
    outputs,
    summary,
    score,
    hotspot: hotspots[0],
    warnings,
  });
}

/** Describes the result of a slide, in a few lines. */
export function describeResult(result: SlideResult): string[] {
  const { summary, hotspots: [hottest], score, image, warnings, coverage } = result;
  return [
    `${mitoses(summary.count)}, ${summary.perMm2.toFixed(1)} / mm² of ${
      summary.areaMm2.toPrecision(3)
    } mm² tissue`,
    ...(hottest === undefined ? [] : [
      `hottest ${short(hottest.areaMm2)} mm²: ${mitoses(hottest.count)} (${
        short(hottest.perMm2)
      } / mm², 95 % interval of the count ${
        hottest.countInterval.map((bound) => bound.toFixed(0)).join(" to ")
      }) around ${toMm(hottest.x, image.mpp)}, ${toMm(hottest.y, image.mpp)} mm; ${
        Math.round(hottest.tissueShare * 100)
      } % tissue`,
    ]),
    `mitotic score ${describeScore(score)} (${score.name}). ${score.text}`,
    coverage,
    ...warnings.map(({ message }) => `warning: ${message}`),
  ];
}

function mitoses(count: number): string {
  return `${grouped(count)} ${count === 1 ? "mitosis" : "mitoses"}`;
}

/** Writes a whole number with commas between thousands. */
export function grouped(value: number): string {
  return value.toLocaleString("en-US");
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
