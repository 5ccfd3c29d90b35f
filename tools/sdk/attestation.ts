/** The verdict of the Matter SDK on sets of credentials: its DefaultDACVerifier, called by attestation.py. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { peerProgram } from '../testing/peer-program';

/** What a device presents, and the commissioner's PAAs; certificates and the CD as DER. */
export interface CredentialSet {
  readonly paas: readonly Uint8Array[];
  readonly pai: Uint8Array | undefined;
  readonly dac: Uint8Array;
  readonly cd: Uint8Array;
  /** Private key that signs the attestation elements: 32 bytes. */
  readonly key: Uint8Array;
  readonly vendorId: number;
  readonly productId: number;
}

/**
 * A number of AttestationVerificationResult for each set, 0 if the SDK accepts it; below zero, the signal that ended the
 * SDK: -11 if it crashed, -14 at the time limit.
 */
export async function sdkVerdicts(sets: readonly CredentialSet[]): Promise<number[]> {
  const child = spawn(peerProgram('sdk', 'python'), [join(__dirname, 'attestation.py')], {
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  });
  const log: string[] = [];
  child.stderr.on('data', (text: Buffer) => log.push(text.toString()));
  // Ended early: the exit status says so.
  child.stdin.on('error', () => undefined);
  child.stdin.end(sets.map((set) => `${JSON.stringify(encode(set))}\n`).join(''));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const verdicts: number[] = [];
  for await (const line of createInterface({ input: child.stdout })) verdicts.push(Number(line));
  const status = await ended;
  if (status !== 0 || verdicts.length !== sets.length) {
    throw new Error(
      `the SDK judged ${verdicts.length} of ${sets.length} sets (exit ${status}): ${log.join('')}`,
    );
  }
  return verdicts;
}

function encode({ paas, pai, dac, cd, key, ...ids }: CredentialSet) {
  return {
    ...ids,
    paas: paas.map(base64),
    pai: pai === undefined ? null : base64(pai),
    dac: base64(dac),
    cd: base64(cd),
    key: base64(key),
  };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
