"""Asks the Matter SDK for verifiers: each line of stdin is a question as JSON, {"passcode", "salt" (base64),
"iterations"}, each line of stdout the answer: w0 and L (base64).
"""
import base64
import ctypes
import json
import sys

import library
from library import Span, span

GENERATE = '_ZN4chip6Crypto15Spake2pVerifier8GenerateEjRKNS_4SpanIKhEEj'
VERIFIER_LENGTH = 97


def answer(sdk, question):
    generate = library.function(
        sdk, GENERATE, library.ChipError, ctypes.c_void_p, ctypes.c_uint32, ctypes.POINTER(Span), ctypes.c_uint32
    )
    verifier = ctypes.create_string_buffer(VERIFIER_LENGTH)
    salt = span(base64.b64decode(question['salt']))
    error = generate(verifier, question['iterations'], ctypes.byref(salt), question['passcode'])
    if error.code != 0:
        return f'error {error.code:#x}'
    return base64.b64encode(verifier.raw).decode()


def main():
    answers = library.open_answers()
    sdk = library.load()
    for line in sys.stdin:
        print(answer(sdk, json.loads(line)), file=answers, flush=True)


if __name__ == '__main__':
    main()
