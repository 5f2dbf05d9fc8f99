import type { PixelSource } from "../image/pixel_source.ts";
import { resample } from "../image/resample.ts";
import type { Slide } from "./slide.ts";

export function slideSource(slide: Slide): PixelSource {
  const { width, height, mpp } = slide;
  return {
    width,
    height,
    mpp,
    async read(region, scale, signal) {
      if (scale === 1) return await slide.readLevel(0, region, signal);
      const whole = await slide.readLevel(0, { x: 0, y: 0, width, height }, signal);
      return resample(whole, scale, region);
    },
  };
}
