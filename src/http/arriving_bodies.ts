import type { Config } from "../config.ts";
import { Problem } from "../errors.ts";
import { BODY_RETRY_AFTER_SECONDS } from "../retry_after.ts";

/** Before its images are counted, a request counts as one image for each 64 KiB that have arrived. */
const BODY_BYTES_PER_IMAGE = 64 * 1024;

/** Before its images are counted, a request takes at most a quarter of the capacity. */
const MAX_SHARE_OF_BODY = 1 / 4;

/** All arriving bodies together take at most three quarters of the capacity, so that patches find room. */
const MAX_SHARE_OF_ALL = 3 / 4;

/** The declared lengths of all arriving bodies may add up to this many times the largest accepted body. */
const MAX_DECLARED_BODIES = 16;

/** The same limit for the bodies from one client address. */
const MAX_DECLARED_OF_ADDRESS = 8;

/** One body that is arriving. */
export interface ArrivingBody {
  /**
   * Notes how many bytes have arrived so far.
   *
   * @returns The number of images that the request counts as.
   * @throws {Problem} `overloaded` when other bodies leave no room.
   */
  received(bytes: number): number;
  /** Notes that the body has arrived, or was given up. Call it once. */
  end(): void;
}

/**
 * Limits the request bodies that arrive at the same time. Bytes that have arrived take places in the
 * queue. The declared lengths (Content-Length) have two more limits: one for all clients together, one
 * for each client address.
 */
export class ArrivingBodies {
  readonly #maxBodyBytes: number;
  readonly #maxImagesOfBody: number;
  readonly #maxImages: number;
  readonly #declaredOfAddress = new Map<string, number>();
  #declared = 0;
  #images = 0;

  constructor({ maxBodyBytes, queueSize }: Pick<Config, "maxBodyBytes" | "queueSize">) {
    this.#maxBodyBytes = maxBodyBytes;
    this.#maxImagesOfBody = Math.ceil(queueSize * MAX_SHARE_OF_BODY);
    this.#maxImages = Math.ceil(queueSize * MAX_SHARE_OF_ALL);
  }

  /**
   * Notes that a body has begun to arrive.
   *
   * @param declared Its Content-Length; 0 when it has none.
   * @param address The client's IP address, if it is known.
   * @throws {Problem} `overloaded` when too much is declared already.
   */
  begin(declared: number, address = ""): ArrivingBody {
    const bytes = Math.min(declared, this.#maxBodyBytes);
    const ofAddress = this.#declaredOfAddress.get(address) ?? 0;
    if (address !== "" && ofAddress + bytes > MAX_DECLARED_OF_ADDRESS * this.#maxBodyBytes) {
      throw overloaded("The bodies that are arriving from this client address");
    }
    if (this.#declared + bytes > MAX_DECLARED_BODIES * this.#maxBodyBytes) {
      throw overloaded("The bodies that are arriving from all clients");
    }
    this.#declare(bytes, address);
    // The first place of a request is not counted, so that one patch never lacks a place.
    let images = 1;
    return {
      received: (bytes) => {
        const counted = Math.ceil(bytes / BODY_BYTES_PER_IMAGE);
        const wanted = Math.min(this.#maxImagesOfBody, Math.max(1, counted));
        if (
          wanted > images && this.#images > 0 && this.#images + wanted - images > this.#maxImages
        ) {
          throw overloaded("The large bodies that are arriving from all clients");
        }
        this.#images += wanted - images;
        images = wanted;
        return images;
      },
      end: () => {
        this.#images -= images - 1;
        this.#declare(-bytes, address);
      },
    };
  }

  #declare(bytes: number, address: string): void {
    this.#declared += bytes;
    const sum = (this.#declaredOfAddress.get(address) ?? 0) + bytes;
    if (sum > 0) this.#declaredOfAddress.set(address, sum);
    else this.#declaredOfAddress.delete(address);
  }
}

function overloaded(which: string): Problem {
  return new Problem(
    "overloaded",
    `${which} leave no room for this one. Try again in ${BODY_RETRY_AFTER_SECONDS} s.`,
    { retryAfterSeconds: BODY_RETRY_AFTER_SECONDS },
  );
}
