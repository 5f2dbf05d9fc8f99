/// <reference lib="dom" />
import { Component, createRef, h, type JSX } from "preact";
import { explain, type Explanation, ServiceError } from "./service.ts";

interface ExplanationProps {
  readonly patch: Blob;
}

interface ExplanationState {
  readonly explanation?: Explanation;
  readonly message?: string;
}

/** Side of each of the two canvases, in pixels. */
const SIDE = 288;

/**
 * Shows a patch, and beside it the patch under its occlusion map (Zeiler and Fergus, 2014,
 * https://arxiv.org/abs/1311.2901).
 */
export class ExplanationView extends Component<ExplanationProps, ExplanationState> {
  readonly patchCanvas = createRef<HTMLCanvasElement>();
  readonly mapCanvas = createRef<HTMLCanvasElement>();
  readonly abort = new AbortController();
  override state: ExplanationState = {};

  override async componentDidMount(): Promise<void> {
    try {
      const explanation = await explain(this.props.patch, this.abort.signal);
      this.setState({ explanation });
      const picture = await createImageBitmap(this.props.patch);
      for (const { current } of [this.patchCanvas, this.mapCanvas]) {
        const context = current?.getContext("2d");
        if (context) context.imageSmoothingEnabled = false;
        context?.drawImage(picture, 0, 0, SIDE, SIDE);
      }
      const map = this.mapCanvas.current?.getContext("2d");
      if (map) map.imageSmoothingEnabled = true;
      map?.drawImage(occlusionMap(explanation), 0, 0, SIDE, SIDE);
    } catch (thrown) {
      if (this.abort.signal.aborted) return;
      const message = thrown instanceof ServiceError
        ? thrown.message
        : "The explanation cannot be shown. Close this window and try again.";
      this.setState({ message });
    }
  }

  override componentWillUnmount(): void {
    this.abort.abort();
  }

  override render(
    _props: ExplanationProps,
    { explanation, message }: ExplanationState,
  ): JSX.Element {
    if (message !== undefined) return h("p", { class: "problem", role: "alert" }, message);
    return h(
      "div",
      { class: "explanation" },
      h("canvas", {
        ref: this.patchCanvas,
        width: SIDE,
        height: SIDE,
        role: "img",
        "aria-label": "The patch",
      }),
      h("canvas", {
        ref: this.mapCanvas,
        width: SIDE,
        height: SIDE,
        role: "img",
        "aria-label": "The patch with its occlusion map",
      }),
      h(
        "p",
        { role: "status" },
        explanation === undefined ? "Covering the patch piece by piece …" : describe(explanation),
      ),
      h(
        "p",
        { class: "hint" },
        "Each piece of the patch is covered in turn with the mean color of the patch, and the model " +
          "scores the patch again (Zeiler and Fergus, 2014). Orange: covering the place lowers the " +
          "probability. Blue: covering the place raises it. The map shows what the probability " +
          "depends on, not whether the probability is right.",
      ),
    );
  }
}

/** Says by how much covering a place lowers the probability at most, and by how much it raises it. */
function describe(explanation: Explanation): string {
  const drops = probabilityDrops(explanation).flat();
  const [largest, smallest] = [Math.max(0, ...drops), Math.min(0, ...drops)];
  const rise = smallest < -0.005
    ? `, covering the bluest place raises it by ${(-smallest).toFixed(3)}`
    : "";
  return `Probability ${explanation.probability.toFixed(3)}. ` +
    `Covering the most orange place lowers it by ${largest.toFixed(3)}${rise}.`;
}

/**
 * Returns by how much covering each place lowers the probability, by row and column. A negative number
 * means that covering the place raises it.
 */
function probabilityDrops({ probability, masked }: Explanation): number[][] {
  return masked.map((row) => row.map((value) => probability - value));
}

/**
 * Draws an occlusion map with one pixel for each place of the mask. A place is transparent if covering it
 * does not change the probability.
 */
function occlusionMap(explanation: Explanation): HTMLCanvasElement {
  const drops = probabilityDrops(explanation);
  const canvas = document.createElement("canvas");
  canvas.height = drops.length;
  canvas.width = drops[0]?.length ?? 1;
  const largest = Math.max(0.01, ...drops.flat().map(Math.abs));
  const context = canvas.getContext("2d");
  const image = context?.createImageData(canvas.width, canvas.height);
  drops.flat().forEach((drop, i) => {
    const color = drop > 0 ? [255, 120, 0] : [30, 90, 255];
    image?.data.set([...color, 230 * Math.sqrt(Math.abs(drop) / largest)], i * 4);
  });
  if (image) context?.putImageData(image, 0, 0);
  return canvas;
}
