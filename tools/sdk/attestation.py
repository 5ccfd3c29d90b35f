"""Lets the Matter SDK judge sets of credentials: each line of stdin is one set as JSON, each line of stdout the number
that the SDK's DefaultDACVerifier gives for it.

A set: {"paas": [DER...], "pai": DER or null, "dac": DER, "cd": DER, "key": the DAC's private key (raw, 32 bytes),
"vendorId": number, "productId": number}, bytes as base64. The SDK reads the PAAs as its file trust store does: files
*.der of a folder, of which it skips what is no PAA.

An answer: a number of AttestationVerificationResult (0 is accepted); below zero, the signal that ended the SDK (-11: it
crashed, -14: the time limit). Every set is judged in a child process of its own. The SDK's clock is the system's.
"""
import base64
import ctypes
import json
import os
import shutil
import signal
import sys
import tempfile
from hashlib import sha256

import library
from ecdsa import NIST256p, SigningKey
from library import Span, span

TIME_LIMIT = 20  # s
NONCE = bytes(range(32))
CHALLENGE = bytes(range(16))

FILE_TRUST_STORE_SIZE = 0x100
CALLBACK_CONTEXT, CALLBACK_CALL, CALLBACK_SIZE = 0x18, 0x20, 0x40


class AttestationInfo(ctypes.Structure):
    _fields_ = [
        ('elements', Span),
        ('challenge', Span),
        ('signature', Span),
        ('pai', Span),
        ('dac', Span),
        ('nonce', Span),
        ('vendor_id', ctypes.c_uint16),
        ('product_id', ctypes.c_uint16),
    ]


CREATE_TRUST_STORE = '_ZN4chip11Credentials25FileAttestationTrustStoreC1EPKc'
GET_VERIFIER = (
    '_ZN4chip11Credentials21GetDefaultDACVerifierEPKNS0_21AttestationTrustStoreEPNS0_35DeviceAttestationRevocationDelegateE'
)
VERIFY = (
    '_ZN4chip11Credentials18DefaultDACVerifier28VerifyAttestationInformationERKNS0_25DeviceAttestationVerifier15'
    'AttestationInfoEPNS_8Callback8CallbackIPFvPvS5_NS0_29AttestationVerificationResultEEEE'
)
OnResult = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint16)


def judge(sdk, credentials, report):
    """Calls report(number) with the SDK's verdict."""
    trust_store = ctypes.create_string_buffer(FILE_TRUST_STORE_SIZE)
    create_trust_store = library.function(sdk, CREATE_TRUST_STORE, None, ctypes.c_void_p, ctypes.c_char_p)
    create_trust_store(trust_store, credentials['paa_folder'].encode())
    get_verifier = library.function(sdk, GET_VERIFIER, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
    verifier = get_verifier(trust_store, None)

    elements = attestation_elements(credentials['cd'])
    info = AttestationInfo(
        span(elements),
        span(CHALLENGE),
        span(sign(credentials['key'], elements + CHALLENGE)),
        span(credentials['pai']),
        span(credentials['dac']),
        span(NONCE),
        credentials['vendorId'],
        credentials['productId'],
    )
    call = OnResult(lambda _context, _info, result: report(result))
    callback = ctypes.create_string_buffer(CALLBACK_SIZE)
    ctypes.c_void_p.from_buffer(callback, CALLBACK_CONTEXT).value = None
    ctypes.c_void_p.from_buffer(callback, CALLBACK_CALL).value = ctypes.cast(call, ctypes.c_void_p).value
    verify = library.function(sdk, VERIFY, None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
    verify(verifier, ctypes.byref(info), callback)


def attestation_elements(cd):
    """Matter TLV of what a device signs: 1 the CD, 2 the nonce, 3 a time stamp."""
    size = len(cd).to_bytes(2, 'little')
    return b'\x15\x31\x01' + size + cd + b'\x30\x02\x20' + NONCE + b'\x26\x03\x00\x00\x00\x00\x18'


def sign(key, message):
    """ECDSA over P-256 with SHA-256, raw: r, s."""
    return SigningKey.from_string(key, NIST256p).sign_deterministic(message, hashfunc=sha256)


def read_set(line):
    credentials = json.loads(line)
    for name in ('dac', 'cd', 'key'):
        credentials[name] = base64.b64decode(credentials[name])
    credentials['pai'] = base64.b64decode(credentials['pai'] or '')
    credentials['paas'] = [base64.b64decode(paa) for paa in credentials['paas']]
    return credentials


def answer(sdk, line):
    """The number for one set, from a child process."""
    credentials = read_set(line)
    folder = tempfile.mkdtemp(prefix='paa-trust-store-')
    try:
        for index, paa in enumerate(credentials['paas']):
            with open(os.path.join(folder, f'{index:02}.der'), 'wb') as file:
                file.write(paa)
        credentials['paa_folder'] = folder
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            run_child(sdk, credentials, reader, writer)
        os.close(writer)
        with os.fdopen(reader) as pipe:
            text = pipe.read()
        _, status = os.waitpid(child, 0)
    finally:
        shutil.rmtree(folder)
    if os.WIFSIGNALED(status):
        return -os.WTERMSIG(status)
    if text == '':
        raise RuntimeError(f'the SDK gave no verdict (exit status {os.WEXITSTATUS(status)})')
    return int(text)


def run_child(sdk, credentials, reader, writer):
    """Never returns."""
    status = 1
    try:
        os.close(reader)
        signal.alarm(TIME_LIMIT)
        judge(sdk, credentials, lambda number: os.write(writer, str(number).encode()))
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
