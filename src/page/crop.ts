/// <reference lib="dom" />
import { Component, createRef, h, type JSX } from "preact";
import type { App } from "./app.ts";
import type { Candidate } from "./review.ts";
import type { Model } from "./service.ts";
import type { Field } from "./state.ts";

/** Side of the picture on the list, in pixels of the screen. */
const SIDE = 48;

interface CropProps {
  readonly app: App;
  readonly field: Field;
  readonly candidate: Candidate;
}

/** A small picture of one candidate, drawn when its line comes into view. */
export class Crop extends Component<CropProps> {
  readonly canvas = createRef<HTMLCanvasElement>();
  seen: IntersectionObserver | undefined;

  override componentDidMount(): void {
    const canvas = this.canvas.current;
    if (canvas === null) return;
    this.seen = new IntersectionObserver(([entry]) => {
      if (!entry?.isIntersecting) return;
      this.seen?.disconnect();
      this.draw(canvas);
    });
    this.seen.observe(canvas);
  }

  override componentWillUnmount(): void {
    this.seen?.disconnect();
  }

  /** A crop shows the same for as long as it is there. */
  override shouldComponentUpdate(): boolean {
    return false;
  }

  async draw(canvas: HTMLCanvasElement): Promise<void> {
    const { app, field, candidate } = this.props;
    const picture = await app.pictures.of(field);
    const side = 16 / field.mpp;
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
 * The patch round a candidate as the network gets to see it: at the model's resolution, moved inside
 * at the border of the field.
 */
export async function patchAt(
  picture: ImageBitmap,
  { x, y }: Candidate,
  field: Field,
  { input, mpp }: Model,
): Promise<Blob> {
  const scale = mpp / field.mpp;
  const [w, h] = [input.width * scale, input.height * scale];
  const left = Math.round(Math.min(Math.max(0, x - w / 2), field.width - w));
  const top = Math.round(Math.min(Math.max(0, y - h / 2), field.height - h));
  const canvas = new OffscreenCanvas(input.width, input.height);
  const context = canvas.getContext("2d");
  if (context !== null) {
    context.imageSmoothingQuality = "high";
    context.drawImage(picture, left, top, w, h, 0, 0, input.width, input.height);
  }
  return await canvas.convertToBlob({ type: "image/png" });
}
