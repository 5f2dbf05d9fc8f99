"""Reads the results of a slide with public readers and prints what they hold, as JSON.

    python read_back.py ANNOTATIONS.dcm RESULT.geojson

highdicom reads the annotations; shapely reads the geometries of the GeoJSON and checks that they are valid.
"""

import json
import sys
from pathlib import Path

import highdicom
from shapely.geometry import shape

annotations = highdicom.ann.annread(sys.argv[1])
[group] = annotations.get_annotation_groups()
points = group.get_graphic_data(coordinate_type=annotations.annotation_coordinate_type)
names, values, _ = group.get_measurements()
[reference] = annotations.ReferencedImageSequence

features = json.loads(Path(sys.argv[2]).read_text())["features"]
shapes = [shape(feature["geometry"]) for feature in features]
mitoses = [each for each in shapes if each.geom_type == "Point"]

print(
    json.dumps(
        {
            "dicom": {
                "points": [[float(v) for v in point[0]] for point in points],
                "probabilities": [float(row[0]) for row in values],
                "measured": names[0].meaning,
                "graphicType": group.graphic_type.value,
                "meaning": group.annotated_property_type.meaning,
                "algorithm": group.algorithm_type.value,
                "refersTo": str(reference.ReferencedSOPInstanceUID),
                "patient": [str(annotations.PatientName), str(annotations.PatientID)],
            },
            "geojson": {
                "invalid": [
                    feature["id"]
                    for feature, each in zip(features, shapes)
                    if not each.is_valid
                ],
                "points": [[each.x, each.y] for each in mitoses],
                "areas": [
                    {
                        "name": feature["properties"]["name"],
                        "area": each.area,
                        "center": [each.centroid.x, each.centroid.y],
                        "mitoses": sum(each.covers(point) for point in mitoses),
                    }
                    for feature, each in zip(features, shapes)
                    if each.geom_type != "Point"
                ],
            },
        }
    )
)
