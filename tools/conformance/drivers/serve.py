"""Serves the command line of a Python tool over stdin and stdout, so that its imports are paid for once.

usage: python serve.py MODULE FUNCTION

A request is a line of JSON: {"cwd": folder, "runs": [[argument, ...], ...]}. The answer is a line with a list of
{"status", "output"}, one a run; it ends with the first run that fails. Each request runs in a fork: no state of the
tool survives it.
"""
import importlib
import json
import os
import sys
import tempfile
import traceback


def run(function, arguments):
    sys.argv = ["tool", *arguments]
    try:
        function()
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
            return 1
        return (end.code or 0) & 0xFF
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def run_all(function, request, report):
    os.chdir(request["cwd"])
    answers = []
    for arguments in request["runs"]:
        with tempfile.TemporaryFile("w+", errors="replace") as output:
            os.dup2(output.fileno(), 1)
            os.dup2(output.fileno(), 2)
            status = run(function, arguments)
            sys.stdout.flush()
            sys.stderr.flush()
            output.seek(0)
            answers.append({"status": status, "output": output.read()})
        if status != 0:
            break
    with os.fdopen(report, "w") as end:
        json.dump(answers, end)


def main():
    module, name = sys.argv[1:]
    function = getattr(importlib.import_module(module), name)
    with os.fdopen(os.dup(1), "w", buffering=1) as answers:
        for line in sys.stdin:
            read, write = os.pipe()
            child = os.fork()
            if child == 0:
                os.close(read)
                try:
                    run_all(function, json.loads(line), write)
                finally:
                    os._exit(0)
            os.close(write)
            with os.fdopen(read) as start:
                answers.write(start.read() + "\n")
            os.waitpid(child, 0)


main()
