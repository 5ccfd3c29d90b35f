"""Asks the Matter SDK for codes and verifiers: each line of stdin is a question as JSON, each line of stdout the answer.

{"make": "qr" or "manual", "passcode", "vendorId", "productId", "discriminator", "flow", "discovery"}: the code
{"read": "qr" or "manual", "code"}: {name: value} as JSON, as the SDK names what it reads
{"make": "verifier", "passcode", "salt" (base64), "iterations"}: w0 and L, base64
Where the SDK refuses, the answer is "error" and its code in hexadecimal.
"""
import base64
import ctypes
import json
import sys

import library
from library import Span, span


class PyChipError(ctypes.Structure):
    _fields_ = [('code', ctypes.c_uint32), ('line', ctypes.c_uint32), ('file', ctypes.c_void_p)]


OnAttribute = ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.c_char_p)
OnVendorAttribute = ctypes.CFUNCTYPE(None, ctypes.c_uint8, ctypes.c_char_p)
MAKE = {'qr': 'pychip_SetupPayload_GenerateQrCode', 'manual': 'pychip_SetupPayload_GenerateManualPairingCode'}
READ = {'qr': 'pychip_SetupPayload_ParseQrCode', 'manual': 'pychip_SetupPayload_ParseManualPairingCode'}
GENERATE = '_ZN4chip6Crypto15Spake2pVerifier8GenerateEjRKNS_4SpanIKhEEj'
VERIFIER_LENGTH = 97
CODE_SIZE = 256


class Refused(Exception):
    pass


def check(error):
    if error.code != 0:
        raise Refused(f'error {error.code:#x}')


def make_code(sdk, question):
    u8, u16, u32, u64 = ctypes.c_uint8, ctypes.c_uint16, ctypes.c_uint32, ctypes.c_uint64
    call = library.function(
        sdk, MAKE[question['make']], PyChipError, ctypes.c_char_p, u64, u32, u16, u16, u16, u8, u8, u8
    )
    buffer = ctypes.create_string_buffer(CODE_SIZE)
    names = ('passcode', 'vendorId', 'productId', 'discriminator', 'flow', 'discovery')
    check(call(buffer, CODE_SIZE, *(question[name] for name in names), 0))
    return buffer.value.decode()


def read_code(sdk, question):
    call = library.function(sdk, READ[question['read']], PyChipError, ctypes.c_char_p, OnAttribute, OnVendorAttribute)
    values = {}
    on_attribute = OnAttribute(lambda name, value: values.update({name.decode(): value.decode()}))
    on_vendor = OnVendorAttribute(lambda tag, value: values.update({str(tag): value.decode()}))
    check(call(question['code'].encode(), on_attribute, on_vendor))
    return json.dumps(values)


def make_verifier(sdk, question):
    call = library.function(
        sdk, GENERATE, library.ChipError, ctypes.c_void_p, ctypes.c_uint32, ctypes.POINTER(Span), ctypes.c_uint32
    )
    verifier = ctypes.create_string_buffer(VERIFIER_LENGTH)
    salt = span(base64.b64decode(question['salt']))
    check(call(verifier, question['iterations'], ctypes.byref(salt), question['passcode']))
    return base64.b64encode(verifier.raw).decode()


def answer(sdk, question):
    try:
        if 'read' in question:
            return read_code(sdk, question)
        return make_verifier(sdk, question) if question['make'] == 'verifier' else make_code(sdk, question)
    except Refused as refused:
        return str(refused)


def main():
    answers = library.open_answers()
    sdk = library.load()
    for line in sys.stdin:
        answers.write(answer(sdk, json.loads(line)) + '\n')
        answers.flush()


if __name__ == '__main__':
    main()
