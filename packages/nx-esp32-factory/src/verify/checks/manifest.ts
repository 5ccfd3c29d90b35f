/** The files against what the manifest tells of them, by digest and key by key. */
import { type Finding, type NvsDecodedEntry, sha256, toHex } from 'nvs-core';
import type { Manifest } from '../../artifacts';
import { verifyErrors } from '../../errors';
import type { ManifestFile, ManifestSubject, Subject } from '../subject';

/** Everything in which manifest and files disagree. */
export function checkManifest(subject: Subject): Finding[] {
  const { manifest, contents } = subject;
  if (manifest === undefined) return [];
  const readable = contents.nvs !== undefined && contents.nvs.encryption !== 'locked';
  return [
    ...manifest.files.flatMap(checkFile),
    ...checkCertificates(manifest, subject),
    ...(readable ? checkEntries(manifest, contents.nvs?.decoded.entries ?? []) : []),
  ];
}

/** One file by size and digest; those that a passcode could be guessed from have no digest. */
function checkFile({ entry, read }: ManifestFile): Finding[] {
  if (read === undefined) return [];
  const { name, bytes } = read;
  const differ = (what: string, manifest: string, is: string) =>
    verifyErrors.finding('verify.manifest-differs', { what, manifest, is }, { file: name });
  if (bytes.length !== entry.size) {
    return [differ(`the size of ${entry.file}`, `${entry.size} bytes`, `${bytes.length} bytes`)];
  }
  const digest = toHex(sha256(bytes));
  return entry.sha256 === null || digest === entry.sha256
    ? []
    : [differ(`the SHA-256 of ${entry.file}`, short(entry.sha256), short(digest))];
}

function checkCertificates({ name, manifest }: ManifestSubject, { device }: Subject): Finding[] {
  const found = { dac: device.dac, pai: device.pai, certificationDeclaration: device.cd };
  return (['dac', 'pai', 'certificationDeclaration'] as const).flatMap((role) => {
    const credential = found[role];
    const digest = manifest.certificates[role]?.sha256;
    const is = credential === undefined ? undefined : toHex(sha256(credential.der));
    if (digest === is) return [];
    const params = {
      what: `the SHA-256 of ${role} in the image`,
      manifest: digest === undefined ? 'none' : short(digest),
      is: is === undefined ? 'none' : short(is),
    };
    return [
      verifyErrors.finding('verify.manifest-differs', params, { file: name, field: `certificates.${role}` }),
    ];
  });
}

type Told = Manifest['entries'][number];

function checkEntries({ name, manifest }: ManifestSubject, entries: readonly NvsDecodedEntry[]): Finding[] {
  const told = new Map<string, Told[]>();
  for (const piece of manifest.entries) {
    const key = `${piece.namespace}/${piece.key}`;
    told.set(key, [...(told.get(key) ?? []), piece]);
  }
  const is = new Map(entries.map((entry) => [`${entry.namespace}/${entry.key}`, entry]));
  return [...new Set([...told.keys(), ...is.keys()])].flatMap((entry) => {
    const what = differenceOf(told.get(entry) ?? [], is.get(entry));
    if (what === undefined) return [];
    return [verifyErrors.finding('verify.manifest-entry', { entry, what }, { file: name, field: 'entries' })];
  });
}

/** A manifest tells of each piece: chunks and index of a blob stand apart. */
function differenceOf(told: readonly Told[], is: NvsDecodedEntry | undefined): string | undefined {
  const [first] = told;
  if (first === undefined) return 'it is in the image, and not in the manifest';
  if (is === undefined) return 'it is in the manifest, and not in the image';
  const type = first.type.replace(/^blob-(data|index)$/, 'blob');
  if (type !== is.type) return `it is ${is.type} in the image, and ${type} in the manifest`;
  const { value } = is;
  const known =
    value instanceof Uint8Array ? toHex(value) : typeof value === 'bigint' ? String(value) : value;
  if (first.value !== undefined && first.value !== known) return 'its value in the image is another one';
  const length = told.reduce((sum, piece) => sum + piece.length, 0);
  if (value instanceof Uint8Array && value.length !== length)
    return `it has ${value.length} bytes in the image, and ${length} in the manifest`;
  const places = (pieces: readonly { page: number; entry: number }[]) =>
    pieces
      .map(({ page, entry }) => `${page}:${entry}`)
      .sort()
      .join(' ');
  return places(told) === places(is.places) ? undefined : 'it lies in another place of the image';
}

function short(digest: string): string {
  return `${digest.slice(0, 12)}…`;
}
