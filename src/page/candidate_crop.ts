/// <reference lib="dom" />
import { Component, createRef, h, type JSX } from "preact";
import type { App } from "./app.ts";
import type { Candidate } from "./candidate.ts";
import { drawingMpp } from "./field_search.ts";
import type { Model } from "./service.ts";
import type { Field } from "./state.ts";

/** Side of the crop unless another is given, in CSS pixels. */
const CROP_SIDE = 48;

/** Side of the crop in micrometers of tissue, until the service has described its model. */
const FALLBACK_SIDE_UM = 16;

interface CandidateCropProps {
  readonly app: App;
  readonly field: Field;
  readonly candidate: Candidate;
  /** Side of the crop, in CSS pixels. */
  readonly side?: number;
}

/** Shows the surroundings of a candidate on the list. Draws them when they become visible. */
export class CandidateCrop extends Component<CandidateCropProps> {
  readonly canvas = createRef<HTMLCanvasElement>();
  observer: IntersectionObserver | undefined;

  override componentDidMount(): void {
    const canvas = this.canvas.current;
    if (canvas === null) return;
    this.observer = new IntersectionObserver(([entry]) => {
      if (!entry?.isIntersecting) return;
      this.observer?.disconnect();
      this.draw(canvas).catch(() => {
        // The viewer reports that the picture cannot be decoded; the crop stays empty.
      });
    });
    this.observer.observe(canvas);
  }

  override componentWillUnmount(): void {
    this.observer?.disconnect();
  }

  /** Keeps the canvas as it is drawn. When the scale changes, the list creates a new crop. */
  override shouldComponentUpdate(): boolean {
    return false;
  }

  async draw(canvas: HTMLCanvasElement): Promise<void> {
    const { app, field, candidate } = this.props;
    const picture = await app.pictures.get(field);
    const { model } = app.store.state;
    const sideUm = model === undefined ? FALLBACK_SIDE_UM : model.input.width * model.mpp;
    const side = sideUm / drawingMpp(field);
    const [left, top] = [candidate.x - side / 2, candidate.y - side / 2];
    canvas.getContext("2d")
      ?.drawImage(picture, left, top, side, side, 0, 0, canvas.width, canvas.height);
  }

  override render({ side: shown = CROP_SIDE }: CandidateCropProps): JSX.Element {
    // Two pixels of the canvas for each CSS pixel keep the crop sharp on dense screens.
    const side = shown * 2;
    return h("canvas", { ref: this.canvas, width: side, height: side, "aria-hidden": "true" });
  }
}

/**
 * Cuts out the patch around a candidate, at the resolution and of the input size of the model. Beyond the
 * border the field is mirrored, as in the search.
 *
 * @param mpp Resolution of the field, in micrometers per pixel.
 * @returns A PNG file.
 */
export async function cutPatch(
  picture: ImageBitmap,
  { x, y }: Candidate,
  mpp: number,
  model: Model,
): Promise<Blob> {
  const { input } = model;
  const scale = model.mpp / mpp;
  const [width, height] = [input.width * scale, input.height * scale];
  const [left, top] = [Math.round(x - width / 2), Math.round(y - height / 2)];
  const canvas = new OffscreenCanvas(input.width, input.height);
  const context = canvas.getContext("2d");
  if (context !== null) {
    context.imageSmoothingQuality = "high";
    context.scale(1 / scale, 1 / scale);
    context.translate(-left, -top);
    for (const [flipX, originX] of copiesIn(left, width, picture.width)) {
      for (const [flipY, originY] of copiesIn(top, height, picture.height)) {
        context.save();
        context.translate(originX, originY);
        context.scale(flipX, flipY);
        context.drawImage(picture, 0, 0);
        context.restore();
      }
    }
  }
  return await canvas.convertToBlob({ type: "image/png" });
}

/**
 * Returns the copies of a picture that a window overlaps, in one direction: the picture itself, and its
 * mirror images beyond the borders.
 */
function copiesIn(
  start: number,
  length: number,
  size: number,
): (readonly [flip: 1 | -1, origin: number])[] {
  return [
    ...(start < 0 ? [[-1, 0] as const] : []),
    [1, 0],
    ...(start + length > size ? [[-1, 2 * size] as const] : []),
  ];
}
