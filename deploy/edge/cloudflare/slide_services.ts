/** In place of `src/service/slide_services.ts`: without Workers and files there are no slides. */
export function slideServices(): undefined {
  return undefined;
}
