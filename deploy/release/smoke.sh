#!/usr/bin/env bash
# Tries a build of the service as a user would: starts it with the command that is given, waits until it
# is ready, has a sample scored and a field searched, and asks it to stop.
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
  if ! kill -0 "$service" 2>/dev/null; then echo "it ended before it was ready" >&2; exit 1; fi
  sleep 0.5
done

expect() { # what the answer must match, then the arguments of curl
  local pattern=$1 answer
  shift
  answer=$(curl --silent --show-error --fail --max-time 120 "$@")
  echo "${answer:0:300}"
  if [[ ! $answer =~ $pattern ]]; then echo "the answer does not match $pattern" >&2; exit 1; fi
}
expect '"status":"ok","predictions":\[\{"probability":(0\.[5-9]|1)' \
  --form image=@model/samples/metaphase.png "$url/model/predict"
expect '"mitoses":|"detections":' --form image=@model/samples/field.png "$url/model/detect"
expect '"swagger":"2.0"' "$url/swagger.json"

# Windows has no SIGTERM: there the process is just ended.
if [[ ${OSTYPE:-} == msys* || ${OSTYPE:-} == cygwin* ]]; then exit 0; fi
kill -TERM "$service"
code=0
wait "$service" || code=$?
echo "SIGTERM: exits with $code"
trap - EXIT
exit "$code"
