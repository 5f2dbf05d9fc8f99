import type { Point } from "../image/region.ts";
import type { App } from "./app.ts";
import { addByHand } from "./candidate_actions.ts";
import type { Field } from "./state.ts";

const loadAreaActions = () => import("./counting/area_actions.ts");

/** Uses the tool at a position in pixels of the image: adds a mitosis, or places a counting area. */
export async function useTool(
  app: App,
  field: Field,
  position: Point | undefined,
): Promise<void> {
  if (position === undefined) return;
  if (app.store.state.tool === "add") return addByHand(app, field, position);
  const { placePoint } = await loadAreaActions();
  placePoint(app, field, position);
}

/** Makes the counting area of the points that are placed so far. */
export async function finishTool(app: App, field: Field): Promise<void> {
  const { finishPolygon } = await loadAreaActions();
  finishPolygon(app, field);
}
