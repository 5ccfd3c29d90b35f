import { binary } from './asn1';

/** A value as PEM text (RFC 7468) under a label such as CERTIFICATE. */
export async function encodePem(label: string, der: Uint8Array): Promise<string> {
  const { default: pem } = await import('node-forge/lib/pem.js');
  return pem.encode({ type: label, body: binary(der) }).replaceAll('\r', '');
}
