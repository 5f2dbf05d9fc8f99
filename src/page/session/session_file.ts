import { researchUseOnly } from "../../research_use.ts";
import { isEmptyReview } from "../review/decision.ts";
import { readReview, writeReview } from "../review/review_json.ts";
import type { Picture, State } from "../state.ts";
import type { Session } from "./session.ts";

/** What the file of a session says it is. */
const FORMAT = "mitosis-detector-session";

/** The version of the format that this page writes and reads. */
const VERSION = 1;

/** Writes a session with the decisions about all opened pictures. */
export function writeSession(state: State, saved: Date): string {
  const { reviewer, caseLabel, threshold, model, fields, patches } = state;
  const session = {
    format: FORMAT,
    version: VERSION,
    note: researchUseOnly,
    saved: saved.toISOString(),
    reviewer,
    case: caseLabel,
    threshold,
    ...(model === undefined
      ? {}
      : { model: { name: model.name, version: model.version, sha256: model.sha256 } }),
    pictures: [...fields, ...patches]
      .filter(({ review }) => !isEmptyReview(review))
      .map((picture) => ({
        name: picture.name,
        ...(picture.sha256 === undefined ? {} : { sha256: picture.sha256 }),
        ...scaleOf(picture),
        review: writeReview(picture.review),
      })),
  };
  return JSON.stringify(session, undefined, 1) + "\n";
}

function scaleOf(picture: Picture) {
  if (!("search" in picture)) return {};
  const { width, height, search, enteredMpp } = picture;
  return {
    width,
    height,
    ...(enteredMpp === undefined ? {} : { enteredMpp }),
    ...(search.status === "done" ? { mpp: search.scale.mpp, mppOrigin: search.scale.origin } : {}),
  };
}

/**
 * Reads the file of a session.
 *
 * @returns The session, or undefined if the file is not one of this page.
 * @throws {Error} If it is a session that cannot be read. The message says why.
 */
export function readSession(text: string, newId: () => number): Session | undefined {
  const json = parse(text);
  if (json?.format !== FORMAT) return undefined;
  if (json.version !== VERSION) {
    throw new Error(
      `This session has version ${json.version} of its format; this page reads ${VERSION}.`,
    );
  }
  if (!Array.isArray(json.pictures)) throw new Error("This session has no list of pictures.");
  const { reviewer, threshold } = json;
  return {
    reviewer: typeof reviewer === "string" ? reviewer : "",
    caseLabel: typeof json.case === "string" ? json.case : "",
    threshold: isShare(threshold) ? threshold : undefined,
    pictures: json.pictures.map(({ name, sha256, enteredMpp, review }) => ({
      name: String(name),
      sha256: typeof sha256 === "string" ? sha256 : undefined,
      enteredMpp: typeof enteredMpp === "number" && enteredMpp > 0 ? enteredMpp : undefined,
      review: readReview(review, newId),
    })),
  };
}

function isShare(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= 1;
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const json = JSON.parse(text);
    return typeof json === "object" && json !== null ? json : undefined;
  } catch {
    return undefined;
  }
}
