"""judge_fhir.py FILE : what fhir.resources (R4B) finds wrong in a bundle, as JSON: so many resources, and what is wrong."""

import json
import sys

from fhir.resources.R4B import get_fhir_model_class
from pydantic import ValidationError

resources, errors = 0, []


def judge(resource):
    global resources
    kind = resource["resourceType"]
    if kind == "Bundle":
        for entry in resource["entry"]:
            judge(entry["resource"])
    else:
        resources += 1
    try:
        get_fhir_model_class(kind).model_validate(resource)
    except ValidationError as error:
        errors.extend(f"{kind}: {one['loc']}: {one['msg']}" for one in error.errors())


with open(sys.argv[1], encoding="utf-8") as file:
    judge(json.load(file))
print(json.dumps({"resources": resources, "errors": errors[:20]}))
