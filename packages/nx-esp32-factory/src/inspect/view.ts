/** An image as plain data for display: without secrets, unless they are requested. */
import {
  describeFactoryKey,
  ENTRIES_PER_PAGE,
  FACTORY_NAMESPACE,
  type FactorySection,
  type Finding,
  type NvsDecoded,
  type NvsDecodedEntry,
  type Partition,
  sha256,
  subtypeName,
  typeName,
} from 'nvs-core';
import { toHex } from 'nvs-core/bytes';
import { type CredentialNode, credentialTree } from './credentials';
import { type DeviceGroup, deviceGroups } from './device';
import type { ImageKind } from './identify';
import type { ImageContents } from './image';
import { fillOf, type NvsContents, type NvsFill } from './nvs';
import { isSecret } from './secrecy';
import { type SecureCertView, secureCertView } from './secure-cert';
import { hiddenValue, jsonValue, shownValue, valueLength } from './value';

export interface ViewOptions {
  /** Default false. */
  readonly showSecrets?: boolean;
}

/** The role of a slot in the page map. */
export type SlotRole =
  | 'namespace'
  | 'value'
  | 'chunk'
  | 'index'
  | 'erased'
  | 'damaged'
  | 'unreachable'
  | 'locked';

export interface SlotView {
  /** Index of its first entry in the page, and the number of entries. */
  readonly entry: number;
  readonly span: number;
  readonly role: SlotRole;
  /** Index of its value in `entries`. */
  readonly value?: number;
  readonly namespace?: string;
  readonly key?: string;
  readonly type?: string;
  readonly chunk?: number;
}

export interface PageView {
  readonly page: number;
  /** Bytes from the start of the file. */
  readonly offset: number;
  readonly state: NvsDecoded['pages'][number]['state'];
  readonly sequence?: number;
  readonly version?: number;
  readonly written: number;
  readonly erased: number;
  readonly empty: number;
  /** Share of the page's entries that are in use, 0 to 1. */
  readonly fill: number;
  readonly slots: readonly SlotView[];
}

export interface EntryView {
  readonly namespace: string;
  readonly key: string;
  readonly type: string;
  /** The name of the key in the Matter factory data. */
  readonly label?: string;
  /** Its group in the Matter factory data. */
  readonly group?: FactorySection | 'other';
  /** Bytes of the value. */
  readonly length: number;
  readonly page: number;
  readonly entry: number;
  readonly span: number;
  /** Bytes from the start of the file. */
  readonly offset: number;
  readonly places: readonly { readonly page: number; readonly entry: number; readonly span: number }[];
  readonly secret: boolean;
  /** Number, text or hexadecimal; absent if it is hidden. */
  readonly value?: string | number;
  /** The text for people, also for a hidden value. */
  readonly text: string;
}

export interface PartitionView {
  readonly name: string;
  readonly type: string;
  readonly subtype: string;
  readonly offset: number;
  readonly size: number;
  readonly encrypted: boolean;
  readonly readonly: boolean;
}

export interface NvsView {
  readonly encryption: NvsContents['encryption'];
  readonly version?: number;
  readonly size: number;
  readonly fill: NvsFill;
  readonly namespaces: readonly { readonly name: string; readonly index: number; readonly keys: number }[];
  readonly pages: readonly PageView[];
  readonly entries: readonly EntryView[];
}

export interface ImageView {
  readonly kind: ImageKind;
  readonly size: number;
  readonly secretsShown: boolean;
  /** The partition table of a flash dump. */
  readonly table?: { readonly offset: number; readonly partitions: readonly PartitionView[] };
  readonly partition?: PartitionView;
  readonly nvs?: NvsView;
  readonly secureCert?: SecureCertView;
  /** The keys of a keys partition: a fingerprint to distinguish them, and the keys themselves if requested. */
  readonly keys?: { readonly sha256: string; readonly encryptionKey?: string; readonly tweakKey?: string };
  readonly device: readonly DeviceGroup[];
  readonly credentials: readonly CredentialNode[];
  readonly findings: readonly Finding[];
}

/** The view of an image. */
export function describeImage(contents: ImageContents, { showSecrets = false }: ViewOptions = {}): ImageView {
  const { kind, size, table, partition, nvs, secureCert, keys, findings } = contents;
  return {
    kind,
    size,
    secretsShown: showSecrets,
    ...(table && { table: { offset: table.offset, partitions: table.partitions.map(partitionView) } }),
    ...(partition && { partition: partitionView(partition) }),
    ...(nvs && { nvs: nvsView(nvs, showSecrets) }),
    ...(secureCert && { secureCert: secureCertView(secureCert, showSecrets) }),
    ...(keys && {
      keys: {
        sha256: toHex(sha256(Buffer.concat([keys.encryptionKey, keys.tweakKey]))),
        ...(showSecrets && { encryptionKey: toHex(keys.encryptionKey), tweakKey: toHex(keys.tweakKey) }),
      },
    }),
    device: deviceGroups(contents, showSecrets),
    credentials: credentialTree(contents.credentials),
    findings,
  };
}

function nvsView({ encryption, image, offset, decoded }: NvsContents, showSecrets: boolean): NvsView {
  const { version, namespaces, pages, entries } = decoded;
  const views = entries.map((entry) => entryView(entry, offset, showSecrets));
  const owners = new Map<string, number>();
  for (const [index, { places }] of entries.entries()) {
    for (const { page, entry } of places) owners.set(`${page} ${entry}`, index);
  }
  const names = new Map(namespaces.map(({ index, name }) => [index, name]));
  const keys = new Map<string, number>();
  for (const { namespace } of entries) keys.set(namespace, (keys.get(namespace) ?? 0) + 1);
  return {
    encryption,
    ...(version !== undefined && { version }),
    size: image.length,
    fill: fillOf(decoded),
    namespaces: namespaces.map(({ name, index }) => ({ name, index, keys: keys.get(name) ?? 0 })),
    pages: pages.map((page) => pageView(page, { offset, owners, names, isLocked: encryption === 'locked' })),
    entries: views,
  };
}

function entryView(decoded: NvsDecodedEntry, base: number, showSecrets: boolean): EntryView {
  const { namespace, key, type, page, entry, span, offset, places } = decoded;
  const secret = isSecret(namespace, key, type);
  const isShown = showSecrets || !secret;
  const known = namespace === FACTORY_NAMESPACE ? describeFactoryKey(key) : undefined;
  return {
    namespace,
    key,
    type,
    ...(known !== undefined && { label: known.label, group: known.section }),
    length: valueLength(decoded),
    page,
    entry,
    span,
    offset: base + offset,
    places: places.map((position) => ({ page: position.page, entry: position.entry, span: position.span })),
    secret,
    ...(isShown && { value: jsonValue(decoded) }),
    text: isShown ? shownValue(namespace, key, decoded) : hiddenValue(decoded),
  };
}

interface PageContext {
  readonly offset: number;
  readonly owners: ReadonlyMap<string, number>;
  readonly names: ReadonlyMap<number, string>;
  readonly isLocked: boolean;
}

function pageView(page: NvsDecoded['pages'][number], context: PageContext): PageView {
  const { index, offset, state, sequence, version, writtenEntries, erasedEntries, emptyEntries, entries } =
    page;
  const isLocked = context.isLocked && writtenEntries > 0;
  return {
    page: index,
    offset: context.offset + offset,
    state,
    ...(sequence !== undefined && { sequence }),
    ...(version !== undefined && { version }),
    written: writtenEntries,
    erased: erasedEntries,
    empty: emptyEntries,
    fill: (writtenEntries + erasedEntries) / ENTRIES_PER_PAGE,
    slots: isLocked
      ? [{ entry: 0, span: Math.min(ENTRIES_PER_PAGE, writtenEntries + erasedEntries), role: 'locked' }]
      : entries.map((slot) => slotView(slot, index, context)),
  };
}

function slotView(
  { index, span, state, head }: NvsDecoded['pages'][number]['entries'][number],
  page: number,
  { owners, names }: PageContext,
): SlotView {
  const value = state === 'written' ? owners.get(`${page} ${index}`) : undefined;
  const slot = { entry: index, span, ...(value !== undefined && { value }) };
  if (head === undefined) return { ...slot, role: state === 'written' ? 'damaged' : state };
  const { namespaceIndex, key, type, chunk } = head;
  const isName = namespaceIndex === 0;
  const namespace = isName ? undefined : names.get(namespaceIndex);
  return {
    ...slot,
    role: state === 'written' ? roleOf(isName, type) : state,
    ...(namespace !== undefined && { namespace }),
    key,
    type: isName ? 'namespace' : type,
    ...(type === 'blob-data' && { chunk }),
  };
}

function roleOf(isName: boolean, type: string): SlotRole {
  if (isName) return 'namespace';
  if (type === 'blob-data') return 'chunk';
  return type === 'blob-index' ? 'index' : 'value';
}

function partitionView({ name, type, subtype, offset, size, encrypted, readonly }: Partition): PartitionView {
  return {
    name,
    type: typeName(type),
    subtype: subtypeName(type, subtype),
    offset,
    size,
    encrypted,
    readonly,
  };
}
