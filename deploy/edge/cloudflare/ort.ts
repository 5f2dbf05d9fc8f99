/** Replaces `src/inference/ort.ts`: the ONNX runtime's build for browsers, without WebGPU. */
export { default } from "onnxruntime-web/wasm";
