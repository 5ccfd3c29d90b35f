/** Compares the files with the manifest, by digest and key by key. */
import { type Finding, type NvsDecodedEntry, sha256 } from 'nvs-core';
import { toHex } from 'nvs-core/bytes';
import type { Manifest } from '../../artifacts';
import { verifyErrors } from '../../errors';
import type { ManifestFile, ManifestSubject, Subject } from '../subject';

/** All differences between manifest and files. */
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

/** Checks size and digest of a file; files that a passcode could be guessed from have no digest. */
function checkFile({ entry, contents }: ManifestFile): Finding[] {
  if (contents === undefined) return [];
  const { name, bytes } = contents;
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

type ListedEntry = Manifest['entries'][number];

function checkEntries({ name, manifest }: ManifestSubject, entries: readonly NvsDecodedEntry[]): Finding[] {
  const listed = new Map<string, ListedEntry[]>();
  for (const entry of manifest.entries) {
    const key = `${entry.namespace}/${entry.key}`;
    listed.set(key, [...(listed.get(key) ?? []), entry]);
  }
  const actual = new Map(entries.map((entry) => [`${entry.namespace}/${entry.key}`, entry]));
  return [...new Set([...listed.keys(), ...actual.keys()])].flatMap((entry) => {
    const what = differenceOf(listed.get(entry) ?? [], actual.get(entry));
    if (what === undefined) return [];
    return [verifyErrors.finding('verify.manifest-entry', { entry, what }, { file: name, field: 'entries' })];
  });
}

/** A manifest lists the chunks and the index of a blob separately. */
function differenceOf(
  listed: readonly ListedEntry[],
  actual: NvsDecodedEntry | undefined,
): string | undefined {
  const [first] = listed;
  if (first === undefined) return 'it is in the image, but not in the manifest';
  if (actual === undefined) return 'it is in the manifest, but not in the image';
  const type = first.type.replace(/^blob-(data|index)$/, 'blob');
  if (type !== actual.type) return `it is ${actual.type} in the image, but ${type} in the manifest`;
  const { value } = actual;
  const shown =
    value instanceof Uint8Array ? toHex(value) : typeof value === 'bigint' ? String(value) : value;
  if (first.value !== undefined && first.value !== shown) return 'its value differs in the image';
  const length = listed.reduce((sum, entry) => sum + entry.length, 0);
  if (value instanceof Uint8Array && value.length !== length)
    return `it has ${value.length} bytes in the image, but ${length} in the manifest`;
  const positions = (entries: readonly { page: number; entry: number }[]) =>
    entries
      .map(({ page, entry }) => `${page}:${entry}`)
      .sort()
      .join(' ');
  return positions(listed) === positions(actual.places)
    ? undefined
    : 'it is at another position in the image';
}

function short(digest: string): string {
  return `${digest.slice(0, 12)}…`;
}
