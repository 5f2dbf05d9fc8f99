/** The ONNX runtime's build for servers, one import for all; other platforms put another in its place. */
export { default } from "onnxruntime-web";
