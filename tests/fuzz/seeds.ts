import { decodePng } from "../../src/image/png/decode.ts";
import { sample } from "../service.ts";
import { tiff } from "../tiff_writer.ts";

/** Valid files of 64 x 64 pixels, which fuzz tests mutate. */
export interface Seeds {
  readonly png: Uint8Array;
  readonly jpeg: Uint8Array;
  readonly tiff: Uint8Array;
}

/** Returns the sample `metaphase` in the three formats that the service reads. */
export async function readSeeds(): Promise<Seeds> {
  const png = await sample("metaphase");
  const { data } = decodePng(png);
  const rgb = { 256: 64, 257: 64, 258: 8, 259: 1, 262: 2, 277: 3, 278: 64 };
  return { png, jpeg: Uint8Array.fromBase64(JPEG), tiff: tiff(rgb, data) };
}

/** The sample `metaphase` as a baseline JPEG of quality 8. */
const JPEG =
  "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAGRFS1hLP2RYUVhxamR3lvqjloqKlv/b57X6////////////////////" +
  "////////////////////////////////2wBDAWpxcZaDlv+jo////////////////////////////////////////////" +
  "///////////////////////////////wAARCABAAEADASIAAhEBAxEB/8QAGAAAAwEBAAAAAAAAAAAAAAAAAAECAwT/" +
  "xAAfEAEBAQACAQUBAAAAAAAAAAAAARECIQMSEzEyQVH/xAAWAQEBAQAAAAAAAAAAAAAAAAAAAQL/xAAVEQEBAAAAAA" +
  "AAAAAAAAAAAAAAAf/aAAwDAQACEQMRAD8AuABpsAtCgtI8LAKGACgRxAr1Gfud/wAauXn9qqV0y7NPGPh5fjYE5g1V" +
  "SKeiFo0FMPLx71uVksyiObj9o6ZdjG+O+rr4bceoEOpqiFYzV8eX5UARqpE+DFOggBggD//Z";
