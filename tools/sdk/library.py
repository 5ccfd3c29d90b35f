"""The shared library of the Matter SDK, without the Python package around it, which would start the whole stack.

The layouts of C++ objects are those of one build (x86-64 Linux): the names of symbols do not tell them.
"""
import ctypes
import importlib.metadata
import importlib.util
import os
import sys

SDK_VERSION = '2025.7.0'


class ChipError(ctypes.Structure):
    """Returned by hidden pointer, as all of this size are."""

    _fields_ = [('code', ctypes.c_uint32), ('file', ctypes.c_char_p), ('line', ctypes.c_uint32)]


class Span(ctypes.Structure):
    _fields_ = [('data', ctypes.c_char_p), ('size', ctypes.c_size_t)]


def span(data):
    return Span(data, len(data))


def open_answers():
    """stdout, for answers alone: the SDK logs to it from the moment when it is loaded."""
    answers = os.fdopen(os.dup(1), 'w')
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return answers


def load():
    version = importlib.metadata.version('home-assistant-chip-core')
    if version != SDK_VERSION:
        sys.exit(f'this is made for home-assistant-chip-core {SDK_VERSION}, and {version} is installed')
    package = importlib.util.find_spec('chip').submodule_search_locations[0]
    try:
        sdk = ctypes.CDLL(os.path.join(package, '_ChipDeviceCtrl.so'))
    except OSError as error:
        sys.exit(f'the SDK cannot be loaded: {error} (Debian: libnl-route-3-200, libglib2.0-0)')
    memory_init = function(sdk, '_ZN4chip8Platform10MemoryInitEPvm', ChipError, ctypes.c_void_p, ctypes.c_size_t)
    if memory_init(None, 0).code != 0:
        sys.exit('the SDK cannot allocate memory')
    return sdk


def function(sdk, name, result, *arguments):
    """A function by the name of its symbol."""
    found = sdk[name]
    found.restype = result
    found.argtypes = arguments
    return found
