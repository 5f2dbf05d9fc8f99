/// <reference lib="dom" />
import { Component, createRef, h, type JSX } from "preact";
import { explain, type Explanation } from "./service.ts";

interface ExplainProps {
  readonly patch: Blob;
}

interface ExplainState {
  readonly explanation?: Explanation;
  readonly message?: string;
}

/** Side of the two pictures, in pixels. */
const SIDE = 288;

/**
 * A patch beside its occlusion map: the warmer a place, the lower the probability when it is hidden;
 * the bluer, the higher.
 */
export class ExplainBody extends Component<ExplainProps, ExplainState> {
  readonly plain = createRef<HTMLCanvasElement>();
  readonly map = createRef<HTMLCanvasElement>();
  readonly abort = new AbortController();
  override state: ExplainState = {};

  override async componentDidMount(): Promise<void> {
    try {
      const explanation = await explain(this.props.patch, this.abort.signal);
      this.setState({ explanation });
      const picture = await createImageBitmap(this.props.patch);
      for (const { current } of [this.plain, this.map]) {
        const context = current?.getContext("2d");
        if (context) context.imageSmoothingEnabled = false;
        context?.drawImage(picture, 0, 0, SIDE, SIDE);
      }
      const map = this.map.current?.getContext("2d");
      if (map) map.imageSmoothingEnabled = true;
      map?.drawImage(mapOf(explanation), 0, 0, SIDE, SIDE);
    } catch (thrown) {
      if (this.abort.signal.aborted) return;
      this.setState({ message: thrown instanceof Error ? thrown.message : String(thrown) });
    }
  }

  override componentWillUnmount(): void {
    this.abort.abort();
  }

  override render(_props: ExplainProps, { explanation, message }: ExplainState): JSX.Element {
    if (message !== undefined) return h("p", { class: "problem", role: "alert" }, message);
    const drops = explanation ? dropsOf(explanation).flat() : [];
    return h(
      "div",
      { class: "explain" },
      h("canvas", {
        ref: this.plain,
        width: SIDE,
        height: SIDE,
        role: "img",
        "aria-label": "The patch",
      }),
      h("canvas", {
        ref: this.map,
        width: SIDE,
        height: SIDE,
        role: "img",
        "aria-label": "The patch with its occlusion map",
      }),
      h(
        "p",
        { role: "status" },
        explanation === undefined ? "Hiding the patch piece by piece …" : [
          `Probability ${explanation.probability.toFixed(3)}. `,
          `Hiding the warmest place lowers it by ${Math.max(0, ...drops).toFixed(3)}`,
          Math.min(...drops) < -0.005
            ? `, hiding the bluest raises it by ${(-Math.min(...drops)).toFixed(3)}.`
            : ".",
        ].join(""),
      ),
      h(
        "p",
        { class: "hint" },
        "Each piece of the patch is hidden in turn under its mean color, and the model is asked " +
          "again (Zeiler and Fergus, 2014). It shows what the answer hangs on, not whether it is right.",
      ),
    );
  }
}

/** How much lower the probability is with the mask at each place. */
function dropsOf({ probability, masked }: Explanation): number[][] {
  return masked.map((row) => row.map((value) => probability - value));
}

/** The map, one pixel a place; clear where hiding changes nothing. */
function mapOf(explanation: Explanation): HTMLCanvasElement {
  const drops = dropsOf(explanation);
  const canvas = document.createElement("canvas");
  canvas.height = drops.length;
  canvas.width = drops[0]?.length ?? 1;
  const largest = Math.max(0.01, ...drops.flat().map(Math.abs));
  const context = canvas.getContext("2d");
  const image = context?.createImageData(canvas.width, canvas.height);
  drops.flat().forEach((drop, at) => {
    const color = drop > 0 ? [255, 120, 0] : [30, 90, 255];
    image?.data.set([...color, 230 * Math.sqrt(Math.abs(drop) / largest)], at * 4);
  });
  if (image) context?.putImageData(image, 0, 0);
  return canvas;
}
