import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonicalPort, listSerialPorts, resolvePort } from '../../src/flash/port';
import { codesOf } from './rejects';

test.each([
  ['com3', 'win32', 'COM3'],
  ['\\\\.\\COM12', 'win32', 'COM12'],
  ['/dev/tty.usbserial-1', 'darwin', '/dev/cu.usbserial-1'],
  ['/dev/no-such-port', 'linux', '/dev/no-such-port'],
  ['Socket://LocalHost:4000', 'linux', 'socket://localhost:4000'],
  ['rfc2217://h:1?ign_set_control', 'win32', 'rfc2217://h:1?ign_set_control'],
] as const)('%s on %s is %s', (port, platform, expected) => {
  expect(canonicalPort(port, platform)).toBe(expected);
});

test('a link to a port has the name of the port', () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'port-')));
  writeFileSync(join(folder, 'ttyX'), '');
  symlinkSync(join(folder, 'ttyX'), join(folder, 'by-id'));
  expect(canonicalPort(join(folder, 'by-id'), 'linux')).toBe(join(folder, 'ttyX'));
  rmSync(folder, { recursive: true });
});

test.each<[string | undefined, NodeJS.ProcessEnv, string[], string]>([
  ['/dev/a', { ESPPORT: '/dev/b' }, ['/dev/c'], '/dev/a'],
  [undefined, { ESPPORT: '/dev/b', ESPTOOL_PORT: '/dev/d' }, [], '/dev/b'],
  [undefined, { ESPPORT: '', ESPTOOL_PORT: '/dev/d' }, [], '/dev/d'],
  ['', {}, ['/dev/c'], '/dev/c'],
])('port %s, %j, found %j: %s', (port, env, found, expected) => {
  expect(resolvePort(port, env, found)).toBe(expected);
});

test.each([[[]], [['/dev/ttyUSB0', '/dev/ttyUSB1']]])('no port is guessed from %j', (found) => {
  expect(codesOf(() => resolvePort(undefined, {}, found))).toEqual(['flash.port-unset']);
});

test('no serial ports are listed on Windows', () => {
  expect(listSerialPorts('win32')).toEqual([]);
});
