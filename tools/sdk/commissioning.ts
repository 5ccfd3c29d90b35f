/** Codes and verifiers of the Matter SDK. */
import { askSdk, base64 } from './driver';

export interface CodeFields {
  readonly vendorId: number;
  readonly productId: number;
  readonly flow: number;
  readonly discovery: number;
  readonly discriminator: number;
  readonly passcode: number;
}

type Kind = 'qr' | 'manual';

/** The SDK's codes; "error 0x2f" where it refuses. */
export function sdkCodes(kind: Kind, payloads: readonly CodeFields[]): Promise<string[]> {
  return askSdk(
    'commissioning.py',
    payloads.map((payload) => ({ ...payload, make: kind })),
  );
}

/** What the SDK reads from codes, by its own names; undefined where it refuses. */
export async function sdkReads(
  kind: Kind,
  codes: readonly string[],
): Promise<(Readonly<Record<string, string>> | undefined)[]> {
  const answers = await askSdk(
    'commissioning.py',
    codes.map((code) => ({ read: kind, code })),
  );
  return answers.map((answer) =>
    answer.startsWith('error') ? undefined : (JSON.parse(answer) as Record<string, string>),
  );
}

/** w0 and L. */
export async function sdkVerifiers(
  inputs: readonly { readonly passcode: number; readonly salt: Uint8Array; readonly iterations: number }[],
): Promise<Uint8Array[]> {
  const answers = await askSdk(
    'commissioning.py',
    inputs.map(({ salt, ...rest }) => ({ ...rest, make: 'verifier', salt: base64(salt) })),
  );
  return answers.map((answer) => new Uint8Array(Buffer.from(answer, 'base64')));
}
