#!/usr/bin/env bash
# Scores two patches and finds the mitoses of a field. MITOSIS_URL is the address of the service.
set -euo pipefail
url=${MITOSIS_URL:-http://localhost:5000}
samples=$(dirname "$0")/../model/samples

# Two patches in one request; the answers come in the same order.
curl --silent --show-error --fail-with-body \
  --form image=@"$samples/metaphase.png" --form image=@"$samples/stroma.png" "$url/model/predict"
echo

# A field, as GeoJSON that can be dragged onto the image in QuPath.
curl --silent --show-error --fail-with-body --output field.geojson \
  --form image=@"$samples/field.png" "$url/model/detect?mpp=0.25&format=geojson"
echo "field.geojson: $(grep --count '"type": "Point"' field.geojson) detections"
