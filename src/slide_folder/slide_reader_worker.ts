/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import { lowerPriority } from "../worker/priority.ts";
import { answerCalls, transfer } from "../worker/worker_proxy.ts";
import { drawPicture } from "./draw_picture.ts";
import { factsOf, OpenSlides } from "./open_slides.ts";
import type { SlideReaderMethods } from "./slide_reader.ts";

const slides = new OpenSlides();

lowerPriority();
answerCalls<SlideReaderMethods>(self, {
  facts: (place) => slides.with(place, factsOf),
  async picture(place, request) {
    const bytes = await slides.with(place, (slide) => drawPicture(slide, request));
    return transfer(bytes, bytes.buffer as ArrayBuffer);
  },
});
