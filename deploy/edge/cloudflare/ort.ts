/** In place of `src/inference/ort.ts`: the build for browsers, without WebGPU. */
export { default } from "onnxruntime-web/wasm";
