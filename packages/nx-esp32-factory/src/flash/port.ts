import { readdirSync, realpathSync } from 'node:fs';
import { flashErrors } from '../errors/flash';

/** The canonical name of a port, so that two names of one device get the same lock. */
export function canonicalPort(port: string, platform: NodeJS.Platform = process.platform): string {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(port)) return port.toLowerCase();
  if (platform === 'win32') return port.replace(/^\\\\\.\\/, '').toUpperCase();
  let real = port;
  try {
    real = realpathSync(port); // /dev/serial/by-id/... is a link.
  } catch {
    // esptool reports a missing port.
  }
  return platform === 'darwin' ? real.replace(/^\/dev\/tty\./, '/dev/cu.') : real;
}

/** Serial ports that look like a board, sorted; none on Windows, where names do not show that. */
export function listSerialPorts(platform: NodeJS.Platform = process.platform): string[] {
  const pattern =
    platform === 'darwin'
      ? /^cu\.(usb|wchusb|SLAB)/i
      : platform === 'linux'
        ? /^tty(USB|ACM)\d+$/
        : undefined;
  if (pattern === undefined) return [];
  try {
    return readdirSync('/dev')
      .filter((name) => pattern.test(name))
      .map((name) => `/dev/${name}`)
      .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  } catch {
    return [];
  }
}

/**
 * The port to use: the given one, ESPPORT (ESP-IDF) or ESPTOOL_PORT, or the only one found. Throws flash.port-unset:
 * among several boards, none is guessed.
 */
export function resolvePort(
  port: string | undefined,
  env: NodeJS.ProcessEnv = process.env,
  found: readonly string[] = listSerialPorts(),
): string {
  const given = [port, env.ESPPORT, env.ESPTOOL_PORT].find((name) => name !== undefined && name !== '');
  if (given !== undefined) return given;
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return only;
  throw flashErrors.error('flash.port-unset', { found });
}
