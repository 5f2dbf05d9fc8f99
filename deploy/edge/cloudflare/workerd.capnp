# Runs the service in Cloudflare's runtime on port 8787: `workerd serve dist/cloudflare/workerd.capnp`.
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "mitosis", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:8787", http = (), service = "mitosis")],
);

const worker :Workerd.Worker = (
  modules = [
    (name = "worker.js", esModule = embed "worker.js"),
    (name = "ort.wasm", wasm = embed "ort.wasm"),
    (name = "png.wasm", wasm = embed "png.wasm"),
    (name = "jpeg.wasm", wasm = embed "jpeg.wasm"),
  ],
  compatibilityDate = "2026-06-01",
  compatibilityFlags = ["nodejs_compat"],
  bindings = [(name = "LOG_FORMAT", text = "json")],
);
