import { chipName, type FactoryError } from 'nvs-core';
import { flashErrors } from '../errors/flash';
import type { FlashPart } from './part';

/** The context of a failed run, for the message. */
export interface RunContext {
  readonly port: string;
  readonly parts?: readonly FlashPart[];
}

interface Failure extends RunContext {
  readonly text: string;
  readonly status: number | string;
  readonly reason: string;
  readonly written: readonly string[];
  readonly parts: readonly FlashPart[];
}

type Rule = (failure: Failure) => FactoryError | undefined;

/**
 * The error for esptool's output and exit status; without a matching rule, flash.esptool-failed with esptool's own
 * message. The texts are those of esptool 4 and 5.
 */
export function interpretFailure(output: string, status: number | string, context: RunContext): FactoryError {
  const text = withoutControlCodes(output);
  const parts = context.parts ?? [];
  const failure = {
    ...context,
    parts,
    text,
    status,
    reason: reasonOf(text),
    written: writtenParts(text, parts),
  };
  for (const rule of RULES) {
    const error = rule(failure);
    if (error !== undefined) return error;
  }
  return flashErrors.error('flash.esptool-failed', { status, reason: failure.reason });
}

/**
 * Whether esptool stopped, before writing anything, only because the device is in release mode (or in secure download
 * mode with flash encryption on) and --force is missing.
 */
export function needsForce(output: string): boolean {
  const text = withoutControlCodes(output);
  const start = text.search(/Detected flash encryption (?:and|enabled)/);
  return start >= 0 && text.includes('Flashing plaintext', start);
}

/** Output without colours; carriage returns and backspaces become line ends. */
export function withoutControlCodes(output: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it matches escape sequences
  return output.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '').replace(/\r\n?|\u0008+/g, '\n');
}

const RULES: readonly Rule[] = [
  ({ text, port }) => {
    const [, found, expected] = /This chip is (\S+?),? not (\S+?)\. Wrong/.exec(text) ?? [];
    if (found === undefined || expected === undefined) return undefined;
    return flashErrors.error('flash.chip-mismatch', {
      port,
      found: chipName(found),
      expected: chipName(expected),
    });
  },
  ({ text, parts }) => {
    if (!text.includes('encrypt functionality in UART download mode disabled')) return undefined;
    return flashErrors.error('flash.device-release-mode', { labels: deviceEncrypted(parts) });
  },
  ({ text, parts }) => {
    if (!text.includes("Can't perform encrypted flash write")) return undefined;
    return flashErrors.error('flash.device-not-encrypting', { labels: deviceEncrypted(parts) });
  },
  ({ text, parts, reason }) => {
    if (!/Secure Boot (V1 )?detected, writing to flash regions < 0x8000/.test(text)) return undefined;
    const [part] = [...parts].sort((a, b) => a.address - b.address);
    return flashErrors.error('flash.device-protected', {
      label: part?.label ?? 'the image',
      address: part?.address ?? 0,
      reason: reason.split(',')[0] ?? reason,
    });
  },
  ({ text, port, written }) => {
    if (
      !/MD5 of file does not match|written flash region is empty|Verification failed|Digest mismatch/.test(
        text,
      )
    ) {
      return undefined;
    }
    return flashErrors.error('flash.verify-failed', { port, written });
  },
  ({ text, port, written, reason }) => {
    const dropped =
      /Lost connection|serial exception error|device disconnected|No more data to read from the serial port/.test(
        text,
      );
    const stopped =
      /stopped responding|Serial data stream stopped|transfer stopped|No serial data received/.test(text);
    const working = /Running stub|Writing at|Wrote \d+ bytes|Reading from|Configuring flash size/.test(text);
    if (!dropped && !(stopped && working)) return undefined;
    return flashErrors.error('flash.connection-lost', { port, written, reason });
  },
  ({ text, port }) => {
    const start = text.indexOf('Could not open');
    if (start < 0) return undefined;
    const [, rest = ''] = text.slice(start).split(", the port is busy or doesn't exist.");
    const detail = rest.trimStart();
    // In parentheses, the last of which ends a line.
    const end = detail.search(/\)[^\S\n]*(?:\n|$)/);
    return portError(port, detail.startsWith('(') && end > 0 ? detail.slice(1, end) : '');
  },
  ({ text, port, reason }) => {
    if (!/Failed to connect|No serial data received|Wrong boot mode|Invalid head of packet/.test(text))
      return undefined;
    return flashErrors.error('flash.connect-failed', {
      port,
      reason: reason.replace(/^Failed to connect to [^:]*: /, ''),
    });
  },
  ({ text, port }) =>
    /Could not connect to an Espressif device/.test(text)
      ? flashErrors.error('flash.port-not-found', { port })
      : undefined,
];

function portError(port: string, detail: string): FactoryError {
  // Windows reports "access denied" for a port that another program has open.
  if (
    /exclusively lock|Errno (?:11|16|35)\b|resource busy|temporarily unavailable|Access is denied/i.test(
      detail,
    )
  ) {
    return flashErrors.error('flash.port-busy', { port });
  }
  if (/Errno 13\b|Permission denied|PermissionError/i.test(detail))
    return flashErrors.error('flash.port-denied', { port });
  if (
    /Errno 2\b|FileNotFoundError|refused|No route|unreachable|not known|getaddrinfo|timed out/i.test(detail)
  ) {
    return flashErrors.error('flash.port-not-found', { port });
  }
  return flashErrors.error('flash.port-unusable', {
    port,
    reason: detail.split('\n')[0] || 'unknown reason',
  });
}

function deviceEncrypted(parts: readonly FlashPart[]): string[] {
  return parts.filter((part) => part.encryption === 'device').map((part) => part.label);
}

/** Labels of the parts that esptool finished: written, and verified if possible. */
function writtenParts(text: string, parts: readonly FlashPart[]): string[] {
  const done: string[] = [];
  for (const section of text.split(/^(?=Wrote \d+ bytes)/m)) {
    if (!section.startsWith('Wrote')) continue;
    const at = Number.parseInt(/ at 0x([0-9a-f]+)/i.exec(section)?.[1] ?? '', 16);
    const part = parts.find((candidate) => candidate.address === at);
    if (part === undefined) continue;
    if (part.encryption === 'device' || section.includes('Hash of data verified')) done.push(part.label);
  }
  return done;
}

/** esptool's own reason for the failure: one line. */
function reasonOf(text: string): string {
  const reason = [...text.matchAll(/A (?:fatal|serial exception) error occurred: *(.*)/g)]
    .at(-1)?.[1]
    ?.trim();
  if (reason !== undefined && reason !== '') return reason;
  const lines = text
    .split('\n')
    .map(withoutFrame)
    .filter((line) => line !== '');
  return lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1) ?? 'no output';
}

/** A line without the box that esptool draws around it. */
function withoutFrame(line: string): string {
  let end = line.length;
  while (end > 0 && /[│╮╯─\s]/.test(line[end - 1] ?? '')) end--;
  return line.slice(0, end).replace(/^[│╭╰─\s]+/, '');
}
