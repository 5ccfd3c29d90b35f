"""Lets the Matter SDK make and read onboarding codes: each line of stdin is a request as JSON, each line of stdout its
answer. The SDK runs in this process: if it crashes, the answers end.

{"make": {"vendorId", "productId", "flow", "discovery", "discriminator", "passcode", "serialNumber": text or number,
"vendorData": {tag: text or number}}}: {"qrCode": text or null, "manualCode": text or null}, null if the SDK refuses.

{"read": text}: {"error": number} if the SDK refuses the code; else {"codes": the QR code of each of its payloads, made anew
by the SDK} for a QR code; {"shortDiscriminator", "passcode", "vendorId", "productId", "flow"} for a manual code.
"""
import ctypes
import importlib.metadata
import importlib.util
import json
import os
import sys

SDK_VERSION = '2025.7.0'
BUFFER_SIZE = 1024

# Layout of C++ objects in this build of the SDK (x86-64 Linux, libstdc++), which the names of its symbols do not tell.
SETUP_PAYLOAD_SIZE = 0x78
GENERATOR_SIZE = 0x80
STRING_SIZE = 0x20


class ChipError(ctypes.Structure):
    _fields_ = [('code', ctypes.c_uint32), ('file', ctypes.c_char_p), ('line', ctypes.c_uint32)]


class PythonError(ctypes.Structure):
    _fields_ = [('code', ctypes.c_uint32), ('line', ctypes.c_uint32), ('file', ctypes.c_char_p)]


Attribute = ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.c_char_p)
VendorAttribute = ctypes.CFUNCTYPE(None, ctypes.c_uint8, ctypes.c_char_p)

POINTER = ctypes.c_void_p
STRING = 'NSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE'
GENERATOR = '_ZN4chip27QRCodeSetupPayloadGenerator'


class Sdk:
    """The functions of the SDK's shared library that are used here."""

    def __init__(self, path):
        library = ctypes.CDLL(path)
        self.libc = ctypes.CDLL(None)
        self.libc.malloc.restype = POINTER
        self.libc.malloc.argtypes = [ctypes.c_size_t]

        def function(name, result, *arguments):
            found = getattr(library, name)
            found.restype = result
            found.argtypes = arguments
            return found

        ids = [ctypes.c_uint32, ctypes.c_uint16, ctypes.c_uint16, ctypes.c_uint16] + 3 * [ctypes.c_uint8]
        self.make_qr = function(
            'pychip_SetupPayload_GenerateQrCode', PythonError, ctypes.c_char_p, ctypes.c_uint64, *ids
        )
        self.make_manual = function(
            'pychip_SetupPayload_GenerateManualPairingCode', PythonError, ctypes.c_char_p, ctypes.c_uint64, *ids
        )
        self.read_manual = function(
            'pychip_SetupPayload_ParseManualPairingCode', PythonError, ctypes.c_char_p, Attribute, VendorAttribute
        )
        self.payload_init = function('_ZN4chip12SetupPayloadC1Ev', None, POINTER)
        self.read_one = function(
            '_ZN4chip24QRCodeSetupPayloadParser15populatePayloadERNS_12SetupPayloadE', ChipError, POINTER, POINTER
        )
        self.read_all = function(
            f'_ZN4chip12SetupPayload24FromStringRepresentationE{STRING}RSt6vectorIS0_SaIS0_EE',
            ChipError,
            POINTER,
            POINTER,
        )
        self.generator_init = function(f'{GENERATOR}C1ERKNS_12SetupPayloadE', None, POINTER, POINTER)
        self.generate = function(
            f'{GENERATOR}44payloadBase38RepresentationWithAutoTLVBufferER{STRING}', ChipError, POINTER, POINTER
        )
        add = '_ZN4chip12SetupPayload'
        self.add_serial_text = function(f'{add}15addSerialNumberE{STRING}', ChipError, POINTER, POINTER)
        self.add_serial_number = function(f'{add}15addSerialNumberEj', ChipError, POINTER, ctypes.c_uint32)
        self.add_vendor_text = function(
            f'{add}21addOptionalVendorDataEh{STRING}', ChipError, POINTER, ctypes.c_uint8, POINTER
        )
        self.add_vendor_number = function(
            f'{add}21addOptionalVendorDataEhi', ChipError, POINTER, ctypes.c_uint8, ctypes.c_int32
        )
        memory_init = function('_ZN4chip8Platform10MemoryInitEPvm', ChipError, POINTER, ctypes.c_size_t)
        if memory_init(None, 0).code != 0:
            sys.exit('the SDK cannot allocate memory')

    def string(self, data=b''):
        """A std::string on the heap of C++, which may take it over; never freed."""
        memory = self.libc.malloc(len(data) + 1)
        ctypes.memmove(memory, data + b'\0', len(data) + 1)
        string = ctypes.create_string_buffer(STRING_SIZE)
        ctypes.memmove(string, (ctypes.c_uint64 * 3)(memory, len(data), len(data)), 24)
        return string


def load_sdk():
    """The SDK's shared library, without the package's own code, which would start the whole stack."""
    version = importlib.metadata.version('home-assistant-chip-core')
    if version != SDK_VERSION:
        sys.exit(f'this is made for home-assistant-chip-core {SDK_VERSION}, and {version} is installed')
    package = importlib.util.find_spec('chip').submodule_search_locations[0]
    return Sdk(os.path.join(package, '_ChipDeviceCtrl.so'))


def make(sdk, payload):
    arguments = [
        payload[name] for name in ('passcode', 'vendorId', 'productId', 'discriminator', 'flow', 'discovery')
    ]

    def code(generate):
        buffer = ctypes.create_string_buffer(BUFFER_SIZE)
        error = generate(buffer, BUFFER_SIZE, *arguments, 0)
        return buffer.value.decode() if error.code == 0 else None

    qr_code = code(sdk.make_qr)
    if qr_code is not None and ('serialNumber' in payload or 'vendorData' in payload):
        qr_code = with_optional_data(sdk, qr_code, payload)
    return {'qrCode': qr_code, 'manualCode': code(sdk.make_manual)}


def with_optional_data(sdk, qr_code, payload):
    """The code with the optional data added, or null."""
    parsed = ctypes.create_string_buffer(SETUP_PAYLOAD_SIZE)
    sdk.payload_init(parsed)
    text = sdk.string(qr_code.encode())
    errors = [sdk.read_one(text, parsed)]
    serial_number = payload.get('serialNumber')
    if isinstance(serial_number, str):
        errors.append(sdk.add_serial_text(parsed, sdk.string(serial_number.encode())))
    elif serial_number is not None:
        errors.append(sdk.add_serial_number(parsed, serial_number))
    for tag, value in payload.get('vendorData', {}).items():
        if isinstance(value, str):
            errors.append(sdk.add_vendor_text(parsed, int(tag), sdk.string(value.encode())))
        else:
            errors.append(sdk.add_vendor_number(parsed, int(tag), value))
    if any(error.code != 0 for error in errors):
        return None
    return generated(sdk, ctypes.addressof(parsed))


def generated(sdk, payload):
    """The QR code of the SDK's SetupPayload at an address, or null."""
    generator = ctypes.create_string_buffer(GENERATOR_SIZE)
    sdk.generator_init(generator, payload)
    out = sdk.string()
    if sdk.generate(generator, out).code != 0:
        return None
    data, size = (ctypes.c_uint64 * 2).from_buffer(out)
    return ctypes.string_at(data, size).decode()


def read(sdk, text):
    """What the SDK's commissioner reads from a code: FromStringRepresentation is where it begins."""
    code = sdk.string(text.encode())
    payloads = (ctypes.c_uint64 * 3)()
    error = sdk.read_all(code, payloads)
    if error.code != 0:
        return {'error': error.code}
    begin, end, _ = payloads
    if text.startswith('MT:'):
        return {'codes': [generated(sdk, at) for at in range(begin, end, SETUP_PAYLOAD_SIZE)]}
    return read_manual(sdk, text)


def read_manual(sdk, text):
    found = {}

    def note(name, value):
        found[name.decode()] = int(value)

    sdk.read_manual(text.encode(), Attribute(note), VendorAttribute(lambda _tag, _value: None))
    names = {
        'shortDiscriminator': 'Short discriminator',
        'passcode': 'SetUpPINCode',
        'vendorId': 'VendorID',
        'productId': 'ProductID',
        'flow': 'CommissioningFlow',
    }
    return {ours: found[theirs] for ours, theirs in names.items()}


def main():
    answers = os.fdopen(os.dup(1), 'w')
    # The SDK logs to stdout.
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    sdk = load_sdk()
    for line in sys.stdin:
        request = json.loads(line)
        answer = make(sdk, request['make']) if 'make' in request else read(sdk, request['read'])
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == '__main__':
    main()
