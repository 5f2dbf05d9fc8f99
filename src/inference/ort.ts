/**
 * The ONNX runtime, in its build for servers. The builds for other platforms replace this file, so
 * all modules import the runtime from here.
 */
export { default } from "onnxruntime-web";
