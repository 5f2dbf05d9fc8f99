import type { Region } from "../image/region.ts";
import type { RgbImage } from "../image/rgb_image.ts";

export interface SlideLevel {
  readonly width: number;
  readonly height: number;
  readonly downsample: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
}

export interface Slide {
  readonly width: number;
  readonly height: number;
  readonly mpp: number | undefined;
  readonly format: string;
  readonly levels: readonly SlideLevel[];
  readonly identity: string;
  readLevel(level: number, region: Region, signal?: AbortSignal): Promise<RgbImage>;
  close(): void;
}

export function openSlide(_location: string | string[], _options?: object): Promise<Slide> {
  throw new Error("not merged yet");
}
