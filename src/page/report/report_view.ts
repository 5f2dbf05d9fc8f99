/// <reference lib="dom" />
import { Component, createRef, h, type JSX } from "preact";
import { researchUseOnly } from "../../research_use.ts";
import type { App } from "../app.ts";
import { type Candidate, mitosesOf } from "../candidate.ts";
import { verdictText } from "../candidates_view.ts";
import { caseTotal, countInArea } from "../counting/count.ts";
import { areaCountView } from "../counting/counting_view.ts";
import { drawingMpp, isScaleSure } from "../field_search.ts";
import { icon } from "../icon.ts";
import { t } from "../language.ts";
import { isInArea } from "../review/counting_area.ts";
import { describeScale } from "../scale.ts";
import type { Field } from "../state.ts";
import {
  drawPicture,
  drawThumbnail,
  pictureSize,
  shownPart,
  THUMBNAIL,
} from "./report_pictures.ts";

const JPEG_QUALITY = 0.9;

/** Maximum number of thumbnails of one field. */
const MAX_THUMBNAILS = 200;

/** Shows the report of the case, to be printed. */
export default function reportView(app: App): JSX.Element {
  return h(Report, { app, key: "report" });
}

interface ReportProps {
  readonly app: App;
}

interface ReportState {
  readonly status: "drawing" | "ready" | "failed";
  readonly message?: string;
}

class Report extends Component<ReportProps, ReportState> {
  readonly host = createRef<HTMLDivElement>();
  /** Object URLs of the pictures. */
  readonly urls: string[] = [];
  override state: ReportState = { status: "drawing" };

  override componentDidMount(): void {
    this.draw().then(
      () => this.setState({ status: "ready" }),
      (thrown: unknown) =>
        this.setState({
          status: "failed",
          message: thrown instanceof Error ? thrown.message : String(thrown),
        }),
    );
  }

  /** Draws all pictures, one field after another, because a decoded picture takes much memory. */
  async draw(): Promise<void> {
    const { app } = this.props;
    const { fields, threshold } = app.store.state;
    for (const field of caseTotal(fields, threshold).counted) {
      const picture = await app.pictures.get(field);
      const host = this.host.current?.querySelector(`[data-field="${field.id}"]`);
      const [overview, ...thumbnails] = host?.querySelectorAll("img") ?? [];
      const counted = countedIn(field, threshold);
      if (overview) {
        await this.show(overview, (canvas) => drawPicture(canvas, picture, field, counted));
      }
      for (const [i, image] of thumbnails.entries()) {
        const candidate = counted[i];
        if (candidate === undefined) continue;
        await this.show(image, (canvas) => drawThumbnail(canvas, picture, field, candidate));
      }
    }
  }

  /** Draws a picture of the size of an image, and shows it there as JPEG, which keeps a PDF small. */
  async show(image: HTMLImageElement, draw: (canvas: HTMLCanvasElement) => void): Promise<void> {
    const canvas = document.createElement("canvas");
    canvas.width = Number(image.getAttribute("width"));
    canvas.height = Number(image.getAttribute("height"));
    draw(canvas);
    const { promise, resolve } = Promise.withResolvers<Blob | null>();
    canvas.toBlob(resolve, "image/jpeg", JPEG_QUALITY);
    const jpeg = await promise;
    if (jpeg === null) throw new Error(t("The browser has no memory for the pictures."));
    image.src = URL.createObjectURL(jpeg);
    this.urls.push(image.src);
    await image.decode();
  }

  override componentWillUnmount(): void {
    for (const url of this.urls) URL.revokeObjectURL(url);
  }

  override render({ app }: ReportProps, { status, message }: ReportState): JSX.Element {
    const { store } = app;
    const { state } = store;
    const { fields, threshold, model, reviewer, caseLabel } = state;
    const { total, counted, left, isSure } = caseTotal(fields, threshold);
    return h(
      "div",
      { class: "report-page" },
      h(
        "div",
        { class: "report-bar" },
        h(
          "button",
          { type: "button", onClick: () => store.change((state) => state.isReport = false) },
          icon("undo"),
          t("Back"),
        ),
        textInput(
          t("Case"),
          caseLabel,
          (value) => store.change((state) => state.caseLabel = value),
        ),
        textInput(
          t("Reviewer"),
          reviewer,
          (value) => store.change((state) => state.reviewer = value),
        ),
        h(
          "button",
          {
            type: "button",
            class: "primary",
            disabled: status === "drawing",
            onClick: () => globalThis.print(),
          },
          t("Print or save as PDF"),
        ),
        h(
          "span",
          { role: "status" },
          status === "drawing" ? t("Drawing the pictures …") : "",
        ),
        status === "failed"
          ? h("p", { class: "problem", role: "alert" }, icon("warning"), message)
          : null,
      ),
      h(
        "main",
        { id: "main", class: "report", ref: this.host, "data-status": status, tabIndex: -1 },
        h("h1", null, t("Mitotic count")),
        h("p", { class: "research-use" }, researchUseOnly),
        factsTable([
          [t("Case"), caseLabel || "–"],
          [t("Reviewer"), reviewer || "–"],
          [t("Date"), new Date().toLocaleDateString(state.language, { dateStyle: "long" })],
          [t("Threshold"), String(Number(threshold.toFixed(3)))],
          [t("Model"), model === undefined ? "–" : `${model.name}, ${model.version}`],
          [t("Checksum of the model"), model?.sha256 ?? "–"],
        ]),
        left.length === 0 ? null : h(
          "p",
          { class: "problem" },
          icon("warning"),
          t("Not in the total, because they have no result or are open twice: {names}", {
            names: left.map(({ name }) => name).join(", "),
          }),
        ),
        total === undefined
          ? h("p", null, t("No field is counted."))
          : counted.length < 2
          ? null
          : h(
            "section",
            { class: "report-total" },
            h("h2", null, t("Total of {count} fields", { count: counted.length })),
            areaCountView(total, isSure),
          ),
        ...counted.map((field) => fieldReport(field, threshold)),
        h(
          "p",
          { class: "hint" },
          t(
            "Positions are in pixels of the picture. The interval is that of the count alone (Garwood, " +
              "1936); it does not say how often the model or the reviewer errs.",
          ),
        ),
      ),
    );
  }
}

function textInput(label: string, value: string, set: (value: string) => void): JSX.Element {
  return h(
    "label",
    null,
    `${label} `,
    h("input", {
      type: "text",
      value,
      maxLength: 200,
      onInput: (event: Event) => set((event.currentTarget as HTMLInputElement).value),
    }),
  );
}

function factsTable(rows: readonly (readonly [string, string])[]): JSX.Element {
  return h(
    "table",
    { class: "facts-table" },
    h(
      "tbody",
      null,
      ...rows.map(([name, value]) =>
        h("tr", { key: name }, h("th", { scope: "row" }, name), h("td", null, value))
      ),
    ),
  );
}

/** Returns the mitoses of a field that are counted: those in its counting area. */
function countedIn(field: Field, threshold: number): Candidate[] {
  const { area } = field.review;
  const mpp = drawingMpp(field);
  return mitosesOf(field.candidates, threshold)
    .filter((candidate) => area === undefined || isInArea(area, candidate, mpp));
}

function fieldReport(field: Field, threshold: number): JSX.Element | null {
  const { id, name, sha256, width, height, search, review, candidates } = field;
  const count = countInArea(field, threshold);
  if (search.status !== "done" || count === undefined) return null;
  const mitoses = countedIn(field, threshold);
  const withNotes = candidates.filter(({ note }) => note !== "");
  const how = (passes: (candidate: Candidate) => boolean) =>
    String(candidates.filter(passes).length);
  const thumbnails = mitoses.slice(0, MAX_THUMBNAILS);
  return h(
    "section",
    { key: id, class: "report-field", "data-field": id },
    h("h2", null, name),
    h("img", {
      class: "report-picture",
      ...pictureSize(shownPart(field)),
      alt: review.area === undefined
        ? t("{name} with its mitoses", { name })
        : t("The counting area of {name} with its mitoses", { name }),
    }),
    h(
      "div",
      { class: "report-columns" },
      h(
        "div",
        null,
        h(
          "h3",
          null,
          review.area === undefined ? t("In the whole picture") : t("In the counting area"),
        ),
        areaCountView(count, isScaleSure(field)),
      ),
      h(
        "div",
        null,
        h("h3", null, t("Picture and review")),
        factsTable([
          [t("Scale"), describeScale(search.scale, isScaleSure(field))],
          [t("Size"), `${width} × ${height} px`],
          [t("Checksum of the picture"), sha256 ?? "–"],
          [
            t("Accepted"),
            how(({ verdict, probability }) => verdict === "accepted" && probability !== undefined),
          ],
          [
            t("Added by hand"),
            how(({ verdict, probability }) => verdict === "accepted" && probability === undefined),
          ],
          [t("Rejected"), how(({ verdict }) => verdict === "rejected")],
          [
            t("Counted without review"),
            String(
              mitoses.filter(({ verdict }) => verdict === "undecided").length,
            ),
          ],
        ]),
      ),
    ),
    h("h3", null, t("Counted cells")),
    h(
      "ul",
      { class: "thumbnails" },
      ...thumbnails.map((candidate) => thumbnail(candidate, threshold)),
    ),
    mitoses.length > thumbnails.length
      ? h("p", null, t("and {count} more", { count: mitoses.length - thumbnails.length }))
      : null,
    withNotes.length === 0 ? null : h(
      "div",
      null,
      h("h3", null, t("Notes")),
      factsTable(withNotes.map((candidate) =>
        [
          `${Math.round(candidate.x)}, ${Math.round(candidate.y)}: ` +
          verdictText(candidate, threshold),
          candidate.note,
        ] as const
      )),
    ),
  );
}

function thumbnail(candidate: Candidate, threshold: number): JSX.Element {
  const { id, x, y, probability } = candidate;
  return h(
    "li",
    { key: id },
    h("img", { width: THUMBNAIL.pixels, height: THUMBNAIL.pixels, alt: "" }),
    h("strong", null, probability === undefined ? t("by hand") : probability.toFixed(3)),
    h("span", null, verdictText(candidate, threshold)),
    h("span", null, `${Math.round(x)}, ${Math.round(y)}`),
  );
}
