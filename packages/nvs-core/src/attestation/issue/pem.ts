import { binary } from './asn1';

/** Encodes a value as PEM text (RFC 7468) with a label such as CERTIFICATE. */
export async function encodePem(label: string, der: Uint8Array): Promise<string> {
  const { default: pem } = await import('node-forge/lib/pem.js');
  return pem.encode({ type: label, body: binary(der) }).replaceAll('\r', '');
}
