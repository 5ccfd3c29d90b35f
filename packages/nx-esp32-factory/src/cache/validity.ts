/** Time as an input: attestation is checked for the time of the run, so a cached result holds until a certificate changes. */
import { type Certificate, FactoryError, parseCertificates } from 'nvs-core';
import type { ConfigReference } from '../config/references';

export interface ValidityOptions {
  /** What a reference leads to; undefined for what cannot be read. */
  readonly contentsOf: (reference: ConfigReference) => readonly (Uint8Array | string | undefined)[];
  readonly now: Date;
}

interface Attestation {
  readonly at?: unknown;
  readonly dac?: { readonly certificate?: unknown };
  readonly pai?: { readonly certificate?: unknown };
}

const FIELDS = ['attestation.dac.certificate', 'attestation.pai.certificate'];

/**
 * The next time at which DAC, PAI, a trusted PAA or the certificate of a CD signer becomes valid or stops to be; "none"
 * if there is none. It stays the same until then. Certificates that cannot be read fail the run.
 */
export function nextBoundary(
  config: unknown,
  references: readonly ConfigReference[],
  { contentsOf, now }: ValidityOptions,
): string {
  const { attestation } = (config ?? {}) as { attestation?: Attestation };
  const { at } = attestation ?? {};
  const time = typeof at === 'string' ? Date.parse(at) : now.getTime();
  const contents = [
    attestation?.dac?.certificate,
    attestation?.pai?.certificate,
    ...references
      .filter(
        ({ kind, field }) =>
          FIELDS.includes(field) || (kind === 'folder' && field.startsWith('attestation.trust.')),
      )
      .flatMap(contentsOf),
  ];
  const next = contents
    .flatMap(certificatesIn)
    .flatMap(({ notBefore, notAfter }) => {
      // A DAC is valid until just before notAfter, its issuers until just after.
      const end = notAfter.getTime();
      return [notBefore.getTime(), end, end + 1];
    })
    .filter((boundary) => boundary > time);
  return next.length === 0 ? 'none' : new Date(Math.min(...next)).toISOString();
}

/** Of PEM or DER, or base64 of DER in text. */
function certificatesIn(content: unknown): Certificate[] {
  try {
    if (content instanceof Uint8Array) return parseCertificates(content);
    if (typeof content !== 'string') return [];
    const isPem = content.includes('-----BEGIN ');
    return parseCertificates(Buffer.from(content, isPem ? 'latin1' : 'base64'));
  } catch (error) {
    if (error instanceof FactoryError) return [];
    throw error;
  }
}
