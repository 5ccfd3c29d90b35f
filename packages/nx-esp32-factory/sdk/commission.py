"""Commissions a device with the controller of the Matter SDK, over UDP, where no packet leaves.

Runs as the first process of its own namespaces (net, mount, pid: src/verify/sdk/commission.ts). The device is a program
that gets its data on stdin, prints "ready", and later "pase failed" if a controller cannot prove the passcode. It stays
in this network namespace; the controller gets another one, and only a veth pair connects them. Namespaces and interfaces
have no names outside, and end with this process.

stdin: one line of JSON with the fields of `Request` in commission.ts.
stdout: one line of JSON with the fields of `Answer` there.
"""
import asyncio
import base64
import contextlib
import ctypes
import importlib
import json
import logging
import os
import re
import select
import signal
import subprocess
import sys
import time

NODE_ID = 1
DISCOVERY_SECONDS = 15
CLONE_NEWNET = 0x40000000
DEVICE, CONTROLLER = 'device0', 'controller0'


class Failure(Exception):
    """Ends this with an answer."""

    def __init__(self, step, **details):
        super().__init__(step)
        self.answer = {'step': step, **details}


def main():
    answers = os.fdopen(os.dup(1), 'w')
    # What the SDK prints may contain secrets.
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    request = json.loads(sys.stdin.readline())
    try:
        answer = commission(request)
    except Failure as failure:
        answer = failure.answer
    except Exception as error:
        answer = {'step': 'sdk', 'reason': f'{type(error).__name__}: {error}'}
    answers.write(json.dumps(answer) + '\n')
    answers.flush()
    # This is the first process of its namespace: all others end with it.
    os._exit(0)


def commission(request):
    deadline = time.monotonic() + request['seconds']
    make_private_root(request)
    controller = Controller(request)
    connect(controller.pid)
    # The SDK is loaded while the device starts.
    controller.proceed()
    device = Device(request, deadline)
    controller.proceed()
    while True:
        ready = wait_for([controller.answers, device.lines], deadline)
        if controller.answers in ready:
            return controller.answer()
        if device.lines in ready:
            line = device.lines.readline().strip()
            if line == 'pase failed':
                raise Failure('pase', reason='the key exchange failed')
            raise Failure('device', reason=line or 'it ended')
        raise Failure('time')


def wait_for(files, deadline):
    """Those that have a line, or have ended; none when the time is over."""
    return select.select(files, [], [], max(0, deadline - time.monotonic()))[0]


def make_private_root(request):
    """Makes an empty folder the root: the real one, except /data and /tmp, where the SDK writes. /tmp has only what this
    Python and the device read from there."""
    root = request['root']
    run('mount', '-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', root)
    os.mkdir(f'{root}/data')
    os.mkdir(f'{root}/tmp')
    folder = os.getcwd()
    paths = map(os.path.realpath, [*request['reads'], folder, __file__, sys.prefix, *sys.path])
    needed = {path.split('/')[2] for path in paths if path.startswith('/tmp/')}
    for name in [*os.listdir('/'), *(f'tmp/{name}' for name in needed)]:
        source, target = f'/{name}', f'{root}/{name}'
        if os.path.lexists(target):
            continue
        if os.path.islink(source):
            os.symlink(os.readlink(source), target)
        elif os.path.isdir(source):
            os.mkdir(target)
            run('mount', '--rbind', source, target)
    os.chroot(root)
    os.chdir(folder)


def connect(controller):
    """Two ends of a cable: one here, one in the namespace of the controller."""
    run('ip', 'link', 'set', 'lo', 'up')
    run('ip', 'link', 'add', DEVICE, 'type', 'veth', 'peer', 'name', CONTROLLER, 'netns', str(controller))
    raise_interface(DEVICE, 'fe80::1/64')


def raise_interface(name, address):
    """With one link-local address, which can be used at once."""
    run('ip', 'link', 'set', name, 'addrgenmode', 'none')
    run('ip', 'address', 'add', address, 'dev', name, 'nodad')
    run('ip', 'link', 'set', name, 'multicast', 'on', 'up')


def wait_for_link(name, seconds=10):
    """The kernel reports a cable with both ends up a little later, on a busy machine up to a second; before that, there is no route."""
    deadline = time.monotonic() + seconds
    while 'state UP' not in run('ip', '-o', 'link', 'show', 'dev', name):
        if time.monotonic() > deadline:
            raise Failure('network', reason=f'{name} has no link')
        time.sleep(0.02)


def run(*command):
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=30, text=True)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Failure('network', reason=str(error)) from None
    if done.returncode != 0:
        raise Failure('network', reason=f'{" ".join(command)}: {done.stdout.strip()}')
    return done.stdout


class Device:
    """The process of the device."""

    def __init__(self, request, deadline):
        process = subprocess.Popen(request['device'], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        # Kept open: the device ends with its stdin.
        self._stdin = process.stdin
        self.lines = process.stdout
        try:
            self._stdin.write(request['deviceData'] + '\n')
            self._stdin.flush()
        except BrokenPipeError:
            raise Failure('device', reason='it ended') from None
        if not wait_for([self.lines], deadline):
            raise Failure('device', reason='it did not start in time')
        line = self.lines.readline().strip()
        if line != 'ready':
            raise Failure('device', reason=line or 'it ended')


class Controller:
    """The SDK in a child process, because it can crash."""

    def __init__(self, request):
        reader, writer = os.pipe()
        steps, self._steps = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(reader)
            os.close(self._steps)
            run_controller(request, os.fdopen(steps), os.fdopen(writer, 'w'))
        os.close(writer)
        os.close(steps)
        self.answers = os.fdopen(reader)
        line = self.answers.readline()
        if line != 'unshared\n':
            raise Failure('network', reason=line.strip())

    def proceed(self):
        """To its next step. If it has ended, `answer` says so."""
        with contextlib.suppress(BrokenPipeError):
            os.write(self._steps, b'\n')

    def answer(self):
        line = self.answers.readline()
        if line != '':
            return json.loads(line)
        _, status = os.waitpid(self.pid, 0)
        name = signal.Signals(os.WTERMSIG(status)).name if os.WIFSIGNALED(status) else f'exit {os.WEXITSTATUS(status)}'
        raise Failure('crash', signal=name)


def run_controller(request, steps, answers):
    """Waits for a line of `steps` before each step. Never returns."""

    def answer(line):
        answers.write(line + '\n')
        answers.flush()

    try:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.unshare(CLONE_NEWNET) != 0:
            answer(f'unshare: {os.strerror(ctypes.get_errno())}')
            return
        answer('unshared')
        try:
            steps.readline()
            load_sdk()
            steps.readline()
            raise_interface(CONTROLLER, 'fe80::2/64')
            wait_for_link(CONTROLLER)
            report = asyncio.run(control(request))
        except Failure as failure:
            report = failure.answer
        except Exception as error:
            report = {'step': 'sdk', 'reason': f'{type(error).__name__}: {error}'}
        answer(json.dumps(report))
    finally:
        # Without the SDK's shutdown, which takes seconds.
        os._exit(0)


def load_sdk():
    """It takes seconds."""
    global chip
    chip = importlib.import_module('chip')
    for name in ('native', 'logging', 'ChipStack', 'ChipDeviceCtrl', 'CertificateAuthority', 'setup_payload'):
        importlib.import_module(f'chip.{name}')


class Log(logging.Handler):
    """Keeps what the SDK tells only in its log: the number and reason of a refused attestation."""

    REFUSED = re.compile(r"Failed in verifying 'Attestation Information'.*: err (\d+) \((.*)\)")

    def __init__(self):
        super().__init__()
        self.refused = None

    def emit(self, record):
        match = self.REFUSED.search(record.getMessage())
        if match:
            self.refused = match


async def control(request):
    log = Log()
    logging.basicConfig(handlers=[log], level=logging.ERROR, force=True)
    chip.native.Init()
    chip.logging.RedirectToPythonLogging()
    chip.logging.SetLogFilter(chip.logging.LOG_CATEGORY_ERROR)
    paa_folder = '/data/paa-trust-store'
    os.mkdir(paa_folder)
    for index, paa in enumerate(request['paas']):
        with open(f'{paa_folder}/{index:02}.der', 'wb') as file:
            file.write(base64.b64decode(paa))
    stack = chip.ChipStack.ChipStack('/data/storage.json', enableServerInteractions=False)
    authorities = chip.CertificateAuthority.CertificateAuthorityManager(stack)
    authorities.LoadAuthoritiesFromStorage()
    fabric = authorities.NewCertificateAuthority().NewFabricAdmin(vendorId=0xFFF1, fabricId=1)
    controller = fabric.NewController(nodeId=112233, paaTrustStorePath=paa_folder)
    if not await is_found(controller, request['code']):
        return {'step': 'not-found'}
    network_only = chip.ChipDeviceCtrl.DiscoveryType.DISCOVERY_NETWORK_ONLY
    try:
        await controller.CommissionWithCode(request['code'], NODE_ID, discoveryType=network_only)
    except chip.exceptions.ChipStackError as error:
        if log.refused:
            return {'step': 'refused', 'number': int(log.refused.group(1)), 'reason': log.refused.group(2)}
        return {'step': 'commissioning', 'reason': str(error)}
    return {'step': 'done', 'attributes': await read_attributes(controller, request['attributes'])}


async def is_found(controller, code):
    """Whether the device, the only one in this network, has the discriminator of a code."""
    try:
        found = await controller.DiscoverCommissionableNodes(stopOnFirst=True, timeoutSecond=DISCOVERY_SECONDS)
    except asyncio.TimeoutError:
        # Not the built-in TimeoutError before Python 3.11.
        return False
    discriminator = chip.setup_payload.SetupPayload().ParseQrCode(code).long_discriminator
    return any(node.longDiscriminator == discriminator for node in found)


async def read_attributes(controller, ids):
    """Attributes of Basic Information by id, as JSON has them: [id, value]."""
    cluster = chip.clusters.Objects.BasicInformation
    read = await controller.ReadAttribute(NODE_ID, [(0, cluster)])
    values = {attribute.attribute_id: value for attribute, value in read[0][cluster].items() if hasattr(attribute, 'attribute_id')}
    return [[id, plain(values[id])] for id in ids if id in values]


def plain(value):
    if hasattr(value, 'finish'):
        color = value.primaryColor
        return {'finish': int(value.finish), 'primaryColor': int(color) if isinstance(color, int) else None}
    return value if isinstance(value, (str, bool)) else int(value)


if __name__ == '__main__':
    main()
