"""Asks the Matter SDK's TestDACRevocationDelegateImpl whether DAC or PAI are revoked: each line of stdin is a question as
JSON, each line of stdout the number that it gives.

A question: {"dac": DER, "pai": DER, "set": the text of a revocation set}, DER as base64. An answer: 0, 202, 302 or 208; below
zero, the signal that ended the SDK. Every question is asked in a child process of its own.
"""
import base64
import ctypes
import json
import os
import signal
import sys
import tempfile

import library
from attestation import (
    CALLBACK_CALL,
    CALLBACK_CONTEXT,
    CALLBACK_SIZE,
    TIME_LIMIT,
    AttestationInfo,
    OnResult,
)
from library import span

DELEGATE = '_ZN4chip11Credentials29TestDACRevocationDelegateImpl'
CREATE = f'{DELEGATE}C1Ev'
# The path is a std::string_view: its length and its address.
SET_PATH = f'{DELEGATE}37SetDeviceAttestationRevocationSetPathESt17basic_string_viewIcSt11char_traitsIcEE'
CHECK = (
    f'{DELEGATE}23CheckForRevokedDACChainERKNS0_25DeviceAttestationVerifier15AttestationInfoEPNS_8Callback8CallbackIPF'
    'vPvS5_NS0_29AttestationVerificationResultEEEE'
)
DELEGATE_SIZE = 0x400


def judge(sdk, question, path, report):
    """Calls report(number) with the SDK's answer."""
    delegate = ctypes.create_string_buffer(DELEGATE_SIZE)
    library.function(sdk, CREATE, None, ctypes.c_void_p)(delegate)
    set_path = library.function(
        sdk, SET_PATH, library.ChipError, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p
    )
    if set_path(delegate, len(path), path.encode()).code != 0:
        raise RuntimeError('the SDK takes no path of a revocation set')
    info = AttestationInfo(
        dac=span(base64.b64decode(question['dac'])), pai=span(base64.b64decode(question['pai']))
    )
    call = OnResult(lambda _context, _info, result: report(result))
    callback = ctypes.create_string_buffer(CALLBACK_SIZE)
    ctypes.c_void_p.from_buffer(callback, CALLBACK_CONTEXT).value = None
    ctypes.c_void_p.from_buffer(callback, CALLBACK_CALL).value = ctypes.cast(call, ctypes.c_void_p).value
    check = library.function(sdk, CHECK, None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
    check(delegate, ctypes.byref(info), callback)


def answer(sdk, line):
    """The number for one question, from a child process."""
    question = json.loads(line)
    with tempfile.NamedTemporaryFile(suffix='.json') as file:
        file.write(question['set'].encode())
        file.flush()
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            run_child(sdk, question, file.name, reader, writer)
        os.close(writer)
        with os.fdopen(reader) as pipe:
            text = pipe.read()
        _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return -os.WTERMSIG(status)
    if text == '':
        raise RuntimeError(f'the SDK gave no answer (exit status {os.WEXITSTATUS(status)})')
    return int(text)


def run_child(sdk, question, path, reader, writer):
    """Never returns."""
    status = 1
    try:
        os.close(reader)
        signal.alarm(TIME_LIMIT)
        judge(sdk, question, path, lambda number: os.write(writer, str(number).encode()))
        status = 0
    finally:
        os._exit(status)


def main():
    answers = library.open_answers()
    sdk = library.load()
    for line in sys.stdin:
        print(answer(sdk, line), file=answers, flush=True)


if __name__ == '__main__':
    main()
