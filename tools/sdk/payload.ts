/** Onboarding codes of the Matter SDK: its own encoders and parsers, called by payload.py. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { QrCodePayload } from 'nvs-core';
import { peerProgram } from '../testing/peer-program';

/** Milliseconds for all requests of a call. */
const TIME_LIMIT = 100_000;

/** The codes that the SDK makes of a payload; null where it refuses to. */
export interface SdkCodes {
  readonly qrCode: string | null;
  readonly manualCode: string | null;
}

/** What a commissioner reads from a code. */
export type SdkReading =
  | { readonly error: number }
  /** A QR code: that of each of its payloads, made anew by the SDK. */
  | { readonly codes: readonly (string | null)[] }
  | {
      readonly shortDiscriminator: number;
      readonly passcode: number;
      readonly vendorId: number;
      readonly productId: number;
      readonly flow: number;
    };

/** The codes of each payload. */
export function sdkCodes(payloads: readonly QrCodePayload[]): Promise<SdkCodes[]> {
  return ask<SdkCodes>(payloads.map((make) => ({ make })));
}

/** What the SDK reads from each code. */
export function sdkReadings(codes: readonly string[]): Promise<SdkReading[]> {
  return ask<SdkReading>(codes.map((read) => ({ read })));
}

/** Throws with the request after which the SDK ended, if it did not answer all. */
async function ask<T>(requests: readonly object[]): Promise<T[]> {
  const child = spawn(peerProgram('sdk', 'python'), [join(__dirname, 'payload.py')], {
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
    timeout: TIME_LIMIT,
  });
  const [answers, log]: [string[], string[]] = [[], []];
  child.stdout.setEncoding('utf8').on('data', (text: string) => answers.push(text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => log.push(text));
  // Ended early: the exit status says so.
  child.stdin.on('error', () => undefined);
  child.stdin.end(requests.map((request) => `${JSON.stringify(request)}\n`).join(''));
  const status = await new Promise<number | string | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? signal));
  });
  const lines = answers.join('').split('\n').slice(0, -1);
  if (status !== 0 || lines.length !== requests.length) {
    const next = JSON.stringify(requests[lines.length]);
    throw new Error(
      `the SDK ended (${status}) at request ${lines.length}, ${next}: ${log.join('').slice(-2000)}`,
    );
  }
  return lines.map((line) => JSON.parse(line) as T);
}
