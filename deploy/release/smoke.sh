#!/usr/bin/env bash
# Smoke test of a build: starts the service with the given command, waits until it is ready, scores a
# sample, searches a field, and stops the service.
#   deploy/release/smoke.sh dist/mitosis serve
#   deploy/release/smoke.sh docker run --rm --publish 5000:5000 --read-only mitosis
set -euo pipefail
cd "$(dirname "$0")/../.."
url="http://127.0.0.1:${PORT:-5000}"

"$@" &
service=$!
trap 'kill -9 "$service" 2>/dev/null || true' EXIT

for _ in $(seq 120); do
  if curl --silent --fail --output /dev/null "$url/v2/health/ready"; then break; fi
  if ! kill -0 "$service" 2>/dev/null; then echo "the service ended before it was ready" >&2; exit 1; fi
  sleep 0.5
done

expect() { # arguments: a regular expression for the response, then the arguments of curl
  local pattern=$1 response
  shift
  response=$(curl --silent --show-error --fail --max-time 120 "$@")
  echo "${response:0:300}"
  if [[ ! $response =~ $pattern ]]; then echo "the response does not match $pattern" >&2; exit 1; fi
}
expect '"status":"ok","predictions":\[\{"probability":(0\.[5-9]|1)' \
  --form image=@model/samples/metaphase.png "$url/model/predict"
expect '"mitoses":|"detections":' --form image=@model/samples/field.png "$url/model/detect"
expect '"swagger":"2.0"' "$url/swagger.json"

# Windows has no SIGTERM, so the trap kills the process there.
if [[ ${OSTYPE:-} == msys* || ${OSTYPE:-} == cygwin* ]]; then exit 0; fi
kill -TERM "$service"
code=0
wait "$service" || code=$?
echo "exit code after SIGTERM: $code"
trap - EXIT
exit "$code"
