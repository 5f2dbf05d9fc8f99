/// <reference lib="dom" />
import { Component, createRef, h, type JSX } from "preact";
import type { App } from "./app.ts";
import type { Candidate } from "./candidate.ts";
import { drawingMpp } from "./field_search.ts";
import type { Model } from "./service.ts";
import type { Field } from "./state.ts";

/** Side of the crop on the list, in pixels of the screen. */
const SIDE = 48;

/** Side of the crop in the tissue before the model is known, in micrometers. */
const UNKNOWN_MODEL_SIDE_UM = 16;

interface CandidateCropProps {
  readonly app: App;
  readonly field: Field;
  readonly candidate: Candidate;
}

/** Shows the surroundings of a candidate on the list; it is drawn when it becomes visible. */
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

  /** Keeps the drawn canvas; the list makes a new crop when the scale changes. */
  override shouldComponentUpdate(): boolean {
    return false;
  }

  async draw(canvas: HTMLCanvasElement): Promise<void> {
    const { app, field, candidate } = this.props;
    const picture = await app.pictures.get(field);
    const { model } = app.store.state;
    const sideUm = model === undefined ? UNKNOWN_MODEL_SIDE_UM : model.input.width * model.mpp;
    const side = sideUm / drawingMpp(field);
    const [left, top] = [candidate.x - side / 2, candidate.y - side / 2];
    canvas.getContext("2d")
      ?.drawImage(picture, left, top, side, side, 0, 0, canvas.width, canvas.height);
  }

  override render(): JSX.Element {
    const side = SIDE * 2;
    return h("canvas", { ref: this.canvas, width: side, height: side, "aria-hidden": "true" });
  }
}

/**
 * Cuts the patch around a candidate as the network takes it: at the model's resolution, and moved inside
 * the field at its border.
 *
 * @param mpp Micrometers per pixel of the field.
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
  const left = Math.round(Math.min(Math.max(0, x - width / 2), picture.width - width));
  const top = Math.round(Math.min(Math.max(0, y - height / 2), picture.height - height));
  const canvas = new OffscreenCanvas(input.width, input.height);
  const context = canvas.getContext("2d");
  if (context !== null) {
    context.imageSmoothingQuality = "high";
    context.drawImage(picture, left, top, width, height, 0, 0, input.width, input.height);
  }
  return await canvas.convertToBlob({ type: "image/png" });
}
