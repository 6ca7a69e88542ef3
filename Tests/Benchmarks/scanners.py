# SPDX-License-Identifier: Apache-2.0
"""scanners.py SCANNER <FILES: has one of PyPI's scanners look at files, each with the call that its own program makes.

Reads paths from standard input. Prints JSON: `version`, and of each file one word and the seconds of processor time:

flag      it says that the file is dangerous, or not safe
warn      it says less: modelaudit alone
clean     it found nothing
skipped   it does not look at such a file
err       it ended with an error, or took ten minutes
"""
import contextlib
import importlib.metadata
import json
import logging
import os
import signal
import sys
import time
import warnings

LONGEST = 600


def picklescan():
    from picklescan.scanner import scan_file_path

    def look(path):
        result = scan_file_path(path)
        if result.issues_count:
            return "flag"
        if result.scan_err:
            return "err"
        return "clean" if result.scanned_files else "skipped"

    return look


def fickling():
    from fickling.loader import scan_file, scan_zip_archive

    def look(path):
        with open(path, "rb") as file:
            is_zip = file.read(4) == b"PK\3\4"
        results = list(scan_zip_archive(path).values()) if is_zip else [scan_file(path)]
        if not results:
            return "skipped"
        return "clean" if all(result.is_safe for result in results) else "flag"

    return look


def modelscan():
    from modelscan.modelscan import ModelScan

    def look(path):
        scan = ModelScan()
        scan.scan(path)
        if scan.issues.all_issues:
            return "flag"
        if scan.errors:
            return "err"
        return "clean" if scan.scanned else "skipped"

    return look


def modelaudit():
    from modelaudit.core import scan_model_directory_or_file

    def look(path):
        result = scan_model_directory_or_file(path)
        severities = {issue.severity.value for issue in result.issues}
        if "critical" in severities:
            return "flag"
        if "warning" in severities:
            return "warn"
        if result.has_errors:
            return "err"
        return "clean" if result.files_scanned else "skipped"

    return look


SCANNERS = {"picklescan": picklescan, "fickling": fickling, "modelscan": modelscan, "modelaudit": modelaudit}


def main():
    name = sys.argv[1]
    files = sys.stdin.read().splitlines()
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")

    def give_up(*_):
        raise TimeoutError

    signal.signal(signal.SIGALRM, give_up)
    words, seconds = {}, {}
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
        look = SCANNERS[name]()
        for path in files:
            begun = time.process_time()
            signal.alarm(LONGEST)
            try:
                words[path] = look(path)
            except Exception:
                words[path] = "err"
            finally:
                signal.alarm(0)
            seconds[path] = time.process_time() - begun
    print(json.dumps({"version": importlib.metadata.version(name), "words": words, "seconds": seconds}))


if __name__ == "__main__":
    main()
