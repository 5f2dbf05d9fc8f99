import type { PictureReview } from "../review/decision.ts";

/** One picture of a session, and what was decided about it. */
export interface SessionPicture {
  readonly name: string;
  /** SHA-256 of the file; undefined if the browser could not compute it. */
  readonly sha256: string | undefined;
  /** Micrometers per pixel that the person entered, if any. */
  readonly enteredMpp: number | undefined;
  readonly review: PictureReview;
}

/** A session: the decisions of one person about some pictures. It has no pixels. */
export interface Session {
  readonly reviewer: string;
  readonly caseLabel: string;
  readonly threshold: number | undefined;
  readonly pictures: readonly SessionPicture[];
}

/** Returns whether a picture of a session is an opened one. Names count only where a checksum is missing. */
export function isSamePicture(
  a: Pick<SessionPicture, "name" | "sha256">,
  b: Pick<SessionPicture, "name" | "sha256">,
): boolean {
  if (a.sha256 !== undefined && b.sha256 !== undefined) return a.sha256 === b.sha256;
  return a.name === b.name;
}
